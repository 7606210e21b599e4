import { Failure } from '../../src/util/failure.js';
import { DEFAULT_WALK_BUDGET } from '../../src/walk/population.js';
import { Walk } from '../../src/walk/walk.js';
import { type Case, caseName, NOW, type Prepared, prepare } from './cases.js';
import { judge, type Outcome, truthOf, type Verdict } from './oracle.js';
import { inMemory } from './reader.js';

/** Walks the calls of a case. @throws whatever is no failure in words */
async function walk({ service, floor, question }: Prepared, zone: string | undefined): Promise<Outcome> {
  const { start, end } = floor.window;
  const walking = new Walk(
    inMemory(service, zone),
    { filters: { ...question.filters, start_time: start, end_time: end }, includeRecordings: false },
    { signal: new AbortController().signal, clock: { zone, now: () => NOW } },
    { ...DEFAULT_WALK_BUDGET, seconds: 20 },
  );
  const ids: string[] = [];
  try {
    for await (const batch of walking) for (const call of batch) ids.push(call.id);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { ids, count: ids.length, complete: false, said: '', failed: error.message };
  }
  const { completeness } = walking;
  const unverified = completeness.unverified ?? [];
  return {
    ids,
    count: ids.length,
    complete: completeness.complete && unverified.length === 0,
    said: [completeness.reason ?? 'no reason', ...unverified].join(' '),
  };
}

/** Walks a case and judges what came of it. */
export async function runWalk(one: Case): Promise<Verdict> {
  const prepared = prepare(one);
  try {
    const outcome = await walk(prepared, one.zone);
    const { service, floor, question, checked } = prepared;
    return judge(outcome, truthOf(service, floor.window, question, one.quirks), {
      ...one,
      ...prepared,
      checked,
    });
  } catch (error) {
    return { right: false, reason: `Ended by ${error instanceof Error ? error.stack : String(error)}` };
  }
}

/** Walks cases one after the other; what is wrong, a line each. */
export async function wrongWalks(cases: readonly Case[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const one of cases) {
    const { right, reason } = await runWalk(one);
    if (!right) wrong.push(`${caseName(one)}: ${reason}`);
  }
  return wrong;
}
