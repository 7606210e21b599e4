import { describe, expect, it } from 'vitest';
import {
  ConvosoError,
  congestedError,
  type Endpoint,
  pausedError,
  refusalError,
  stoppedError,
  transportError,
  withAttempts,
} from '../../src/convoso/errors.js';

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

describe('what to do next', () => {
  it.each<[Endpoint, number, string]>([
    ['retrieve', 6026, 'Check campaign_id: a search without it shows the campaigns that occur.'],
    ['retrieve', 6041, 'Check queue_id, or search without it and read the queue of the rows.'],
    ['retrieve', 6042, 'Check list_id: a search without it shows the lists that occur.'],
    ['retrieve', 6006, 'Check user_id: a search without it shows the agents that occur.'],
    ['retrieve', 6030, 'Check queue_id, or search without it and read the queue of the rows.'],
    ['retrieve', 6031, 'Give start_time and end_time as YYYY-MM-DD HH:MM:SS.'],
    [
      'retrieve',
      6050,
      'Check status: codes vary by account. A search without it shows the codes that occur.',
    ],
    [
      'retrieve',
      7231,
      'Keep offset at or below 40000 and narrow start_time and end_time to reach further calls.',
    ],
    ['retrieve', 7258, 'Ask for at most 500 rows and take the rest with offset.'],
    [
      'retrieve',
      5001,
      'The server operator must set CONVOSO_AUTH_TOKEN (or CONVOSO_AUTH_TOKEN_FILE) to a valid token of the account and restart it.',
    ],
    ['update', 6032, 'Give the call_log_id of the call to update, as search_call_logs shows it.'],
    ['update', 6033, 'Find the call with search_call_logs and use the id it shows.'],
    ['update', 6035, 'Give extra_field_01, extra_field_02 or clear_fields.'],
    ['update', 6060, 'Use the id of the call as search_call_logs or get_call_log shows it.'],
    ['update', 6062, 'Check the length and the allowed values of the field in Convoso, then try again.'],
  ])('after %s %i is said', (endpoint, code, next) => {
    expect(refusalError(endpoint, { code, text: undefined }).next).toBe(next);
  });
});

describe('errors without a number', () => {
  it.each([
    ['Invalid authentication token', 'token', /does not accept the authentication token/],
    ['Invalid authtoken', 'token', /does not accept the authentication token/],
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
    const nothingSeen = refusalError('update', { code: undefined, text: '\u202e' });
    expect([nothingSeen.kind, nothingSeen.outcome, nothingSeen.why]).toStrictEqual([
      'refused',
      'not_sent',
      'The service refused the request without giving a reason.',
    ]);
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

describe('a request that was stopped', () => {
  it('was not sent, for want of time or because nobody wants it', () => {
    const late = stoppedError('update', true);
    expect([late.kind, late.outcome, late.message]).toStrictEqual([
      'busy',
      'not_sent',
      'The update was not made. The time for this request was over before it could be sent. Try again; other requests to the service were before this one.',
    ]);
    const cancelled = stoppedError('retrieve', false);
    expect([cancelled.kind, cancelled.outcome, cancelled.message]).toStrictEqual([
      'cancelled',
      'not_sent',
      'The call search failed. The request was cancelled. Ask again when you want the answer.',
    ]);
  });
});

describe('a request that is not sent while the service rests', () => {
  const last = transportError('unreachable', 'retrieve', { why: 'Nobody listens.', next: 'x' }, 'not_sent');

  it('says why, and when the service is tried again', () => {
    const error = pausedError('update', 3, last, 1_001);
    expect([error.kind, error.outcome, error.cause, error.message]).toStrictEqual([
      'paused',
      'not_sent',
      last,
      'The update was not made. The last 3 requests to the service failed, so this one was not sent. The latest failure: Nobody listens. The service is tried again in 2 s: ask again then.',
    ]);
    expect(pausedError('update', 3, last, 0).next).toContain('in 1 s');
  });

  it('says that another one tries already', () => {
    expect(pausedError('retrieve', 3, undefined, undefined).message).toBe(
      'The call search failed. The last 3 requests to the service failed, so this one was not sent. Another request is trying whether the service works again: ask again in a few seconds.',
    );
  });
});

describe('attempts', () => {
  const cause = new Error('reset');
  const failed = (facts: object, outcome: 'not_sent' | 'unknown' = 'not_sent') =>
    transportError('service', 'update', { why: 'It broke.', next: 'Try again.', ...facts }, outcome, {
      cause,
    });

  it('are counted where more could have helped', () => {
    const never = failed({});
    expect(withAttempts(never, 1)).toBe(never);
    expect(withAttempts(never, 2).why).toBe('It broke. Attempts: 2.');
    expect(withAttempts(failed({ repeat: 'reads' }), 1).why).toBe('It broke. Attempts: 1.');
  });

  it('leave everything else as it was', () => {
    const before = failed({ repeat: 'always', status: 503, code: 7, retryAfterMs: 1_200 });
    const after = withAttempts(before, 4);
    expect(after).toBeInstanceOf(ConvosoError);
    for (const field of [
      ...(['kind', 'endpoint', 'code', 'status', 'repeat', 'retryAfterMs', 'outcome', 'what'] as const),
    ]) {
      expect(after[field]).toBe(before[field]);
    }
    expect(after.cause).toBe(cause);
  });

  it.each([
    [1_200, '2 s'],
    [86_400_000, '86400 s'],
    [86_400_001, 'more than a day'],
  ])('are followed by how long the service asks to wait: %i ms', (retryAfterMs, wait) => {
    const { why, next } = withAttempts(failed({ repeat: 'always', retryAfterMs }), 4);
    expect(why).toBe(`It broke. The service asks to wait ${wait}. Attempts: 4.`);
    expect(next).toBe(`Ask again after ${wait}.`);
  });

  it('leave the wait at the gate in its own words', () => {
    const { why, next } = withAttempts(congestedError('retrieve', 4_200), 2);
    expect(why).not.toContain('The service asks');
    expect(next).toMatch(/^Ask again after 5 s, or/);
  });

  it('keep saying that an update may have been made', () => {
    const { next } = withAttempts(failed({ repeat: 'reads', retryAfterMs: 1_000 }, 'unknown'), 1);
    expect(next).toMatch(/^Whether the change was stored is unknown/);
  });
});
