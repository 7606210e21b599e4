import { FEW, ODD_FULL as FULL } from '../support/counts.js';
import { type Dialect, type Floor, makeFloor } from './floor.js';
import { isChecked, type Question, questionsOf } from './questions.js';
import { FAITHFUL, QUIRKS, type Quirk, titleOf } from './quirks/index.js';
import { Service } from './service.js';

/** One reading to try: a service with quirks, a floor, a question. The same seed gives the same case. */
export interface Case {
  readonly quirks: readonly Quirk[];
  readonly dialect: Dialect;
  readonly size: number;
  readonly seed: number;
  readonly question: string;
  /** The zone of the account, where the reader knows it. */
  readonly zone: string | undefined;
}

/** A case made ready to be asked. */
export interface Prepared {
  readonly floor: Floor;
  readonly service: Service;
  readonly question: Question;
  readonly checked: boolean;
}

export const ZONE = 'America/Los_Angeles';
/** When questions are asked: after all windows of all floors. */
export const NOW = new Date('2026-11-20T20:00:00Z');
/** First seed of everything. */
export const SEED = Number(process.env['ODD_SEED'] ?? 1);

/** Quirks whose title holds `ODD_ONLY`; all of them without it. */
export function chosen(): readonly Quirk[] {
  const only = process.env['ODD_ONLY'];
  return only === undefined ? QUIRKS : QUIRKS.filter((quirk) => titleOf(quirk).includes(only));
}

export function prepare({ quirks, dialect, size, seed, question: name }: Case): Prepared {
  const season = quirks.find((quirk) => quirk.season !== undefined)?.season ?? 'plain';
  const floor = makeFloor({ seed, size, dialect, season });
  const service = new Service(floor, quirks, seed);
  const question = questionsOf(dialect, floor.calls).get(name);
  if (question === undefined) throw new Error(`no question ${name}`);
  return { floor, service, question, checked: isChecked(question, dialect) };
}

const DIALECTS: readonly Dialect[] = ['contract', 'live'];
const PAGES = [120, 500, 501];
/** Several pages. */
export const LARGE = 2000;
const LARGEST = 41_000;

/** The cases of one quirk: all its questions, in both dialects, over one page and where there is time over more. */
export function casesOf(quirk: Quirk, place: number): Case[] {
  const cases: Case[] = [];
  for (const [i, dialect] of DIALECTS.entries()) {
    for (const [j, question] of (quirk.questions ?? ['all', 'status']).entries()) {
      for (const size of FULL ? [...PAGES, LARGE, LARGEST] : fewSizes(place, i, j)) {
        if (size > (quirk.largest ?? LARGEST)) continue;
        const seeds = FULL && size < LARGE ? 5 : 1;
        for (let seed = SEED; seed < SEED + seeds; seed += 1) {
          // Floors take long to make: few of them for many quirks.
          const own = seed * 101 + (size < LARGE ? (place % 5) * 7 : place % 3) + i;
          cases.push({ quirks: [quirk], dialect, size, seed: own, question, zone: ZONE });
        }
      }
    }
  }
  return cases;
}

/** One page in both dialects, more in one of them for one of the questions, and the largest floor for a few quirks. */
function fewSizes(place: number, dialect: number, question: number): number[] {
  const page = PAGES[(place + dialect) % 3] ?? 120;
  if (FEW || question > 0 || (place + dialect) % 2 === 1) return [page];
  return place % 80 === 3 ? [page, LARGE, LARGEST] : [page, LARGE];
}

/** The cases of a service without quirks: there, every question has a complete answer. */
export function faithfulCases(): Case[] {
  const cases: Case[] = [];
  for (const dialect of DIALECTS) {
    const names = [...questionsOf(dialect, []).keys()].filter((name) => name !== 'campaign_id with a zero');
    for (const question of names) {
      for (const size of FULL || (question === 'all' && !FEW) ? [...PAGES, LARGE] : [501]) {
        for (let seed = SEED; seed < SEED + (FULL ? 20 : 1); seed += 1)
          cases.push({ quirks: [FAITHFUL], dialect, size, seed, question, zone: ZONE });
      }
    }
    cases.push({ quirks: [FAITHFUL], dialect, size: 1000, seed: SEED, question: 'all', zone: undefined });
    if (FULL || (dialect === 'live' && !FEW))
      cases.push({ quirks: [FAITHFUL], dialect, size: LARGEST, seed: SEED, question: 'all', zone: ZONE });
  }
  return cases;
}

/** A case in few words, enough to run it again. */
export function caseName({ quirks, dialect, size, seed, question, zone }: Case): string {
  const titles = quirks.map((quirk) => `“${titleOf(quirk)}”`).join(' and ');
  return `${titles}, ${dialect}, ${size} calls, question ${question}, seed ${seed}${zone === undefined ? ', zone unknown' : ''}`;
}
