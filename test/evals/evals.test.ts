import { describe, expect, it } from 'vitest';
import { someOf } from '../support/counts.js';
import { checkAnswerable, evaluationSet } from './check.js';
import { FAMILIES } from './question.js';
import { MAX_CALLS, MAX_TOKENS, MEDIAN_TOKENS, median, score, type ToolResult } from './scorer.js';

/** What supervisors ask most, each answered by one call. */
const ONE_CALL = [
  'most-talk-time',
  'jane-against-the-others',
  'sales-by-campaign-and-week',
  'wait-in-support',
  'called-more-than-three-times',
  'worst-of-our-numbers',
  'late-calls',
  'share-that-bought',
];

const DIALECTS = ['contract', 'live'] as const;

describe.each(DIALECTS)('the evaluation set over the %s dialect', (dialect) => {
  it('has at least 120 questions, of every family, each once', async () => {
    const questions = await evaluationSet(dialect);
    expect(questions.length).toBeGreaterThanOrEqual(120);
    expect(new Set(questions.map(({ id }) => id)).size).toBe(questions.length);
    for (const family of FAMILIES)
      expect(questions.filter((question) => question.family === family).length, family).toBeGreaterThan(12);
  });

  it(`is answerable within ${MAX_CALLS} calls and ${MAX_TOKENS} tokens of text each, and in the middle within 1 and ${MEDIAN_TOKENS}`, {
    timeout: 280_000,
  }, async () => {
    // Each of the two dialects has half of the questions where few are asked.
    const checked = await checkAnswerable(dialect, (all) => someOf(all, 2, DIALECTS.indexOf(dialect)));
    expect(checked.filter(({ right, withinBudget }) => !right || !withinBudget)).toEqual([]);
    const expected = checked.filter(({ way }) => way === 1);
    expect(median(expected.map(({ calls }) => calls))).toBeLessThanOrEqual(1);
    expect(median(expected.map(({ tokens }) => tokens))).toBeLessThanOrEqual(MEDIAN_TOKENS);
    const expectedCalls = new Map(expected.map(({ id, calls }) => [id, calls]));
    for (const id of ONE_CALL) expect(expectedCalls.get(id) ?? 1, id).toBe(1);
  });
});

describe('the scorer', async () => {
  const questions = await evaluationSet('contract');
  const result: ToolResult = { content: [{ type: 'text', text: 'one two three' }] };
  const asked = (id: string) => {
    const question = questions.find((one) => one.id === id);
    if (question === undefined) throw new Error(`no question ${id}`);
    return question;
  };
  const scoreOf = (id: string, answer: string, calls: { tool: string; args: object }[] = []) =>
    score(asked(id), { answer, calls: calls.map(({ tool, args }) => ({ tool, args: { ...args }, result })) });

  it('takes a number as people write it, and no other', () => {
    expect(scoreOf('calls-yesterday', 'There were 1,215 calls.').right).toBe(true);
    expect(scoreOf('calls-yesterday', 'There were 1215.').right).toBe(true);
    for (const wrong of ['11,215 calls', '1215.5', '1,216 calls', '']) {
      expect(scoreOf('calls-yesterday', wrong).right, wrong).toBe(false);
    }
  });

  it('wants every part of an answer and nothing that must not be said', () => {
    expect(scoreOf('which-jane', 'Jane Smith or Jane Okafor?').right).toBe(true);
    expect(scoreOf('which-jane', 'Jane Smith made 57.').right).toBe(false);
    expect(scoreOf('calls-of-a-lead', 'Marcus Reed at 14:30').right).toBe(true);
    expect(scoreOf('calls-of-a-lead', 'Marcus Reed at 14:30, or Jane Smith').right).toBe(false);
  });

  it('wants the change that was asked for, and no other', () => {
    const tool = 'update_call_log_fields';
    const wanted = { tool, args: { extra_field_01: 'QA pass', call_log_id: '789' } };
    const answer = 'Set extra_field_01 of 789.';
    expect(scoreOf('note-a-review', answer, [wanted]).right).toBe(true);
    expect(scoreOf('note-a-review', answer).problems).toHaveLength(1);
    expect(scoreOf('note-a-review', answer, [wanted, { tool, args: { call_log_id: '790' } }]).right).toBe(
      false,
    );
    expect(scoreOf('calls-yesterday', '1215', [wanted]).right).toBe(false);
  });

  it('counts calls and tokens against the budget', () => {
    const call = { tool: 'search_call_logs', args: {} };
    expect(scoreOf('calls-yesterday', '1215', [call])).toMatchObject({
      calls: 1,
      tokens: 3,
      withinBudget: true,
    });
    const many = Array.from({ length: MAX_CALLS + 1 }, () => call);
    expect(scoreOf('calls-yesterday', '1215', many).withinBudget).toBe(false);
  });
});
