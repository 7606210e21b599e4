import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ParquetStore } from '../../../src/archive/parquet/store.js';
import type { ArchiveOwner } from '../../../src/archive/store.js';
import type { CallLog } from '../../../src/convoso/call-log.js';
import { StatusBook } from '../../../src/convoso/statuses.js';
import { callKinds } from '../../../src/query/call-kinds.js';
import type { CountedCalls, CountedGroup, CountQuestion } from '../../../src/query/counts.js';
import { countCalls } from '../../../src/stats/counting.js';
import { inBatches } from '../calls.js';
import { rowCheckContract } from '../row-check-contract.js';
import { newOwner, storeContract, writeDay } from '../store-contract.js';

const directory = mkdtempSync(join(tmpdir(), 'archive of calls '));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const open = (owner: ArchiveOwner) =>
  new ParquetStore({ directory: join(directory, owner.account), owner, limits: { memory: 300, threads: 2 } });

describe('a store in Parquet files', () => {
  storeContract(open);
  rowCheckContract(open);
});

const byKey = (groups: readonly CountedGroup[]) =>
  [...groups].sort((a, b) => ((a.keys[0] ?? '') < (b.keys[0] ?? '') ? -1 : 1));

describe('counting in Parquet files', () => {
  // Up to 512 groups are sets of bits, in words of 32; more of them are counted by the engine alone.
  it.each([1, 32, 33, 64, 65, 512, 513, 700])(
    'tells what is distinct from place to place among %i groups',
    async (groups) => {
      const store = open(newOwner());
      const calls: CallLog[] = Array.from({ length: groups * 4 }, (_, i) => ({
        id: String(i + 1),
        call_date: `2026-03-01 ${String(8 + (i % 12)).padStart(2, '0')}:00:00`,
        call_length: i % 3 === 0 ? 60 : 0,
        status: i % 7 === 0 ? 'CALLBK' : 'NO_ANSWER',
        // Leads are in several groups, one after the other and far apart; some calls have none.
        ...(i % 11 === 0 ? {} : { lead_id: String((i * 13) % (groups + 3)) }),
        phone_number: `21255501${String(i % 100).padStart(2, '0')}`,
        caller_id_displayed: `caller ${i % groups}`,
      }));
      await writeDay(store, '2026-03-01', calls);
      const question = {
        groupBy: ['caller_id'],
        systemUsers: [],
        kindOf: callKinds(new StatusBook()),
        withQueue: false,
        order: byKey,
      } as const satisfies CountQuestion;
      const [expected, asked] = [
        await countCalls(inBatches(calls), question),
        await store.ask({
          days: await store.days(),
          filters: { start_time: '2026-03-01 00:00:00', end_time: '2026-03-01 23:59:59' },
        }),
      ];
      const found = await asked.count(question, new AbortController().signal);
      const plain = (counted: CountedCalls) => counted.groups.map(({ keys, distinct }) => [keys, distinct]);
      expect(found.groups).toHaveLength(groups);
      expect(plain(found)).toEqual(plain(expected));
      const { groups: _, statuses: _statuses, ...facts } = expected;
      expect(found).toMatchObject(facts);
      await asked.close();
      await store.close();
    },
  );
});
