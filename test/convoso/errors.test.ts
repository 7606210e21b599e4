import { describe, expect, it } from 'vitest';
import { type Endpoint, refusalError, transportError } from '../../src/convoso/errors.js';

/** Every number of the contract's tables and every one seen live, with the argument its text must name. */
const DOCUMENTED: readonly [Endpoint, number, RegExp][] = [
  ['retrieve', 6026, /campaign_id/],
  ['retrieve', 6041, /queue_id/],
  ['retrieve', 6042, /list_id/],
  ['retrieve', 6006, /user_id/],
  ['retrieve', 6031, /date/],
  ['retrieve', 6050, /status/],
  ['retrieve', 6002, /list_id/],
  ['retrieve', 6004, /campaign_id/],
  ['retrieve', 6030, /queue_id/],
  ['retrieve', 7231, /offset/],
  ['retrieve', 7258, /limit/],
  ['retrieve', 5001, /token/],
  ['update', 6060, /call_log_id is not a valid id/],
  ['update', 6061, /No call log has this call_log_id/],
  ['update', 6062, /rules for this extra field/],
  ['update', 6032, /call_log_id is missing/],
  ['update', 6033, /No call log has this call_log_id/],
  ['update', 6035, /no extra field/],
  ['update', 5001, /token/],
];

describe('error numbers', () => {
  it.each(DOCUMENTED)('%s %i has its own text', (endpoint, code, why) => {
    const error = refusalError(endpoint, { code, text: 'RAW WORDS' });
    expect(error.why).toMatch(why);
    expect(error.what).toBe(
      endpoint === 'retrieve'
        ? `The call search failed (Convoso error ${code}).`
        : `The update was not made (Convoso error ${code}).`,
    );
    expect(error.next.length).toBeGreaterThan(20);
    expect(error.message).not.toContain('RAW WORDS');
    expect([error.endpoint, error.code, error.kind]).toStrictEqual([
      endpoint,
      code,
      code === 5001 ? 'token' : 'refused',
    ]);
  });

  it('gives different meanings of one endpoint different texts', () => {
    const whys = (endpoint: Endpoint) =>
      DOCUMENTED.filter(([one]) => one === endpoint).map(
        ([, code]) => refusalError(endpoint, { code, text: undefined }).why,
      );
    // Two numbers mean the same list, campaign and queue on retrieve, and the same missing call on update.
    expect(new Set(whys('retrieve')).size).toBe(9);
    expect(new Set(whys('update')).size).toBe(6);
  });

  it('does not lend the meaning of a number to the other endpoint', () => {
    const meaning = (endpoint: Endpoint, code: number) =>
      refusalError(endpoint, { code, text: 'own words' }).why;
    for (const code of [6026, 6041, 6042, 6006, 6031, 6050, 7231, 7258]) {
      expect(meaning('update', code)).toBe('The service refused the request, in its own words: “own words”.');
    }
    for (const code of [6060, 6061, 6062, 6032, 6033, 6035]) {
      expect(meaning('retrieve', code)).toBe(
        'The service refused the request, in its own words: “own words”.',
      );
    }
  });
});

describe('errors without a number', () => {
  it.each([
    ['Invalid authentication token', 'token', /does not accept the authentication token/],
    ['Invalid auth_token', 'token', /does not accept the authentication token/],
    ['Invalid date format', 'refused', /A date is not in the form/],
    ['Invalid date range', 'refused', /range of dates/],
    ['Limit cannot exceed 500', 'refused', /limit is more/],
    ['Offset cannot exceed 40000', 'refused', /offset is more/],
  ])('“%s” has its own text', (text, kind, why) => {
    const error = refusalError('retrieve', { code: undefined, text });
    expect(error.kind).toBe(kind);
    expect(error.why).toMatch(why);
    expect(error.what).toBe('The call search failed.');
  });

  it('quotes other words, cleaned and bounded', () => {
    const error = refusalError('update', { code: undefined, text: `No\n\u202ego ${'x'.repeat(900)}` });
    expect(error.why).toMatch(/^The service refused the request, in its own words: “No go x+…”\.$/);
    expect(error.why.length).toBeLessThan(300);
  });

  it('admits when no reason was given', () => {
    expect(refusalError('retrieve', { code: 9999, text: undefined }).message).toBe(
      'The call search failed (Convoso error 9999). The service refused the request without giving a reason. Change the arguments this names. If they look right, ask Convoso support, quoting the error.',
    );
  });
});

describe('failures on the way', () => {
  const parts = { why: 'It broke.', next: 'Try again.' };

  it('say of an update whether it may have been stored', () => {
    const unknown = transportError('interrupted', 'update', parts, 'unknown');
    expect(unknown.what).toBe('The update may or may not have been made.');
    expect(unknown.next).toMatch(/look at the call’s extra fields in Convoso before repeating it/);
    const unsent = transportError('unreachable', 'update', parts, 'not_sent');
    expect([unsent.what, unsent.next]).toStrictEqual(['The update was not made.', 'Try again.']);
  });

  it('leave a search to be tried again', () => {
    const error = transportError('timeout', 'retrieve', parts, 'unknown');
    expect([error.what, error.why, error.next]).toStrictEqual([
      'The call search failed.',
      'It broke.',
      'Try again.',
    ]);
  });
});
