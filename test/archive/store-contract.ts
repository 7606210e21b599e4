import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ordinalOf } from '../../src/account-time/stamps.js';
import type { ArchivedDay, ArchiveOwner, ArchiveStore } from '../../src/archive/store.js';
import type { CallLog } from '../../src/convoso/call-log.js';
import type { CallLogFilters } from '../../src/convoso/query.js';
import { StatusBook } from '../../src/convoso/statuses.js';
import { phoneKey } from '../../src/phone/phone.js';
import { callKinds } from '../../src/query/call-kinds.js';
import type { CountedCalls, CountedGroup, CountQuestion } from '../../src/query/counts.js';
import { mismatches } from '../../src/query/filters.js';
import { GROUPINGS, type Grouping, keyReader, nameOf } from '../../src/query/groupings.js';
import { callsOfDay, completenessOf, fieldsOf, inBatches } from './calls.js';

const BOOK = new StatusBook({ ZZZ: { group: 'other' } });
const KIND_OF = callKinds(BOOK);
const SYSTEM_USERS = ['666'];
const never = () => new AbortController().signal;
const DAYS = ['2026-03-01', '2026-03-02', '2026-03-03'];
const ALL = { start_time: '2026-03-01 00:00:00', end_time: '2026-03-03 23:59:59' };

export function newOwner(timeZone = 'America/Los_Angeles'): ArchiveOwner {
  return { account: randomBytes(8).toString('hex'), token: randomBytes(32).toString('hex'), timeZone };
}

/** Writes a day as it was read at a moment. */
export function writeDay(
  store: ArchiveStore,
  date: string,
  calls: readonly CallLog[],
  readAt = '2026-03-10T08:00:00.000Z',
): Promise<ArchivedDay | undefined> {
  return store.writeDay({ date, readAt }, inBatches(calls), () => completenessOf(calls.length));
}

/** The keys of calls, which are read in order of time; of calls in one second in the order in which they were written. */
function keysOf(calls: readonly CallLog[], groupBy: readonly Grouping[]): ReadonlyMap<CallLog, string[]> {
  const readers = groupBy.map(keyReader);
  const inOrder = [...calls].sort((a, b) => at(a) - at(b));
  return new Map(inOrder.map((call) => [call, readers.map((keyOf) => keyOf(call, KIND_OF(call)))]));
}

/** The name of the last of the calls that have one; of several in one second, the greatest. */
function lastName(calls: readonly CallLog[], grouping: Grouping): string | undefined {
  const named = calls.filter((call) => nameOf(grouping, call) !== undefined);
  const latest = Math.max(...named.map(at));
  return named
    .filter((call) => at(call) === latest)
    .map((call) => nameOf(grouping, call))
    .sort()
    .at(-1);
}

/** What counting must come to, call by call. */
function counted(calls: readonly CallLog[], groupBy: readonly Grouping[]) {
  const groups = new Map<string, Record<string, unknown> & { calls: CallLog[] }>();
  const inTime = [...calls].sort(byTime);
  const keysOfCall = keysOf(calls, groupBy);
  for (const call of inTime) {
    const system = groupBy.includes('user') && SYSTEM_USERS.includes(call.user_id ?? '');
    const keys = keysOfCall.get(call) ?? [];
    const id = JSON.stringify([system, keys]);
    const group = groups.get(id) ?? { keys, system, calls: [] };
    group.calls.push(call);
    groups.set(id, group);
  }
  return [...groups.values()].map(({ calls: own, ...group }) => ({
    ...group,
    names: groupBy.map((grouping) => lastName(own, grouping)),
    observations: summed(own.map((call) => [KIND_OF(call), call.call_length, 1])),
    ...distinct(own),
  }));
}

const ended = (calls: readonly CallLog[]) => calls.filter((call) => BOOK.groupOf(call) !== 'in_progress');
function distinct(calls: readonly CallLog[]) {
  const values = (field: 'lead_id' | 'phone_number', among = ended(calls)) =>
    new Set(
      among.flatMap((call) => {
        const value = call[field];
        if (value === undefined) return [];
        return field === 'phone_number' ? phoneKey(value) : value;
      }),
    ).size;
  const reached = calls.filter((call) => BOOK.groupOf(call) === 'human');
  return {
    leads: values('lead_id'),
    leads_reached: values('lead_id', reached),
    numbers: values('phone_number'),
    numbers_called: values(
      'phone_number',
      ended(calls).filter(({ call_type = 'MANUAL' }) => ['OUTBOUND', 'MANUAL'].includes(call_type)),
    ),
  };
}

/** Counts of what may come in several parts. */
export function summed(parts: Iterable<readonly [unknown, unknown, number]>): string[] {
  const counts = new Map<string, number>();
  for (const [one, other, count] of parts) {
    const key = JSON.stringify([one, other]);
    counts.set(key, count + (counts.get(key) ?? 0));
  }
  return [...counts].map(([key, count]) => `${key} ${count}`).sort();
}

/** A count in an order and a form that can be compared. */
export function plain({ groups, systemGroups }: Pick<CountedCalls, 'groups' | 'systemGroups'>) {
  return sortedByKeys(
    [...groups, ...systemGroups].map(({ keys, names, system, observations: found, distinct: values }) => ({
      keys,
      names,
      system,
      observations: summed(found),
      ...values,
    })),
  );
}

function sortedByKeys<T>(groups: readonly T[]): T[] {
  const key = (group: T) => JSON.stringify([(group as CountedGroup).system, (group as CountedGroup).keys]);
  return [...groups].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

const byLeads = (groups: readonly CountedGroup[]) =>
  [...groups].sort(
    (a, b) => b.distinct.leads - a.distinct.leads || (a.keys.join('\0') < b.keys.join('\0') ? -1 : 1),
  );

const at = (call: CallLog) => (call.call_date === undefined ? undefined : ordinalOf(call.call_date)) ?? 9e9;
const byTime = (a: CallLog, b: CallLog) => at(a) - at(b) || (a.id < b.id ? -1 : 1);
const byId = (calls: readonly CallLog[]) => [...calls].sort((a, b) => (a.id < b.id ? -1 : 1));

export function questionOf(groupBy: readonly Grouping[]): CountQuestion {
  return {
    groupBy,
    systemUsers: SYSTEM_USERS,
    kindOf: KIND_OF,
    withQueue: true,
    order: byLeads,
  };
}

async function ask<T>(
  store: ArchiveStore,
  filters: CallLogFilters,
  work: (question: Awaited<ReturnType<ArchiveStore['ask']>>) => Promise<T>,
  dates: readonly string[] = DAYS,
): Promise<T> {
  const days = (await store.days()).filter(({ date }) => dates.includes(date));
  const question = await store.ask({ days, filters });
  try {
    return await work(question);
  } finally {
    await question.close();
  }
}

const countIn = (store: ArchiveStore, filters: CallLogFilters, groupBy: readonly Grouping[] = []) =>
  ask(store, filters, (question) => question.count(questionOf(groupBy), never()));

async function readAll(store: ArchiveStore, filters: CallLogFilters, added: readonly CallLog[] = []) {
  return ask(store, filters, async (question) => {
    if (added.length > 0) await question.add(added);
    const calls: CallLog[] = [];
    for await (const batch of question.read(never())) calls.push(...batch);
    return calls;
  });
}

const total = ({ groups, systemGroups }: CountedCalls) =>
  [...groups, ...systemGroups].reduce(
    (sum, { observations: all }) => sum + [...all].reduce((n, [, , count]) => n + count, 0),
    0,
  );

/**
 * What every store of archived days must do. `open` gives a store of an owner: for the same owner the same archive, for
 * another owner one that is empty.
 */
export function storeContract(open: (owner: ArchiveOwner) => ArchiveStore | Promise<ArchiveStore>): void {
  const byDay = DAYS.map((date, i) => callsOfDay(date, 700, 11 + i, 1 + i * 1000));
  const calls = byDay.flat();

  async function filled(): Promise<{ store: ArchiveStore; owner: ArchiveOwner }> {
    const owner = newOwner();
    const store = await open(owner);
    for (const [i, date] of DAYS.entries()) await writeDay(store, date, byDay[i] ?? []);
    return { store, owner };
  }

  describe('days', () => {
    it('are none at first, and an account sees only its own', async () => {
      const { store } = await filled();
      const other = await open(newOwner());
      expect(await other.days()).toEqual([]);
      expect(await store.days()).toHaveLength(3);
      await Promise.all([store.close(), other.close()]);
    });

    it('say what they hold, and a store that is opened later knows them', async () => {
      const { store, owner } = await filled();
      await store.close();
      const again = await open(owner);
      const days = await again.days();
      expect(days.map(({ date, rows, readAt, completeness }) => [date, rows, readAt, completeness])).toEqual(
        DAYS.map((date) => [date, 700, '2026-03-10T08:00:00.000Z', completenessOf(700)]),
      );
      expect(days.map(({ fields }) => [...fields].sort())).toEqual(byDay.map(fieldsOf));
      expect(new Set(days.map(({ digest }) => digest)).size).toBe(3);
      expect(days.every(({ digest }) => /^[0-9a-f]{64}$/.test(digest))).toBe(true);
      await again.close();
    });

    it('without calls are days too', async () => {
      const store = await open(newOwner());
      expect(await writeDay(store, '2026-03-01', [])).toMatchObject({ rows: 0, fields: [] });
      expect(await store.days()).toHaveLength(1);
      await ask(store, ALL, async (question) => {
        const found = await question.count(questionOf(['hour']), never());
        expect(found).toMatchObject({
          groups: [],
          tails: [],
          systemGroups: [],
          total: { leads: 0, leads_reached: 0, numbers: 0, numbers_called: 0 },
          statuses: [],
        });
        expect(found.oldest).toBeUndefined();
      });
      await store.close();
    });

    it('that were not read completely are not stored, and an earlier reading stays', async () => {
      const { store } = await filled();
      const half = (byDay[0] ?? []).slice(0, 100);
      const [before] = await store.days();
      const written = await store.writeDay(
        { date: '2026-03-01', readAt: '2026-03-11T08:00:00.000Z' },
        inBatches(half),
        () => completenessOf(100, false),
      );
      expect(written).toBeUndefined();
      const failing = async function* () {
        yield half;
        throw new Error('the service is gone');
      };
      await expect(
        store.writeDay({ date: '2026-03-01', readAt: '2026-03-11T08:00:00.000Z' }, failing(), () =>
          completenessOf(100),
        ),
      ).rejects.toThrow('the service is gone');
      expect((await store.days())[0]).toEqual(before);
      expect(await readAll(store, { ...ALL, end_time: '2026-03-01 23:59:59' })).toHaveLength(700);
      await store.close();
    });

    it('are replaced by a later reading', async () => {
      const { store } = await filled();
      const later = (byDay[1] ?? []).slice(0, 600).map((call) => ({ ...call, agent_comment: 'reviewed' }));
      await writeDay(store, '2026-03-02', later, '2026-03-12T08:00:00.000Z');
      const days = await store.days();
      expect(days.map(({ rows }) => rows)).toEqual([700, 600, 700]);
      expect(days[1]?.readAt).toBe('2026-03-12T08:00:00.000Z');
      const found = await ask(
        store,
        { start_time: '2026-03-02 00:00:00', end_time: '2026-03-02 23:59:59' },
        async (question) => {
          const read: CallLog[] = [];
          for await (const batch of question.read(never())) read.push(...batch);
          return read;
        },
        ['2026-03-02'],
      );
      expect(byId(found)).toEqual(byId(later));
      await store.close();
    });

    it('before a date are purged', async () => {
      const { store } = await filled();
      expect(await store.purge((date) => date < '2026-03-03')).toEqual(['2026-03-01', '2026-03-02']);
      expect((await store.days()).map(({ date }) => date)).toEqual(['2026-03-03']);
      expect(await store.purge((date) => date < '2026-03-03')).toEqual([]);
      await store.close();
    });

    it('that are as they were written are verified', async () => {
      const { store } = await filled();
      expect(await store.verify(never())).toEqual(new Map());
      await store.close();
    });

    it('have one writer at a time', async () => {
      const owner = newOwner();
      const store = await open(owner);
      const unlock = await store.lock();
      expect(await writeDay(store, '2026-03-01', byDay[0] ?? [])).toBeDefined();
      await unlock();
      await (await store.lock())();
      await store.close();
    });
  });

  describe('reading', () => {
    it('gives back every call as it was stored, oldest first', async () => {
      const { store } = await filled();
      const read = await readAll(store, ALL);
      expect(byId(read)).toEqual(byId(calls));
      const dated = read.filter((call) => at(call) < 9e9).map(at);
      expect(dated).toEqual([...dated].sort((a, b) => a - b));
      await store.close();
    });

    it('keeps no link to a recording', async () => {
      const store = await open(newOwner());
      const src = 'https://records.example/abc123.mp3';
      const call: CallLog = {
        id: '1',
        call_date: '2026-03-01 10:00:00',
        call_length: 5,
        agent_comment: `see ${src}`,
        recording: [{ src, public_url: src, filename: 'abc123.mp3', recording_id: '9', type: 'mp3' }],
      };
      await writeDay(store, '2026-03-01', [call]);
      const [read] = await readAll(store, ALL);
      expect(read).toEqual({
        ...call,
        agent_comment: 'see (recording link left out)',
        recording: [{ recording_id: '9', type: 'mp3' }],
      });
      await store.close();
    });

    it('lets what was read live take the place of what was archived', async () => {
      const { store } = await filled();
      const changed = calls.slice(100, 140).map((call) => ({ ...call, status: 'NEWER' }));
      const today = callsOfDay('2026-03-04', 50, 5, 9000);
      const expected = [...calls.slice(0, 100), ...changed, ...calls.slice(140), ...today];
      expect(byId(await readAll(store, ALL, [...changed, ...today]))).toEqual(byId(expected));
      const found = await ask(store, ALL, async (question) => {
        await question.add(changed);
        await question.add(today);
        return question.count(questionOf(['status']), never());
      });
      expect(plain(found)).toEqual(sortedByKeys(counted(expected, ['status'])));
      await store.close();
    });

    it('works without any archived day', async () => {
      const store = await open(newOwner());
      const today = callsOfDay('2026-03-04', 50, 5, 9000);
      const question = await store.ask({ days: [], filters: ALL });
      await question.add(today);
      const read: CallLog[] = [];
      for await (const batch of question.read(never())) read.push(...batch);
      expect(byId(read)).toEqual(byId(today));
      expect(total(await question.count(questionOf([]), never()))).toBe(50);
      await question.close();
      await store.close();
    });

    it('stops when it is told to', async () => {
      const { store } = await filled();
      const stopped = new AbortController();
      stopped.abort(new Error('enough'));
      await ask(store, ALL, async (question) => {
        await expect(question.count(questionOf(['hour']), stopped.signal)).rejects.toThrow('enough');
        const reading = question.read(stopped.signal)[Symbol.asyncIterator]();
        await expect(reading.next()).rejects.toThrow('enough');
      });
      await store.close();
    });
  });

  describe('counting', () => {
    it('comes to what counting call by call comes to, for every grouping and for several at once', async () => {
      const { store } = await filled();
      const questions: Grouping[][] = [
        [],
        ...GROUPINGS.map((grouping): Grouping[] => [grouping]),
        ['campaign', 'hour'],
        ['user', 'outcome', 'weekday'],
      ];
      for (const groupBy of questions) {
        const found = await countIn(store, ALL, groupBy);
        expect(plain(found), groupBy.join()).toEqual(sortedByKeys(counted(calls, groupBy)));
        expect(found.total).toEqual(distinct(calls));
        const own = groupBy.includes('user') ? calls.filter(({ user_id }) => user_id === '666') : [];
        expect(found.system).toEqual(distinct(own));
      }
      await store.close();
    }, 60_000);

    it('tells statuses as rows spell them, names of those of unknown outcome, what agents gave them, and the dates', async () => {
      const { store } = await filled();
      const found = await countIn(store, ALL);
      const expected = new Map<string, number>();
      for (const call of calls) {
        const outcome = BOOK.groupOf(call);
        const key = `${call.status} ${outcome} ${outcome === 'unmapped' ? call.status_name : ''}`;
        expected.set(key, (expected.get(key) ?? 0) + 1);
      }
      const statuses = new Map<string, number>();
      for (const [status, outcome, count, name] of found.statuses) {
        const key = `${status} ${outcome} ${outcome === 'unmapped' ? name : (name ?? '')}`;
        statuses.set(key, (statuses.get(key) ?? 0) + count);
      }
      expect(statuses).toEqual(expected);
      expect([...expected.keys()]).toContain('NA unmapped Appointment set');
      const byAgents = calls.filter(
        (call) =>
          BOOK.groupOf(call) === 'unmapped' &&
          call.status !== undefined &&
          call.user_id !== undefined &&
          !SYSTEM_USERS.includes(call.user_id),
      );
      expect(byAgents.length).toBeGreaterThan(0);
      expect(found.unmappedByAgents).toBe(byAgents.length);
      const dates = calls
        .flatMap(({ call_date }) => (/^\d{4}/.test(call_date ?? '') ? [call_date] : []))
        .sort();
      expect([found.oldest, found.newest]).toEqual([dates[0], dates.at(-1)]);
      const ofType = (type: string | undefined) =>
        ended(calls).filter(({ call_type }) => call_type === type).length;
      expect(new Map(found.callTypes)).toEqual(
        new Map(['INBOUND', 'OUTBOUND', 'MANUAL', '3WAY', undefined].map((type) => [type, ofType(type)])),
      );
      await store.close();
    });

    it('takes every filter', async () => {
      const { store } = await filled();
      const filters: CallLogFilters[] = [
        { id: '5' },
        { lead_id: '1100' },
        { campaign_id: '112' },
        { queue_id: '1' },
        { list_id: '334' },
        { user_id: '12341' },
        { status: 'Sale' },
        { phone_number: '(212) 555-0123' },
        { number_dialed: '2125550144' },
        { call_type: 'outbound' },
        { called_count: 3 },
        { campaign_id: '111', status: 'na', call_type: 'INBOUND' },
      ];
      for (const filter of filters) {
        const expected = calls.filter(
          (call) =>
            mismatches(call, filter).length === 0 &&
            Object.keys(filter).every((name) => call[name as keyof CallLog] !== undefined),
        );
        expect(plain(await countIn(store, { ...ALL, ...filter }, ['hour'])), JSON.stringify(filter)).toEqual(
          sortedByKeys(counted(expected, ['hour'])),
        );
        expect(byId(await readAll(store, { ...ALL, ...filter }))).toEqual(byId(expected));
      }
      await store.close();
    }, 60_000);

    it('says how calls print ids that were asked for with other zeros', async () => {
      const { store } = await filled();
      const printed = (filters: CallLogFilters) =>
        ask(store, { ...ALL, ...filters }, (question) => question.otherSpellings(never()));
      expect(await printed({ campaign_id: '0111' })).toEqual(new Map([['campaign_id', '111']]));
      expect(await printed({ campaign_id: '111' })).toEqual(new Map());
      expect(await printed({ status: 'NA' })).toEqual(new Map());
      expect(await printed({ campaign_id: '0999' })).toEqual(new Map());
      const added = calls.slice(0, 3).map((call, i) => ({ ...call, id: `9990${i}`, campaign_id: '00111' }));
      await ask(store, { ...ALL, campaign_id: '111' }, async (question) => {
        await question.add(added);
        expect(await question.otherSpellings(never())).toEqual(new Map([['campaign_id', '00111']]));
      });
      await store.close();
    });

    it('takes names as a whole, in any letter case', async () => {
      const { store } = await filled();
      for (const [filter, names] of [
        [{ first_name: 'ANA' }, ['Ana', 'ana']],
        [{ first_name: 'josé' }, ['José']],
        [{ first_name: 'jose\u0301' }, ['José']],
        [{ first_name: "o'brien" }, ["O'Brien"]],
        [{ first_name: 'анна' }, ['Анна']],
        [{ last_name: 'smith' }, ['Smith']],
      ] as const) {
        const expected = calls.filter((call) =>
          names.some((name) => name === ('first_name' in filter ? call.first_name : call.last_name)),
        );
        expect(expected.length).toBeGreaterThan(0);
        expect(byId(await readAll(store, { ...ALL, ...filter }))).toEqual(byId(expected));
      }
      await store.close();
    });

    it('takes part of a day, and calls without a readable date only with the whole of their day', async () => {
      const { store } = await filled();
      const window = { start_time: '2026-03-02 09:30:00', end_time: '2026-03-03 23:59:59' };
      const from = ordinalOf(window.start_time) ?? 0;
      const expected = [
        ...(byDay[1] ?? []).filter((call) => at(call) < 9e9 && at(call) >= from),
        ...(byDay[2] ?? []),
      ];
      expect(byId(await readAll(store, window))).toEqual(byId(expected));
      expect(total(await countIn(store, window))).toBe(expected.length);
      await store.close();
    });

    it('counts what is distinct from each group on, each value once', async () => {
      const { store } = await filled();
      for (const groupBy of [['campaign'], ['user', 'hour']] as Grouping[][]) {
        await ask(store, ALL, async (question) => {
          const found = await question.count(questionOf(groupBy), never());
          expect(found.groups).toEqual(byLeads(found.groups));
          const keysOfCall = keysOf(calls, groupBy);
          const places = new Map(found.groups.map(({ keys }, place) => [keys.join('\0'), place]));
          const expected = found.groups.map((_, from) =>
            distinct(
              calls.filter((call) => {
                const dialer = groupBy.includes('user') && call.user_id === '666';
                const place = places.get(keysOfCall.get(call)?.join('\0') ?? '');
                return !dialer && place !== undefined && place >= from;
              }),
            ),
          );
          expect(found.tails).toEqual(expected);
        });
      }
      await store.close();
    });

    it('counts a call whose date changed only on the day that was read last', async () => {
      const { store } = await filled();
      const [first] = byDay[0] ?? [];
      const [second] = byDay[1] ?? [];
      if (first === undefined || second === undefined) throw new Error('there are calls');
      // One call of the first day is found on the second by a later reading.
      const moved = { ...first, call_date: '2026-03-02 12:00:00', status: 'MOVED' };
      await writeDay(store, '2026-03-02', [...(byDay[1] ?? []), moved], '2026-03-12T08:00:00.000Z');
      let expected = [...calls.slice(1), moved];
      expect(byId(await readAll(store, ALL))).toEqual(byId(expected));
      expect(plain(await countIn(store, ALL, ['date']))).toEqual(sortedByKeys(counted(expected, ['date'])));
      const firstDay = { ...ALL, end_time: '2026-03-01 23:59:59' };
      expect(total(await countIn(store, firstDay))).toBe(699);
      // Then it is back on the first, which is read last.
      await writeDay(store, '2026-03-01', byDay[0] ?? [], '2026-03-13T08:00:00.000Z');
      expected = calls;
      expect(byId(await readAll(store, ALL))).toEqual(byId(expected));
      await store.close();
    });

    it('answers several questions at once', async () => {
      const { store } = await filled();
      const found = await Promise.all(
        GROUPINGS.map((grouping) => countIn(store, ALL, [grouping]).then((one) => [grouping, one] as const)),
      );
      for (const [grouping, one] of found) {
        expect(plain(one), grouping).toEqual(sortedByKeys(counted(calls, [grouping])));
      }
      await store.close();
    }, 60_000);
  });
}
