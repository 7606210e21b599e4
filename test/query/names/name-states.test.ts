import { describe, expect, it } from 'vitest';
import { ServiceClock } from '../../../src/account-time/service-clock.js';
import { CallLogs } from '../../../src/calls/call-logs.js';
import { type AccountFile, NO_ACCOUNT_FILE } from '../../../src/config/account-file.js';
import type { CallLog } from '../../../src/convoso/call-log.js';
import type { CallLogService, RetrievedPage } from '../../../src/convoso/client.js';
import type { RetrieveQuery } from '../../../src/convoso/query.js';
import { accountOf } from '../../../src/query/account.js';
import type { FilterInput } from '../../../src/query/filters.js';
import { oneOf, type Random, seededRandom } from '../../../src/sandbox/random.js';
import { NAME_STATES } from '../../support/counts.js';

// A question gets the same answer whatever was asked before: random accounts, each asked the same by a fresh process and by
// one that has answered many other questions.

const NOW = new Date('2026-03-04T12:00:00Z');
const NAMES = [
  'Jane Smith',
  'jane smith',
  'Janet Jones',
  'Jane',
  'Smith',
  'Zoë O’Brien',
  'Jo',
  'No Answer',
  'Busy',
];
const IDS = ['7', '8', '9', 'jsmith', 'JSMITH', 'CAMP-01', 'Jane', 'AgentX'];
const CODES = ['NA', 'na', 'B', 'BUSY', 'NO_ANSWER', 'Cb', 'SALE'];
const MEANINGS = ['No Answer', 'no answer', 'Busy', 'Not Interested', 'Sale', 'Call back'];
const TEXTS = [
  ...NAMES,
  ...IDS,
  ...CODES,
  ...MEANINGS,
  'smith',
  'jan',
  'zoe',
  'interested',
  'sales',
  'voicemail',
  'x',
];
const FILTERS = ['user_id', 'campaign_id', 'queue_id', 'list_id', 'status'] as const;
const WINDOWS: readonly FilterInput[] = [{}, { start_time: '2026-01-01', end_time: '2026-01-31' }];

/** A faithful service over these calls, newest first or last as asked. It never refuses. */
function serviceOf(calls: readonly CallLog[]): CallLogService & { readonly asked: RetrieveQuery[] } {
  const asked: RetrieveQuery[] = [];
  return {
    asked,
    async retrieve(query): Promise<RetrievedPage> {
      asked.push(query);
      const { start_time: start = '', end_time: end = '~', offset, limit } = query;
      const within = calls
        .filter(({ call_date = '' }) => call_date >= start && call_date <= end)
        .sort((a, b) => ((a.call_date ?? '') < (b.call_date ?? '') ? 1 : -1));
      const rows = (query.order === 'desc' ? within : within.toReversed()).slice(offset, offset + limit);
      const carried = new Set(rows.flatMap((row) => Object.keys(row)));
      return {
        dialect: 'live',
        total_found: within.length,
        calls: rows,
        malformed: [],
        received: rows.length,
        carried,
        asides: [],
        promisesMore: false,
      };
    },
    update: async () => ({ call: null }),
  };
}

function randomCalls(random: Random): CallLog[] {
  const maybe = <T>(values: readonly T[]) => (random() < 0.7 ? oneOf(random, values) : undefined);
  // Few calls are all there are, many reach past the newest 500; those of January are the oldest.
  return Array.from({ length: oneOf(random, [0, 3, 20, 700]) }, (_, i) => {
    const day = i % 60;
    const date = new Date(Date.UTC(2026, 0, 1 + day, 9, i % 50, i % 60)).toISOString();
    const fields = {
      user_id: oneOf(random, IDS),
      user: maybe(NAMES),
      campaign_id: oneOf(random, IDS),
      campaign: maybe(NAMES),
      status: oneOf(random, CODES),
      status_name: maybe(MEANINGS),
    };
    const given = Object.entries(fields).filter(([, value]) => value !== undefined);
    return {
      id: String(1000 + i),
      call_length: 10,
      call_date: date.slice(0, 19).replace('T', ' '),
      ...Object.fromEntries(given),
    };
  });
}

function randomAccount(random: Random) {
  const some = <T>(make: () => T): Record<string, T> =>
    Object.fromEntries(random() < 0.5 ? [] : [1, 2].map(() => [oneOf(random, IDS), make()]));
  return {
    ...NO_ACCOUNT_FILE,
    users: some(() => oneOf(random, [...NAMES, ''])),
    lists: some(() => oneOf(random, NAMES)),
    statuses: random() < 0.5 ? { [oneOf(random, CODES)]: { meaning: oneOf(random, MEANINGS) } } : {},
  };
}

function randomQuestion(random: Random): FilterInput {
  const filters = FILTERS.filter(() => random() < 0.3).map((filter) => [filter, oneOf(random, TEXTS)]);
  return { ...Object.fromEntries(filters), ...oneOf(random, WINDOWS) };
}

/** What becomes of a question: the filters and what is said of them, or the words of the refusal. */
async function outcome(calls: CallLogs, question: FilterInput): Promise<unknown> {
  return calls.resolve(question).catch((error: Error) => error.message);
}

async function askSomething(calls: CallLogs, random: Random): Promise<void> {
  const question = randomQuestion(random);
  const resolved = await calls.resolve(question).catch(() => undefined);
  if (resolved === undefined) return;
  const { filters, window } = resolved;
  const page = {
    limit: oneOf(random, [1, 10, 500]),
    offset: 0,
    order: oneOf(random, ['asc', 'desc'] as const),
  };
  await calls.search({ ...filters, ...page, include_recordings: 0 });
  const population = {
    filters: { start_time: window.start, end_time: window.end },
    includeRecordings: false,
  };
  for await (const batch of calls.read(population, { signal: new AbortController().signal }).raw)
    expect(batch).toBeDefined();
}

const inUtc = (file: AccountFile) => accountOf({ file, clock: new ServiceClock('UTC', () => NOW) });

describe('a process that has answered other questions', () => {
  it.each(Array.from({ length: NAME_STATES }, (_, seed) => seed))(
    'takes names for what a fresh one takes them for, or refuses them in the same words (account %i)',
    async (seed) => {
      const random = seededRandom(seed);
      const rows = randomCalls(random);
      const account = randomAccount(random);
      const service = serviceOf(rows);
      const process = () => new CallLogs(service, inUtc(account));
      const used = process();
      for (let asked = 0; asked < 12; asked += 1) {
        const question = randomQuestion(random);
        const before = service.asked.length;
        const fresh = await outcome(process(), question);
        expect(service.asked.length - before).toBeLessThanOrEqual(2);
        expect(await outcome(used, question)).toEqual(fresh);
        await askSomething(used, random);
      }
    },
  );

  it('never takes a name for one of several ids that bear it', async () => {
    let shared = 0;
    for (let seed = 0; seed < 200; seed += 1) {
      const random = seededRandom(1000 + seed);
      const rows = randomCalls(random);
      const account = randomAccount(random);
      const calls = new CallLogs(serviceOf(rows), inUtc(account));
      const name = oneOf(random, NAMES);
      const bearers = new Set(
        [
          ...rows.toSorted((a, b) => ((a.call_date ?? '') < (b.call_date ?? '') ? 1 : -1)).slice(0, 500),
          ...Object.entries(account.users).map(([user_id, user]) => ({ user_id, user })),
        ].flatMap(({ user_id, user }) =>
          [user, user_id].some((one) => one?.toLowerCase() === name.toLowerCase()) ? [user_id] : [],
        ),
      );
      if (bearers.size < 2 || bearers.has(name)) continue;
      shared += 1;
      expect(await outcome(calls, { user_id: name })).toContain('fits more than one user');
    }
    expect(shared).toBeGreaterThan(30);
  });
});
