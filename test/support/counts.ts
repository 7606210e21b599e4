// How much the tests try is read from the environment here, and nowhere else.

const DEPTHS = ['few', 'many', 'all'] as const;

/** `few`, the default, is what `npm test` has time for; `.ci/run` tries `many`, `.ci/full` tries `all`. */
const DEPTH = DEPTHS.find((depth) => depth === (process.env['TEST_DEPTH'] ?? 'few'));
if (DEPTH === undefined) throw new Error(`TEST_DEPTH is one of ${DEPTHS.join(', ')}`);

/** A count at each depth, unless a variable of its own sets it. */
function count(variable: string, few: number, many: number, all: number): number {
  const given = Number(process.env[variable] ?? { few, many, all }[DEPTH as 'few' | 'many' | 'all']);
  if (!Number.isSafeInteger(given) || given < 1) throw new Error(`${variable} is a whole number from 1`);
  return given;
}

/** Whether the tests try as much as a contributor waits for, and no more. */
export const FEW = DEPTH === 'few';

/** Cases of every property of `test/fuzz`. */
export const FUZZ_CASES = count('FUZZ_CASES', 400, 3_000, 10_000);
/** Canaries in random places, under random masks. */
export const REDACTION_CASES = count('REDACTION_CASES', 200, 400, 10_000);
/** Random accounts whose names a used process and a fresh one take alike. */
export const NAME_STATES = count('NAME_STATES', 15, 60, 300);
/** Random windows, densities and caps that a walk covers. */
export const WALKS = count('WALKS', 40, 150, 1_000);
/** Moments at which a sync is killed. */
export const KILLS = count('ARCHIVE_KILLS', 6, 10, 20);
/** Places in an archive where one bit is wrong. */
export const FLIPS = count('ARCHIVE_FLIPS', 60, 300, 1_000);
/** Readings over services with two quirks. */
export const ODD_RUNS = count('ODD_RUNS', 40, 200, 10_000);
/** All sizes of odd services, which take many minutes: also ODD_FULL=1. */
export const ODD_FULL = DEPTH === 'all' || process.env['ODD_FULL'] === '1';

/** Every so manieth of a list where few are tried, from a place on, so that neighbors try others; else all of it. */
export function someOf<T>(list: readonly T[], every: number, from = 0): readonly T[] {
  return FEW ? list.filter((_one, place) => place % every === from % every) : list;
}
