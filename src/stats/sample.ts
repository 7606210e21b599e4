import { hash } from 'node:crypto';
import { ordinalOf } from '../account-time/stamps.js';
import { oldestOf } from '../calls/first-call.js';
import type { Reading } from '../calls/source.js';
import type { CallLog } from '../convoso/call-log.js';
import { type CallKind, callKinds, hasEnded } from '../query/call-kinds.js';
import {
  type AccountKnowledge,
  compareKeys,
  keyLabel,
  keyReader,
  nameLabel,
  nameOf,
} from '../query/groupings.js';
import type { NameBook } from '../query/names/names.js';
import type { AnswerMasks } from '../redact/masks.js';
import type { OutgoingCall, OutgoingText } from '../redact/outgoing.js';
import { Failure } from '../util/failure.js';
import type { Completeness } from '../walk/completeness.js';

export interface SampleQuestion {
  /** Calls to draw, from each user or campaign where `per` is given. */
  readonly size: number;
  readonly per: 'user' | 'campaign' | undefined;
  readonly pick: PickOrder;
  /** Decides a random draw, and between calls of one second or one length. */
  readonly seed: string;
}

/** Which calls are taken: `random`, or those that come first in an order. */
export const PICKS = ['random', 'newest', 'oldest', 'longest', 'shortest'] as const;
export type PickOrder = (typeof PICKS)[number];

/** Calls taken from one user, one campaign, or all. Labels and calls are fit to leave the server. */
export interface Stratum {
  readonly key: OutgoingText | undefined;
  readonly name: OutgoingText | undefined;
  /** Eligible calls it was drawn from. */
  readonly population: number;
  /** In the order of the pick; those drawn at random in order of time. */
  readonly calls: readonly OutgoingCall[];
}

export interface Sample {
  readonly strata: readonly Stratum[];
  /** Eligible calls in all. */
  readonly population: number;
  /** Calls that are not eligible because they are still in progress. */
  readonly inProgress: number;
  /** Ended calls that are not eligible because they have no length, or no date, to be ordered by. */
  readonly unordered: number;
  /** Calls of the dialer's own users, which stand for no agent; left out where the sample is per user. */
  readonly systemUsers: number;
  /** Date of the oldest call that matches the filters, eligible or not. */
  readonly oldest: string | undefined;
  readonly completeness: Completeness;
}

interface Candidate {
  readonly call: CallLog;
  /** What the pick orders by: the length, or the second the call began in; 0 for a random draw. */
  readonly measure: number;
  readonly rank: string;
}

interface RawStratum {
  readonly key: string | undefined;
  name: string | undefined;
  population: number;
  /** The best so far, best first; never more than `size`. */
  readonly best: Candidate[];
}

/** More users or campaigns than any account has. */
const MAX_STRATA = 5_000;

/**
 * Picks calls from a population in one pass, keeping only those picked. Each call has a rank, the SHA-256 of seed and id;
 * a random sample is the calls of lowest rank. It depends on the seed and the set of calls, not on their order, so the
 * same seed and window give the same calls. Equal lengths and equal dates are decided by rank as well.
 * @throws ConvosoError of the reading
 */
export async function sample(
  reading: Reading,
  question: SampleQuestion,
  known: AccountKnowledge,
): Promise<Sample> {
  const kindOf = callKinds(known.names.statuses);
  const dialer = new Set(known.systemUsers);
  const { per, pick, size } = question;
  const strata = new Map<string, RawStratum>();
  const better = order(pick);
  let population = 0;
  let inProgress = 0;
  let unordered = 0;
  let systemUsers = 0;
  let oldest: string | undefined;
  for await (const batch of reading.masks.watched(reading.raw)) {
    // Batches come oldest first.
    oldest ??= oldestOf(batch);
    for (const call of batch) {
      const kind = kindOf(call);
      if (!hasEnded(kind)) {
        inProgress += 1;
        continue;
      }
      const measure = measureOf(call, pick);
      if (measure === undefined) {
        unordered += 1;
        continue;
      }
      if (per === 'user' && dialer.has(call.user_id ?? '')) {
        systemUsers += 1;
        continue;
      }
      population += 1;
      const stratum = stratumOf(strata, call, per, kind);
      stratum.population += 1;
      const candidate = { call, measure, rank: hash('sha256', `${question.seed}/${call.id}`, 'hex') };
      const worst = stratum.best.at(-1);
      if (stratum.best.length >= size && worst !== undefined && better(candidate, worst) > 0) continue;
      stratum.best.push(candidate);
      stratum.best.sort(better);
      if (stratum.best.length > size) stratum.best.pop();
    }
  }
  return {
    strata: [...strata.values()]
      .sort((a, b) => compareKeys(per ?? 'status', a.key ?? '', b.key ?? ''))
      .map((stratum) => finish(stratum, question, known.names, reading.masks)),
    population,
    inProgress,
    unordered,
    systemUsers,
    oldest,
    completeness: reading.completeness,
  };
}

/** What a call is ordered by; undefined where it has none. */
function measureOf({ call_length, call_date }: CallLog, pick: PickOrder): number | undefined {
  if (pick === 'random') return 0;
  if (pick === 'longest' || pick === 'shortest') return call_length ?? undefined;
  return call_date === undefined ? undefined : ordinalOf(call_date);
}

function order(pick: PickOrder): (a: Candidate, b: Candidate) => number {
  const sign = pick === 'longest' || pick === 'newest' ? -1 : 1;
  return (a, b) => sign * (a.measure - b.measure) || (a.rank < b.rank ? -1 : Number(a.rank > b.rank));
}

function stratumOf(
  strata: Map<string, RawStratum>,
  call: CallLog,
  per: SampleQuestion['per'],
  kind: CallKind,
): RawStratum {
  const key = per === undefined ? undefined : keyReader(per)(call, kind);
  let stratum = strata.get(key ?? '');
  if (stratum === undefined) {
    if (strata.size >= MAX_STRATA) {
      throw new Failure({
        what: 'No sample was drawn.',
        why: `The calls belong to more than ${MAX_STRATA} different values of ${per}.`,
        next: 'Narrow the filters, or draw without per.',
      });
    }
    stratum = { key, name: undefined, population: 0, best: [] };
    strata.set(key ?? '', stratum);
  }
  if (per !== undefined) stratum.name = nameOf(per, call) ?? stratum.name;
  return stratum;
}

function finish(
  { key, name, population, best }: RawStratum,
  { per, pick }: SampleQuestion,
  names: NameBook,
  masks: AnswerMasks,
): Stratum {
  const calls = best.map(({ call }) => masks.call(call, false));
  return {
    key: per === undefined || key === undefined ? undefined : keyLabel(per, key, masks),
    name: per === undefined || key === undefined ? undefined : nameLabel(per, key, name, names, masks),
    population,
    calls:
      pick === 'random' ? calls.sort((a, b) => compareDates(a.call_date ?? '', b.call_date ?? '')) : calls,
  };
}

function compareDates(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
