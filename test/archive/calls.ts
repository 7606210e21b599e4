import { stampOf } from '../../src/account-time/stamps.js';
import { type CallLog, TEXT_FIELDS } from '../../src/convoso/call-log.js';
import type { Completeness } from '../../src/walk/completeness.js';

/** Numbers that look random and are the same in every run. */
export function seeded(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const pick = <T>(random: (below: number) => number, values: readonly T[]): T | undefined =>
  values[random(values.length)];

/**
 * Calls of one day with everything that rows of live accounts do: fields that are missing, ids that are no numbers, dates
 * that are none, lengths that are not whole, calls in progress, names in other alphabets, quotes.
 */
export function callsOfDay(date: string, count: number, seed: number, firstId = 1): CallLog[] {
  const random = seeded(seed);
  const start = Date.parse(`${date}T00:00:00Z`) / 1000;
  const maybe = <T>(value: T): T | undefined => (random(12) === 0 ? undefined : value);
  return Array.from({ length: count }, (_, i): CallLog => {
    const inProgress = random(40) === 0;
    const phone = pick(random, [
      '2125550100',
      '+1 (212) 555-0123',
      '12125550144',
      `21255501${10 + random(80)}`,
    ]);
    const campaign = random(4);
    const user = pick(random, ['666', '12340', '12341', '12342']);
    const fields: Record<string, unknown> = {
      id: random(50) === 0 ? `x-${firstId + i}` : String(firstId + i),
      call_date:
        random(60) === 0
          ? pick(random, [`${date}`, 'yesterday', `${date} 10:15`])
          : stampOf(start + Math.floor((86_399 * i) / count)),
      call_length: inProgress || random(25) === 0 ? null : random(3) === 0 ? 0 : random(300) + random(2) / 2,
      lead_id: maybe(random(20) === 0 ? `L${random(9)}` : String(1000 + random(count))),
      first_name: maybe(pick(random, ['Ana', 'ana', 'José', "O'Brien", 'Анна'])),
      last_name: maybe(pick(random, ['Smith', 'smithson', 'Ng'])),
      phone_number: maybe(phone),
      number_dialed: maybe(phone),
      call_type: maybe(pick(random, ['OUTBOUND', 'INBOUND', 'MANUAL', '3WAY'])),
      status: maybe(
        inProgress ? 'QUEUE' : pick(random, ['SALE', 'sale', 'NA', 'NO_ANSWER', 'ZZZ', 'N', 'PDROP']),
      ),
      status_name: maybe(
        inProgress ? 'Call in Progress' : pick(random, ['Sale', 'No Answer', 'Appointment set']),
      ),
      user_id: maybe(user),
      user: maybe(`Agent ${user}`),
      campaign_id: maybe(`11${campaign}`),
      campaign: maybe(`Campaign “${campaign}” ${random(2)}`),
      list_id: maybe(pick(random, ['333', '334'])),
      queue_id: undefined,
      agent_comment: maybe(pick(random, ['called back; it’s fine', '"quoted", \\ and \u{1F600}'])),
      called_count: maybe(String(random(5))),
      caller_id_displayed: maybe('2125550199'),
      term_reason: maybe(pick(random, ['AGENT', 'CALLER'])),
      recording: pick(random, [undefined, [], [{ recording_id: String(i), type: 'mp3' }]]),
      other: maybe({ city: 'Springfield', 'odd name': 'a|b' }),
    };
    return Object.fromEntries(
      Object.entries(fields).filter(([, value]) => value !== undefined),
    ) as unknown as CallLog;
  });
}

/** As a walk hands them on. */
export async function* inBatches(
  calls: readonly CallLog[],
  size = 500,
): AsyncGenerator<readonly CallLog[], void> {
  for (let at = 0; at < calls.length; at += size) yield calls.slice(at, at + size);
}

/** The completeness of a day that was read whole, or of one that was not. */
export function completenessOf(rows: number, complete = true): Completeness {
  return {
    complete,
    total_found: rows,
    fetched: rows,
    unique: rows,
    duplicates: 0,
    outside_filter: 0,
    malformed: 0,
    windows: 1,
    missing: complete ? [] : [{ start: '2026-03-01 10:00:00', end: '2026-03-01 10:59:59' }],
    ...(complete ? {} : { reason: 'The service went away.' }),
  };
}

/** Fields that at least one of the calls has. */
export function fieldsOf(calls: readonly CallLog[]): string[] {
  const names = ['id', 'call_date', 'call_length', ...TEXT_FIELDS, 'recording', 'other'] as const;
  return names.filter((name) => calls.some((call) => call[name] !== undefined && call[name] !== null)).sort();
}
