import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, openBench } from '../support/tools.js';
import { page, row, startUpstream, type Upstream } from '../support/upstream.js';

// A service that compares the texts of numbers, and an account that prints them in one way.

let upstream: Upstream;
let bench: Bench;
let printed: (digits: string) => string;
const NUMBERS = ['4155550100', '4155550101', '2125550123'];

const calls = () =>
  Array.from({ length: 12 }, (_, i) =>
    row({
      id: String(100 + i),
      call_date: `2026-03-03 14:30:${String(i).padStart(2, '0')}`,
      phone_number: printed(NUMBERS[i % 3] ?? ''),
      number_dialed: printed(NUMBERS[i % 3] ?? ''),
      call_type: i % 4 === 0 ? 'inbound' : 'outbound',
    }),
  );

beforeAll(async () => {
  upstream = await startUpstream();
});
beforeEach(() => {
  printed = (digits) => digits;
  bench = openBench({ url: upstream.url, now: new Date('2026-03-04T20:00:00Z') });
  upstream.requests.length = 0;
  upstream.answer = ({ form }) => {
    const found = calls().filter((one) => {
      const { phone_number, number_dialed } = one as Record<string, unknown>;
      const { call_date } = one as { call_date: string };
      return (
        call_date >= (form['start_time'] ?? '') &&
        call_date <= (form['end_time'] ?? '~') &&
        [undefined, phone_number].includes(form['phone_number']) &&
        [undefined, number_dialed].includes(form['number_dialed'])
      );
    });
    if (form['order'] === 'desc') found.reverse();
    const offset = Number(form['offset']);
    return page(found.slice(offset, offset + Number(form['limit'])), found.length);
  };
});
afterAll(() => upstream.close());

const SPELLINGS = [
  '4155550100',
  '415-555-0100',
  '(415) 555-0100',
  '415.555.0100',
  '+1 415 555 0100',
  '1-415-555-0100',
];
const FORMS: readonly [string, (digits: string) => string][] = [
  ['4155550100', (digits) => digits],
  ['14155550100', (digits) => `1${digits}`],
  ['+14155550100', (digits) => `+1${digits}`],
  ['415-555-0100', (digits) => digits.replace(/^(...)(...)/, '$1-$2-')],
  ['(415) 555-0100', (digits) => digits.replace(/^(...)(...)/, '($1) $2-')],
];

describe.each(FORMS)('an account whose rows print %s', (spelling, form) => {
  beforeEach(() => {
    printed = form;
  });

  it.each(SPELLINGS)(
    'finds the calls of %s, and says how it was sent and which way they went',
    async (given) => {
      for (const name of ['phone_number', 'number_dialed']) {
        const { text, structured } = await bench.ask('summarize_call_logs', { [name]: given });
        expect(structured).toMatchObject({
          total: { calls: 4, numbers: 1 },
          directions: { INBOUND: 1, OUTBOUND: 3 },
          completeness: { complete: true },
        });
        expect(text).toContain('Of these calls: 1 INBOUND, 3 OUTBOUND.');
        expect(upstream.requests.findLast(({ form }) => form['order'] === 'asc')?.form[name]).toBe(spelling);
        const e164 = given === '+14155550100' ? '' : `${given} = `;
        if (given === spelling) expect(structured).not.toHaveProperty('resolved_names');
        else {
          expect(structured['resolved_names']).toStrictEqual({
            [name]: `${e164}+14155550100, sent as ${spelling}`,
          });
          expect(text).toContain(`Searched for ${name} ${e164}+14155550100, sent as ${spelling}.`);
        }
      }
    },
  );

  it('shows the same in pages, which lead on by the spelling that was sent', async () => {
    const { text, structured } = await bench.ask('search_call_logs', {
      phone_number: '415-555-0100 x12',
      limit: 3,
    });
    expect(structured).toMatchObject({
      total_found: 4,
      returned: 3,
      directions: { INBOUND: 0, OUTBOUND: 3 },
    });
    expect(text).toContain('Of the calls shown: 0 INBOUND, 3 OUTBOUND.');
    const next = await bench.ask('search_call_logs', structured['next'] as object);
    expect(next.structured).toMatchObject({ total_found: 4, returned: 1 });
  });
});

it('says when recent rows print numbers in more than one way', async () => {
  printed = (digits) => (digits === '2125550123' ? '(212) 555-0123' : digits);
  const { structured } = await bench.ask('summarize_call_logs', { phone_number: '4155550100' });
  expect(structured).toMatchObject({ total: { calls: 4 } });
  expect(structured['resolved_names']).toStrictEqual({
    phone_number: expect.stringContaining('recent rows print some numbers as (000) 000-0000'),
  });
});

it('groups and counts a number once, however rows write it', async () => {
  let turn = 0;
  printed = (digits) => FORMS[turn++ % FORMS.length]?.[1](digits) ?? '';
  const { structured } = await bench.ask('summarize_call_logs', { group_by: 'number_dialed' });
  expect(structured).toMatchObject({ total: { numbers: 3 } });
  const { rows } = structured['groups'] as { rows: unknown[][] };
  expect(rows.map(([number]) => number).toSorted()).toStrictEqual(
    NUMBERS.map((one) => `+1${one}`).toSorted(),
  );
});

it('asks for recent rows once for several questions, and not at all where no number is given', async () => {
  await bench.ask('search_call_logs', { lead_id: '501' });
  expect(upstream.requests).toHaveLength(1);
  await bench.ask('search_call_logs', { phone_number: '415-555-0100' });
  await bench.ask('search_call_logs', { phone_number: '415-555-0101' });
  expect(upstream.requests).toHaveLength(4);
});

it('sends what is no whole number by its digits, and refuses what is none or is masked', async () => {
  await bench.ask('search_call_logs', { phone_number: '555-0100' });
  expect(upstream.requests.map(({ form }) => form['phone_number'])).toContain('5550100');
  expect(await bench.refused('search_call_logs', { phone_number: 'my mother' })).toContain(
    'is not a phone number',
  );
  expect(await bench.refused('search_call_logs', { phone_number: '***-0100' })).toContain(
    'is a masked number',
  );
});

it('takes ids that differ by leading zeros for the same and says so', async () => {
  upstream.answer = () => page(calls(), 12);
  const page1 = await bench.ask('search_call_logs', { campaign_id: '0111', limit: 20, order: 'asc' });
  expect(page1.structured['warnings']).toStrictEqual([
    expect.stringContaining('Rows print campaign_id 0111 as 111'),
  ]);
  const { text, structured } = await bench.ask('summarize_call_logs', { campaign_id: '0111' });
  expect(structured).toMatchObject({ total: { calls: 12 } });
  expect(text).toContain('Rows print campaign_id 0111 as 111');
  expect((await bench.ask('summarize_call_logs', { campaign_id: '111' })).text).not.toContain('Rows print');
});
