import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { refusalError } from '../../src/convoso/errors.js';
import { argumentsProblem } from '../../src/render/argument-errors.js';
import { failureText } from '../../src/render/failures.js';

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

  it('says what to do next', () => {
    expect(problem({ ...good, limit: 0 }).next).toBe('Correct this and call the tool again.');
    expect(problem({ ...good, limit: 0, more: 1 })).toMatchObject({
      why: 'limit must be at least 1. Unknown argument: more.',
      next: 'Use only these arguments: limit, order, id.',
    });
  });

  it('names values inside lists and objects, and bounds of lists and texts', () => {
    const nested = z.strictObject({
      list: z.array(z.string()).max(2).optional(),
      text: z.string().min(3).optional(),
      flag: z.boolean().optional(),
      both: z.object({ id: z.string() }).optional(),
    });
    const why = (args: unknown) => {
      const { error } = nested.safeParse(args);
      return error === undefined ? 'valid' : argumentsProblem('a_tool', nested, error).why;
    };
    expect(why({ list: ['a', 'b', 'c'] })).toBe('list must have at most 2 entries.');
    expect(why({ list: 'a' })).toBe('list must be a list.');
    expect(why({ list: ['a', 7] })).toBe('list.1 must be a text.');
    expect(why({ text: 'a' })).toBe('text must be at least 3 characters long.');
    expect(why({ flag: 'a' })).toBe('flag must be of type boolean.');
    expect(why({ both: { id: 7 } })).toBe('both.id must be a text.');
  });

  it('repeats ten unknown names and forty characters of each, no more', () => {
    const unknown = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`${'n'.repeat(39)}${i}`, 1]));
    const { why } = problem({ ...good, ...unknown });
    expect(why).toMatch(/^Unknown arguments: (n{39}\d(, )?){10}\.$/);
  });

  it('has the words of a check of its own, of one argument or of all together', () => {
    const own = z
      .strictObject({ day: z.string().refine((day) => day !== 'never', 'is no day') })
      .refine(({ day }) => day !== 'none', { message: 'A day is needed' });
    const why = (day: string) => {
      const { error } = own.safeParse({ day });
      return error === undefined ? 'valid' : argumentsProblem('a_tool', own as never, error).why;
    };
    expect(why('never')).toBe('day is no day.');
    expect(why('none')).toBe('A day is needed.');
  });

  it('lists the valid names for an unknown one, and repeats names harmlessly', () => {
    const { why, next } = problem({ ...good, 'li\nmit\u202e<b>': 1, constructor: 2 });
    expect(why).toBe('Unknown arguments: li?mit??b?, constructor.');
    expect(next).toBe('Use only these arguments: limit, order, id.');
  });
});
