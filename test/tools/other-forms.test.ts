import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, openBench } from '../support/tools.js';
import { page, row, sendJson, startUpstream, type Upstream } from '../support/upstream.js';

// Rows that print one value in several forms, and a service that compares them as it likes.

type Row = Record<string, unknown>;
type Compare = (actual: string, wanted: string) => boolean;

const FILTERS = [
  ...['status', 'campaign_id', 'lead_id', 'call_type', 'phone_number'],
  ...['number_dialed', 'first_name', 'last_name'],
];
const exactly: Compare = (actual, wanted) => actual === wanted;
const anyCase: Compare = (actual, wanted) => actual.toUpperCase() === wanted.toUpperCase();

let upstream: Upstream;
let bench: Bench;
let rows: Row[];
let compare: Compare;
/** Milliseconds that the service takes from this request on. */
let slowFrom: readonly [request: number, milliseconds: number];

/** `count` calls, one a minute, the last at 14:30. */
function calls(count: number, values: (place: number) => Row): Row[] {
  return Array.from({ length: count }, (_, i) => {
    const at = new Date(Date.UTC(2026, 2, 3, 14, 30) - (count - 1 - i) * 60_000).toISOString();
    return { ...row({ id: String(1000 + i), call_date: at.slice(0, 19).replace('T', ' ') }), ...values(i) };
  });
}

beforeAll(async () => {
  await import('undici');
  upstream = await startUpstream();
});
beforeEach(() => {
  compare = exactly;
  slowFrom = [Number.POSITIVE_INFINITY, 0];
  bench = openBench({ url: upstream.url, now: new Date('2026-03-04T20:00:00Z') });
  upstream.requests.length = 0;
  upstream.answer = ({ form }, response) => {
    const wanted = FILTERS.flatMap((name) => (form[name] === undefined ? [] : [[name, form[name]] as const]));
    const { start_time: start = '', end_time: end = '9999' } = form;
    const found = rows.filter(
      (one) =>
        String(one['call_date']) >= start &&
        String(one['call_date']) <= end &&
        wanted.every(([name, value]) => compare(String(one[name] ?? ''), value)),
    );
    if (form['order'] === 'desc') found.reverse();
    const offset = Number(form['offset']);
    const answer = page(found.slice(offset, offset + Number(form['limit'])), found.length);
    if (upstream.requests.length < slowFrom[0]) return answer;
    void sleep(slowFrom[1], undefined, { ref: false }).then(() => sendJson(response, JSON.stringify(answer)));
    return undefined;
  };
});
afterAll(() => upstream.close());

const count = (args: object) => bench.ask('summarize_call_logs', args);
const search = (args: object) => bench.ask('search_call_logs', args);

// One form beside another, in windows that one page shows and in ones that it does not.
describe.each([60, 1200])('of %i calls that print a value in two forms', (size) => {
  it.each([
    ['status', 'SALE', 'sale'],
    ['status', 'SALE', 'Sale'],
    ['status', 'Sale', 'SALE'],
    ['campaign_id', '0111', '111'],
    ['campaign_id', '111', '0111'],
    ['lead_id', '7', '0007'],
    ['first_name', 'JOHN', 'John'],
    ['first_name', 'Jos\u00e9', 'Jose\u0301'],
    ['phone_number', '4155550100', '+1.415.555.0100'],
    ['phone_number', '4155550100', '415-555-0100 x12'],
  ])(
    'a count by %s %s names the other form, %s, or counts that and names this one',
    async (name, one, other) => {
      rows = calls(size, (i) => ({ [name]: i % 3 === 0 ? one : i % 3 === 1 ? other : '' }));
      const { text, structured } = await count({ [name]: one });
      expect(structured).toMatchObject({
        total: { calls: size / 3 },
        completeness: { complete: false },
      });
      const said = [one, other].map((form) => text.includes(`as ${form}; they are not counted here.`));
      expect(said.filter(Boolean)).toHaveLength(1);
      expect(text).toContain('NOT VERIFIED');
    },
  );

  it('a service that takes the forms for one counts every call once', async () => {
    compare = anyCase;
    rows = calls(size, (i) => ({ status: ['SALE', 'Sale', 'sale', 'NI'][i % 4] }));
    const { structured } = await count({ status: 'SALE' });
    expect(structured).toMatchObject({
      total: { calls: (size * 3) / 4 },
      completeness: { complete: true, unique: (size * 3) / 4 },
    });
  });

  it.each([
    ['status', 'SALE'],
    ['campaign_id', '111'],
    ['lead_id', '501'],
    ['first_name', 'John'],
  ])('a faithful service answers a count by %s with two more small requests at most', async (name, value) => {
    compare = anyCase;
    rows = calls(size, (i) => ({ [name]: i % 40 === 0 ? value : '9' }));
    const window = { start_time: '2026-03-02 18:31:00', end_time: '2026-03-03 14:30:00' };
    expect((await count({ ...window, [name]: value })).structured).toMatchObject({
      completeness: { complete: true },
    });
    // The first page of the reading, its closing page, and two more.
    expect(upstream.requests.length).toBeLessThanOrEqual(4);
  });
});

it('a search warns of calls in another letter case, and of ids without their zeros', async () => {
  rows = calls(30, (i) => ({
    status: i % 2 === 0 ? 'SALE' : 'sale',
    campaign_id: i % 2 === 0 ? '0111' : '111',
  }));
  expect((await search({ status: 'SALE' })).structured['warnings']).toStrictEqual([
    'other calls print the same status as sale; they are not among these.',
  ]);
  expect((await search({ campaign_id: '0111' })).structured['warnings']).toStrictEqual([
    'other calls print the same campaign_id as 111; they are not among these.',
  ]);
  compare = anyCase;
  expect((await search({ status: 'SALE' })).structured).not.toHaveProperty('warnings');
});

it('a count names calls that a filter omits, where they are seen without it', async () => {
  rows = calls(60, (i) => ({ status: i % 2 === 0 ? 'SALE' : 'NI' }));
  const whole = rows;
  upstream.answer = ((answer) => (request, response) => {
    rows = request.form['status'] === undefined ? whole : whole.filter((_row, i) => i % 10 !== 0);
    return answer(request, response);
  })(upstream.answer);
  const { structured } = await count({ status: 'SALE' });
  expect(structured).toMatchObject({
    total: { calls: 24 },
    completeness: { complete: false, reason: expect.stringContaining('left out 6 calls') },
  });
});

describe('a number that stands in the other field', () => {
  it.each([
    ['phone_number', 'number_dialed'],
    ['number_dialed', 'phone_number'],
  ])('is named where %s finds nothing, with the argument to use, %s', async (asked, other) => {
    rows = calls(900, (i) => ({
      [asked]: '2125550123',
      [other]: i % 300 === 0 ? '(415) 555-0100' : '(212) 555-0123',
    }));
    const said = `The number is found as ${other}: 3 calls. To count or see them, ask with ${other} in place of ${asked}.`;
    const counted = await count({ [asked]: '415-555-0100' });
    expect(counted.structured).toMatchObject({
      total: { calls: 0 },
      completeness: { complete: true, reason: said },
    });
    expect(counted.text).toContain(said);
    const { text, structured } = await search({ [asked]: '415-555-0100' });
    expect(structured['warnings']).toStrictEqual([said]);
    expect(text).toContain(said);
    expect((await count({ [other]: '415-555-0100' })).structured).toMatchObject({ total: { calls: 3 } });
  });

  it('is not named for a service that ignores the other field', async () => {
    rows = calls(30, () => ({ phone_number: '2125550123', number_dialed: '2125550123' }));
    compare = (actual, wanted) =>
      actual === wanted ||
      (wanted === '4155550100' && upstream.requests.at(-1)?.form['number_dialed'] === wanted);
    expect((await search({ phone_number: '4155550100' })).structured).not.toHaveProperty('warnings');
  });
});

describe('a number printed in a form of its own', () => {
  it.each([
    '+1.415.555.0100',
    '1-415-555-0100',
    '415-555-0100 x12',
    '(415) 555-0100 ext. 7',
    '(415) 555-0100 extension 7',
    '415-555-0100;ext=12',
    '415–555–0100',
    '[415] 555 0100',
    '415·555·0100',
    'tel:+1-415-555-0100',
    "'4155550100",
  ])('%s is found by its digits', async (printed) => {
    // Most rows, and the newest ones, print numbers otherwise.
    rows = calls(700, (i) => ({
      phone_number: i % 350 === 300 ? printed : `21255501${String(i % 100).padStart(2, '0')}`,
    }));
    expect((await count({ phone_number: '4155550100' })).structured).toMatchObject({
      total: { calls: 2 },
      completeness: { complete: true },
    });
    expect((await search({ phone_number: '4155550100' })).structured).toMatchObject({ total_found: 2 });
  });

  it('is found in every form that recent rows print it in', async () => {
    const forms = ['415-555-0100 x12', '415-555-0100 x34', '415-555-0100'];
    rows = calls(300, (i) => ({ phone_number: i % 100 === 0 ? forms[i / 100] : '212-555-0123' }));
    const { structured } = await count({ phone_number: '4155550100' });
    const { reason } = structured['completeness'] as { reason: string };
    const [counted] = upstream.requests.flatMap(({ form }) =>
      form['order'] === 'asc' ? (form['phone_number'] ?? []) : [],
    );
    for (const form of forms) expect(reason.includes(form) || form === counted).toBe(true);
  });

  it('is said to have been looked for in the forms tried, where no row shows it', async () => {
    rows = calls(900, () => ({ phone_number: '2125550123', number_dialed: '2125550123' }));
    const { text, structured } = await count({ phone_number: '4155550100' });
    expect(structured).toMatchObject({ total: { calls: 0 }, completeness: { complete: true } });
    expect(text).toMatch(/Tried: phone_number as 4155550100 and in \d+ other spellings, such as /);
    expect((await search({ phone_number: '4155550100' })).text).toContain(
      'Tried: phone_number as 4155550100',
    );
  });
});

describe('names with accents', () => {
  it.each([
    ['Jos\u00e9', 'Jose\u0301'],
    ['Jose\u0301', 'Jos\u00e9'],
  ])('are found composed or not', async (wanted, printed) => {
    rows = calls(900, (i) => ({ first_name: i % 300 === 0 ? printed : 'Ana' }));
    expect((await count({ first_name: wanted })).structured).toMatchObject({
      total: { calls: 3 },
      completeness: { complete: true, outside_filter: 0 },
    });
    expect((await search({ first_name: wanted })).structured).toMatchObject({ total_found: 3 });
  });

  it('satisfy a filter without them where the service says so, and not where it does not', async () => {
    rows = calls(60, (i) => ({ first_name: i % 2 === 0 ? 'José' : 'Jose' }));
    const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '');
    compare = (actual, wanted) => plain(actual) === plain(wanted);
    const { structured } = await count({ first_name: 'Jose' });
    expect(structured).toMatchObject({ total: { calls: 60 }, completeness: { complete: true } });
    expect((await search({ first_name: 'José' })).structured).not.toHaveProperty('warnings');
    compare = exactly;
    expect((await count({ first_name: 'José' })).structured).toMatchObject({
      total: { calls: 30 },
      completeness: { complete: true },
    });
    rows = calls(60, () => ({ first_name: 'Jose' }));
    expect((await count({ first_name: 'José' })).structured).toMatchObject({
      total: { calls: 0 },
      completeness: { complete: true },
    });
  });

  it('do not match a longer name where the one asked for does not exist', async () => {
    rows = calls(60, () => ({ first_name: 'Anabel' }));
    expect((await count({ first_name: 'Ana' })).structured).toMatchObject({ total: { calls: 0 } });
  });
});

// A service that takes 9 to 15 seconds a request, at a tenth of the time.
describe('a slow service', () => {
  const LATE = 1_400;
  const open = (callMs: number) =>
    openBench({ url: upstream.url, now: new Date('2026-03-04T20:00:00Z'), callMs });
  beforeEach(() => {
    rows = calls(700, (i) => ({
      phone_number: i % 70 === 0 ? '4155550100' : i % 7 === 1 ? '(212) 555-0123' : '2125550123',
      user_id: '7',
      user: 'Jane Smith',
    }));
  });

  it.each([
    ['a phone number', { phone_number: '415-555-0100' }, 10],
    ['a number that nobody called', { phone_number: '415-555-0199' }, 0],
    ['a name and a number', { user_id: 'Jane Smith', phone_number: '415-555-0100' }, 10],
  ])('answers a search by %s with the page that came', async (_what, args, found) => {
    slowFrom = [1, 700];
    const opened = open(2_000);
    const started = performance.now();
    const { text, structured } = await opened.ask('search_call_logs', args);
    expect(performance.now() - started).toBeLessThan(2_000 + LATE);
    expect(structured).toMatchObject({ total_found: found, returned: found });
    expect(text).toContain('It was not checked that ');
    await opened.close();
  });

  it.each([
    ['a phone number', { phone_number: '415-555-0100' }, 10, 2_600],
    ['a number that nobody called', { phone_number: '415-555-0199' }, 0, 2_000],
  ])(
    'answers a count by %s with what was read, and asks for no window again',
    async (_what, args, found, callMs) => {
      slowFrom = [1, 700];
      const opened = open(callMs);
      const { structured } = await opened.ask('summarize_call_logs', args);
      expect(structured).toMatchObject({
        total: { calls: found },
        completeness: { complete: false, missing: [], reason: expect.stringMatching(/not checked/) },
      });
      await opened.close();
    },
  );

  it('shows the next page when it cannot read what stood before it', async () => {
    const first = await search({ user_id: '7', limit: 20 });
    rows = rows.slice(0, -30);
    slowFrom = [upstream.requests.length + 2, 3_000];
    const opened = open(1_500);
    const { structured } = await opened.ask('search_call_logs', first.structured['next'] as object);
    expect(structured).toMatchObject({ returned: 20 });
    expect(String(structured['warnings'])).toContain('It was not checked where the rows are now');
    await opened.close();
  });
});
