import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { refusalError } from '../../src/convoso/errors.js';
import { argumentsProblem } from '../../src/text/arguments.js';
import { failureText } from '../../src/text/failures.js';

describe('failureText', () => {
  it('says what failed, why, and what to do next', () => {
    expect(failureText(refusalError('retrieve', { code: 6026, text: undefined }))).toBe(
      'The call search failed (Convoso error 6026).\nWhy: campaign_id is not a campaign of this account.\nNext: Check campaign_id: a search without it shows the campaigns that occur.',
    );
  });

  it('says nothing of an unforeseen error but that it is', () => {
    const text = failureText(new Error('secret /internal/path token=abc'));
    expect(text).toMatch(/^The call failed inside this server\.\nWhy: .+\nNext: .+$/s);
    expect(text).not.toMatch(/secret|path|abc/);
    expect(failureText('thrown text')).toBe(text);
  });
});

describe('argumentsProblem', () => {
  const input = z.strictObject({
    limit: z.int().min(1).max(500),
    order: z.enum(['asc', 'desc']),
    id: z.string().max(5),
  });
  const problem = (args: unknown) => {
    const { error } = input.safeParse(args);
    if (error === undefined) throw new Error('the arguments are valid');
    return argumentsProblem('a_tool', input, error);
  };
  const good = { limit: 1, order: 'asc', id: '1' };

  it.each([
    [{ ...good, limit: 501 }, 'limit must be at most 500.'],
    [{ ...good, limit: 0 }, 'limit must be at least 1.'],
    [{ ...good, limit: 1.5 }, 'limit must be a whole number.'],
    [{ ...good, limit: 'x' }, 'limit must be a whole number.'],
    [{ ...good, order: 'up' }, 'order must be one of asc, desc.'],
    [{ ...good, id: 7 }, 'id must be a text.'],
    [{ ...good, id: '123456' }, 'id must be at most 5 characters long.'],
    [{ ...good, limit: 0, order: 'up' }, 'limit must be at least 1. order must be one of asc, desc.'],
    [[], 'The arguments must be one JSON object.'],
    ['x', 'The arguments must be one JSON object.'],
  ])('of %j: %s', (args, why) => {
    expect(problem(args).why).toBe(why);
    expect(problem(args).what).toBe('a_tool was not run: its arguments are not valid.');
  });

  it('lists the valid names for an unknown one, and repeats names harmlessly', () => {
    const { why, next } = problem({ ...good, 'li\nmit\u202e<b>': 1, constructor: 2 });
    expect(why).toBe('Unknown arguments: li?mit??b?, constructor.');
    expect(next).toBe('Use only these arguments: limit, order, id.');
  });
});
