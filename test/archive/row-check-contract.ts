import { describe, expect, it } from 'vitest';
import type { ArchiveOwner, ArchiveStore } from '../../src/archive/store.js';
import type { CallLog } from '../../src/convoso/call-log.js';
import { StatusBook } from '../../src/convoso/statuses.js';
import { type ConditionInput, conditionChecks } from '../../src/query/conditions.js';
import type { CountedCalls } from '../../src/query/counts.js';
import { CallChecker, type RowCheck } from '../../src/query/row-checks.js';
import { separateValues } from '../../src/query/several-values.js';
import { Masks } from '../../src/redact/masks.js';
import { countCalls } from '../../src/stats/counting.js';
import { callsOfDay, inBatches } from './calls.js';
import { newOwner, plain, questionOf, writeDay } from './store-contract.js';

const DAY = '2026-03-01';
const never = () => new AbortController().signal;
const ACCOUNT = {
  statuses: new StatusBook({ ZZZ: { group: 'other' } }),
  systemUsers: ['666', "O'Dialer"],
  masks: new Masks(),
};

/** Calls at the edges of what conditions ask for, and texts that are one in some form alone. */
const EDGES = [
  { call_date: `${DAY} 21:00:00`, agent_comment: 'Spoke to the LAWYER', call_length: 60 },
  { call_date: `${DAY} 20:59:59`, agent_comment: 'avocat\u0301 ÉCOLE', call_length: 59.5 },
  { call_date: `${DAY} 08:00:00`, agent_comment: 'e\u0301cole', call_length: 60.5 },
  { call_date: `${DAY} 07:59:59`, agent_comment: 'ΣΊΣΥΦΟΣ and İstanbul', user_id: "O'Dialer" },
  { call_date: DAY, agent_comment: 'σισυφος 100 % \\ _', call_type: 'Inbound' },
  { call_date: `${DAY} 10:15`, call_type: 'manual', status: 'Straße' },
  { call_date: `${DAY} 23:59:59`, call_type: '3WAY', status: 'no answer', status_name: 'No Answer' },
  { call_date: `${DAY} 00:00:00`, call_type: 'MANUAL', campaign_id: '0112', recording: [] },
  { call_date: 'no date', recording: [{}], campaign_id: 'A, B', status: 'NI' },
].map((fields, i): CallLog => ({ id: `edge-${i}`, call_length: 30, status: 'SALE', ...fields }));

const CALLS = [...callsOfDay(DAY, 400, 5), ...EDGES];

const CONDITIONS: ConditionInput[] = [
  { outcome: 'human' },
  { outcome: 'human, No answer' },
  { outcome: '!human' },
  { outcome: 'unmapped' },
  { outcome: '!unmapped' },
  { outcome: 'in_progress' },
  { outcome: 'abandoned' },
  { min_call_length: 60 },
  { max_call_length: 60 },
  { min_call_length: 0, max_call_length: 0 },
  { time_of_day: '21:00-08:00' },
  { time_of_day: '08:00-21:00' },
  { time_of_day: '00:00-24:00' },
  { time_of_day: '9pm - 12am' },
  { weekdays: 'sun' },
  { weekdays: 'mon-fri' },
  { weekdays: 'sat-mon' },
  { has_recording: 1 },
  { has_recording: 0 },
  { has_comment: 1 },
  { has_comment: 0 },
  { comment_contains: 'lawyer' },
  { comment_contains: 'ECOLE' },
  { comment_contains: 'école' },
  { comment_contains: 'σίσυφοσ' },
  { comment_contains: 'istanbul' },
  { comment_contains: '100 % \\' },
  { comment_contains: 'it’s' },
  { comment_contains: '\u{1F600}' },
  { agents_only: 1 },
  { agents_only: 0 },
  { direction: 'outbound' },
  { direction: 'inbound' },
  { outcome: '!machine', time_of_day: '20:00-09:00', direction: 'outbound', weekdays: 'sun' },
  { agents_only: 1, has_recording: 1, min_call_length: 30, comment_contains: 'e' },
];

const VALUES: Record<string, string>[] = [
  { status: 'sale,NA' },
  { status: 'Sale,ZZZ', campaign_id: '111,112' },
  { campaign_id: '0111,00112' },
  { campaign_id: '!0111' },
  { status: '!sale,!NA' },
  { status: 'SALE,NA,N,!na' },
  { user_id: '12340,12341' },
  { call_type: '!INBOUND' },
  { call_type: 'manual,3way' },
  { lead_id: "L1,L2,';--" },
];

async function valueChecks(filters: Record<string, string>): Promise<readonly RowCheck[]> {
  const lookup = {
    isOneName: async () => false,
    resolve: async (one: object) => ({ filters: one, resolvedNames: {} }),
  };
  const { checks, filters: left, sent } = await separateValues(filters, lookup);
  expect([left, sent]).toEqual([{}, {}]);
  return checks;
}

/** What counting call by call comes to. */
async function inMemory(checks: readonly RowCheck[]) {
  const checker = new CallChecker(checks, ACCOUNT.masks.forAnswer());
  const satisfying = CALLS.filter((call) => checker.take(call));
  const counted = await countCalls(inBatches(satisfying), questionOf(['hour', 'outcome']));
  return { counted, selection: checker.selection };
}

const facts = ({ groups, systemGroups, total, unmappedByAgents }: CountedCalls) => ({
  groups: plain({ groups, systemGroups }),
  total,
  unmappedByAgents,
});

/** That a store counts the calls that satisfy conditions and several values of a filter as memory does. */
export function rowCheckContract(open: (owner: ArchiveOwner) => ArchiveStore | Promise<ArchiveStore>): void {
  describe('conditions', () => {
    it('come to what checking call by call comes to, archived and added', async () => {
      const store = await open(newOwner());
      await writeDay(store, DAY, CALLS);
      const days = await store.days();
      const conditions = CONDITIONS.map((input) => [input, conditionChecks(input, ACCOUNT)] as const);
      const values = await Promise.all(VALUES.map(async (one) => [one, await valueChecks(one)] as const));
      const empty: unknown[] = [];
      for (const [place, [input, checks]] of [...conditions, ...values].entries()) {
        const filters = { start_time: `${DAY} 00:00:00`, end_time: `${DAY} 23:59:59` };
        const question = await store.ask({ days, filters, checks });
        // Calls read live take the place of archived ones; the edges are among them.
        if (place % 5 === 0) await question.add(CALLS.slice(-100));
        const found = await question.count(questionOf(['hour', 'outcome']), never());
        await question.close();
        const expected = await inMemory(checks);
        expect(facts(found), JSON.stringify(input)).toEqual(facts(expected.counted));
        if (checks.length > 0) expect(found.selection, JSON.stringify(input)).toEqual(expected.selection);
        if (expected.selection.satisfied === 0) empty.push(input);
      }
      // Equal zeros would show nothing.
      expect(empty).toEqual([{ weekdays: 'mon-fri' }]);
      await store.close();
    }, 300_000);
  });
}
