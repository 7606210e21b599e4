import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ParquetStore } from '../../src/archive/parquet/store.js';
import { newOwner } from '../archive/store-contract.js';
import { rowsByHive } from '../support/archive.js';
import { ODD_FULL as FULL, someOf } from '../support/counts.js';
import { type Case, chosen, SEED, ZONE } from './cases.js';
import { FAITHFUL, QUIRKS, type Quirk, titleOf } from './quirks/index.js';
import { MemoryStore, wrongDays } from './syncing.js';

// A day is archived whole, or not at all.

const TIMEOUT = 600_000;
const plain = (quirk: Quirk) => quirk.season === undefined || quirk.season === 'plain';

function casesOfDays(quirk: Quirk, size: number): Case[] {
  const place = QUIRKS.indexOf(quirk) + 1;
  const dialects = FULL
    ? (['contract', 'live'] as const)
    : ([place % 2 === 0 ? 'contract' : 'live'] as const);
  return dialects.map((dialect) => ({
    quirks: [quirk],
    dialect,
    size: Math.min(size, quirk.largest ?? size),
    seed: SEED + place,
    question: 'all',
    zone: ZONE,
  }));
}

const quirks = chosen().filter(plain);
const tried = chosen() === QUIRKS ? someOf(quirks, 3) : quirks;

describe('an archived day over an odd service is whole, or not archived', () => {
  for (const quirk of [FAITHFUL, ...tried]) {
    it(titleOf(quirk), { timeout: TIMEOUT }, async () => {
      const wrong: string[] = [];
      for (const one of casesOfDays(quirk, FULL ? 3000 : 400)) {
        const store = new MemoryStore();
        wrong.push(...(await wrongDays(one, store, async () => store.archived)));
      }
      expect(wrong).toEqual([]);
    });
  }
});

describe('in files, too', () => {
  const some = [FAITHFUL, ...QUIRKS.filter(plain).filter((_quirk, i) => FULL || i % 60 === 0)];
  for (const quirk of some) {
    it(titleOf(quirk), { timeout: TIMEOUT }, async () => {
      const directory = mkdtempSync(join(tmpdir(), 'odd '));
      const limits = { memory: 200, threads: 1 };
      const account = mkdtempSync(join(directory, 'account '));
      const store = new ParquetStore({
        directory: account,
        owner: newOwner(ZONE),
        limits,
      });
      try {
        const [one] = casesOfDays(quirk, 300);
        if (one === undefined) throw new Error('no case');
        const wrong = await wrongDays(one, store, async () => {
          const days = (await store.days()).map(({ date }) => [date, [] as string[]] as const);
          const ids = new Map(days);
          if (days.length === 0) return ids;
          for (const row of await rowsByHive(account)) ids.get(String(row['date']))?.push(String(row['id']));
          return ids;
        });
        expect(wrong).toEqual([]);
      } finally {
        await store.close();
        rmSync(directory, { recursive: true, force: true });
      }
    });
  }
});
