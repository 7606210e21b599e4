import { expect, it } from 'vitest';
import { ODD_RUNS as RUNS } from '../support/counts.js';
import { type Case, chosen, SEED, ZONE } from './cases.js';
import type { Dialect } from './floor.js';
import { questionsOf } from './questions.js';
import { QUIRKS, type Quirk } from './quirks/index.js';
import { randomOf } from './random.js';
import { wrongWalks } from './walking.js';

// Two quirks at a time, at random. ODD_RUNS=n sets how many, ODD_SEED=n the first seed.

/** The case of a seed: mostly small floors, now and then a large one. */
function pairOf(seed: number): Case {
  const random = randomOf(seed);
  const first = random.pick(chosen() as [Quirk, ...Quirk[]]);
  const others = QUIRKS.filter(
    (quirk) => quirk !== first && (quirk.season === undefined || first.season === undefined),
  );
  const second = random.pick(others as [Quirk, ...Quirk[]]);
  const quirks = random.chance(0.5) ? [first, second] : [second, first];
  const dialect = random.pick<Dialect>(['contract', 'live']);
  const names = quirks.flatMap((quirk) => quirk.questions ?? ['all', 'all', 'status']);
  // Only a service that compares numbers takes 0111 for 111.
  const any = [...questionsOf(dialect, []).keys()].filter((name) => name !== 'campaign_id with a zero');
  const question = random.chance(0.8)
    ? random.pick(names as [string, ...string[]])
    : random.pick(any as [string, ...string[]]);
  const most = Math.min(...quirks.map(({ largest }) => largest ?? 4000));
  const size = Math.min(most, random.chance(0.9) ? 50 + random.below(1450) : 1500 + random.below(2500));
  return { quirks, dialect, size, seed, question, zone: random.chance(0.8) ? ZONE : undefined };
}

it(`${RUNS} readings over services with two quirks are right, or declared incomplete`, {
  timeout: 3_600_000,
}, async () => {
  const cases = Array.from({ length: RUNS }, (_, i) => pairOf(SEED * 1_000_000 + i));
  const wrong = await wrongWalks(cases);
  expect(wrong, `${wrong.length} of ${RUNS} are wrong`).toEqual([]);
});
