import type { Row } from '../service.js';
import { type Quirk, simple } from './quirk.js';

const TIMED_OUT = { success: true, error: 'Query timed out' };
/** The page of a reply, whichever dialect it is in. */
const pageOf = (body: Row): Row => (body['data'] as Row | undefined) ?? body;
const isEmpty = (body: Row) => (pageOf(body)['results'] as readonly unknown[]).length === 0;
const everyReply = (name: string, body: (body: Row) => unknown, more: Partial<Quirk> = {}) =>
  simple('envelopes', name, { body }, more);
/** Some replies only, and never all of them. */
const someReplies = (name: string, body: (body: Row) => unknown): Quirk => ({
  name: `${name}, now and then`,
  kind: 'envelopes',
  hooks: ({ random }) => ({ body: (plain) => (random.chance(0.4) ? body(plain) : plain) }),
});

export const ENVELOPES: readonly Quirk[] = [
  everyReply('success with an error', () => TIMED_OUT),
  everyReply('success with an error and no rows', () => ({ ...TIMED_OUT, results: [] })),
  someReplies('success with an error', () => TIMED_OUT),
  someReplies('success with an error and no rows', () => ({ ...TIMED_OUT, results: [] })),
  someReplies('success with an error inside data', () => ({
    success: true,
    data: { error: 'Query timed out', results: [], total_found: 0 },
  })),
  someReplies('success with a message and no list', () => ({ success: true, message: 'Please try again' })),
  everyReply('no success inside data', () => ({ success: true, data: { success: false, error: 'nope' } })),
  someReplies('no success inside data', () => ({
    success: true,
    data: { success: false, error: 'nope', results: [] },
  })),
  someReplies('success of 0', () => ({ success: 0, code: 5002, error: 'Busy' })),
  someReplies('success of the word no', () => ({ success: 'no', results: [] })),
  everyReply('rows at the root beside empty data', (body) => ({ success: true, ...pageOf(body), data: {} })),
  everyReply('rows at the root beside a list as data', (body) => ({
    success: true,
    ...pageOf(body),
    data: [],
  })),
  everyReply('rows in a list as data', (body) => ({
    success: true,
    total_found: pageOf(body)['total_found'],
    data: pageOf(body)['results'],
  })),
  everyReply('rows by keys', (body) => {
    const page = pageOf(body);
    return { success: true, ...page, results: { ...(page['results'] as readonly unknown[]) } };
  }),
  someReplies('null for the list', (body) => ({ success: true, ...pageOf(body), results: null })),
  someReplies('an empty object', () => ({})),
  someReplies('a list', () => []),
  someReplies('null', () => null),
  simple('envelopes', 'a list as data where nothing is found', {
    body: (body) => (isEmpty(body) ? { success: true, data: [] } : body),
  }),
  everyReply('success as a word', (body) => ({ ...body, success: 'true' }), { harmless: true }),
  everyReply('success as a number', (body) => ({ ...body, success: 1 }), { harmless: true }),
  everyReply('an empty error beside the rows', (body) => ({ ...body, success: true, error: '' }), {
    harmless: true,
  }),
  everyReply('no error, in so many words', (body) => ({ ...body, success: true, error: null, code: 0 }), {
    harmless: true,
  }),
  everyReply('more fields around the rows', (body) => ({ ...body, took_ms: 12, server: 'db-2' }), {
    harmless: true,
  }),
  everyReply('a comma too many', (body) => body, {
    harmless: true,
    hooks: () => ({ text: (json) => json.replace(/\]/, ',]') }),
  }),
];
