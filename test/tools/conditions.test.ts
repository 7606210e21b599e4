import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { CALL_TYPES } from '../../src/query/filters.js';
import type { MaskWord } from '../../src/redact/masks.js';
import { callsIn } from '../support/answers.js';
import { type StandInCall, type StandInOptions, spread, startStandIn } from '../support/stand-in.js';
import { type Bench, openBench } from '../support/tools.js';

// Filters with several values and conditions, as a person asks, over services that give more or less than they should.

const DAY = { start_time: '2026-03-01', end_time: '2026-03-01' };
const directory = mkdtempSync(join(tmpdir(), 'conditions '));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

type Row = Record<string, unknown>;

/** Tools over a service whose rows are changed by `rewrite`. */
async function tools(
  calls: readonly StandInCall[],
  rewrite: (row: Row) => Row = (row) => row,
  { redact = [], ...options }: Partial<StandInOptions> & { redact?: readonly MaskWord[] } = {},
) {
  const standIn = await startStandIn({ calls, rewrite: (rows) => rows.map(rewrite), ...options });
  const bench = openBench({
    url: standIn.url,
    token: standIn.token,
    zone: 'Pacific/Auckland',
    account: { system_users: ['12345'] },
    exports: { directory, server: { name: 'test', version: '0' } },
    redact,
  });
  closing.push(standIn.close, bench.close);
  /** Forms sent for the question itself: pages of the walk, in order of time. */
  const asked = () => standIn.forms.filter(({ order }) => order === 'asc');
  return { bench, asked, forms: standIn.forms };
}

type Found = Row & { total: { calls: number }; completeness: Row; conditions: Row };
async function summary(bench: Bench, args: Row) {
  const { text, structured } = await bench.ask('summarize_call_logs', { ...DAY, ...args });
  const { total, completeness, conditions } = structured as Found;
  return { text, calls: total.calls, completeness, conditions };
}

const CALLS = spread(60, '2026-03-01 00:00:00', 86_400).map((call, i) => ({
  ...call,
  status: ['NI', 'DNC', 'SALE'][i % 3] ?? '',
}));
const count = (test: (call: StandInCall) => boolean) => CALLS.filter(test).length;

describe('several values', () => {
  it.each<[string, unknown, (status: string) => boolean]>([
    ['with commas', 'NI,DNC', (status) => status !== 'SALE'],
    ['in a list', ['ni', 'DNC'], (status) => status !== 'SALE'],
    ['and one that is not wanted', 'NI,DNC,!NI', (status) => status === 'DNC'],
    ['that are not wanted', '!NI, !DNC', (status) => status === 'SALE'],
    ['one that is not wanted', '!SALE', (status) => status !== 'SALE'],
  ])('of a status, %s, are checked on rows', async (_, status, test) => {
    const { bench } = await tools(CALLS);
    const { calls, completeness } = await summary(bench, { status });
    expect(calls).toBe(count((call) => test(call.status ?? '')));
    expect(completeness).toMatchObject({ complete: true });
  });

  it('are not sent, and the answer says how many calls satisfy them', async () => {
    const { bench, asked } = await tools(CALLS);
    const { text, conditions } = await summary(bench, { status: 'NI,DNC' });
    expect(asked().every((form) => form['status'] === undefined)).toBe(true);
    expect(text).toContain('40 of the 60 calls that were read satisfy: status NI or DNC.');
    expect(conditions).toEqual({ checked: { status: 'NI or DNC' }, read: 60, satisfied: 40 });
  });

  it('that come to one are sent, as one value is', async () => {
    const { bench, asked } = await tools(CALLS);
    for (const status of ['NI', ['NI'], 'NI,NI', 'NI,DNC,!DNC', 'NI,']) {
      const { calls, conditions } = await summary(bench, { status });
      expect(calls, String(status)).toBe(20);
      expect(conditions).toBeUndefined();
    }
    expect(asked().every((form) => form['status'] === 'NI')).toBe(true);
  });

  it('are names where the whole text is none, and one name where it is', async () => {
    const names: Readonly<Record<string, string>> = { 111: 'Auto, Home', 112: 'Auto', 113: 'Home' };
    const { bench } = await tools(CALLS, (row) => ({ ...row, campaign: names[String(row['campaign_id'])] }));
    const of = async (campaign_id: unknown) => (await summary(bench, { campaign_id })).calls;
    const each = count(({ id }) => Number(id) % 3 === 0);
    expect(await of('Auto, Home')).toBe(each);
    expect(await of(['Auto', 'Home'])).toBe(2 * each);
    expect(await of('Home,Auto')).toBe(2 * each);
    expect(await of('!Auto, Home')).toBe(2 * each);
    expect(await of('0112,113')).toBe(2 * each);
    const { text } = await summary(bench, { campaign_id: 'home,auto' });
    expect(text).toContain('campaign_id 113 (Home); 112 (Auto)');
    expect(
      await bench.refused('summarize_call_logs', { ...DAY, campaign_id: 'Home,Nobody Knows' }),
    ).toContain('no campaign called “Nobody Knows” is known');
  });

  it.each([
    [{ list_id: '1,!01' }, 'is also named as not wanted'],
    [{ status: ',' }, 'names no value'],
    [{ call_type: 'OUTBOUND,SIDEWAYS' }, `“SIDEWAYS” is not one of ${CALL_TYPES.join(', ')}`],
    [{ lead_id: Array.from({ length: 101 }, (_, i) => i + 1) }, 'more than 100 values'],
    [{ lead_id: [['1'], '2'] }, 'lead_id must be a text'],
  ])('are refused where they cannot be meant: %j', async (args, words) => {
    const { bench, forms } = await tools(CALLS);
    expect(await bench.refused('summarize_call_logs', { ...DAY, ...args })).toContain(words);
    expect(forms).toEqual([]);
  });

  it('are one too many for a search of pages, which says so', async () => {
    const { bench } = await tools(CALLS);
    const refused = await bench.refused('search_call_logs', { ...DAY, status: 'NI,DNC' });
    expect(refused).toMatch(/status cannot be used.*is one value in search_call_logs.*one call for each/s);
  });

  it('of a field that no row carries are refused, with the way to ask', async () => {
    const { bench } = await tools(CALLS);
    const refused = await bench.refused('summarize_call_logs', { ...DAY, queue_id: '1,2' });
    expect(refused).toMatch(/queue_id cannot be checked.*None of the 60 calls.*one call for each value/s);
    expect(await bench.refused('sample_call_logs', { ...DAY, queue_id: '!1' })).toContain('queue_id');
  });

  it('of a field that some pages do not carry are not called verified', async () => {
    const { bench } = await tools(
      CALLS,
      ({ list_id, ...row }) => (Number(row['id']) > 40 ? row : { ...row, list_id }),
      { pageCap: 20 },
    );
    const { calls, completeness } = await summary(bench, { list_id: '333,334' });
    expect(calls).toBe(40);
    expect(completeness).toMatchObject({
      complete: false,
      unverified: [expect.stringMatching(/^list_id: \d+ of 60 rows do not carry it$/)],
    });
  });
});

describe('conditions', () => {
  it('find calls after nine in the evening in one call, to the second, whatever the zone', async () => {
    const at = ['20:59:59', '21:00:00', '23:59:59', '00:00:00', '07:59:59', '08:00:00'];
    const calls = at.map((time, i) => ({ id: String(i + 1), at: Date.parse(`2026-03-01T${time}Z`) / 1000 }));
    const { bench } = await tools(calls);
    const { text, calls: found } = await summary(bench, { time_of_day: '21:00-08:00' });
    expect(found).toBe(4);
    expect(text).toContain('4 of the 6 calls that were read satisfy: time_of_day 21:00-08:00.');
    expect((await summary(bench, { time_of_day: '8am to 9pm' })).calls).toBe(2);
  });

  it('take the hour that the clock repeats for what its stamps say', async () => {
    // In Auckland 02:00 to 03:00 of 5 April 2026 occurs twice.
    const calls = ['01:59:59', '02:30:00', '02:30:00', '03:00:00'].map((time, i) => ({
      id: String(i + 1),
      at: Date.parse(`2026-04-05T${time}Z`) / 1000,
    }));
    const standIn = await startStandIn({ calls });
    const bench = openBench({
      url: standIn.url,
      token: standIn.token,
      zone: 'Pacific/Auckland',
      now: new Date('2026-04-08T00:00:00Z'),
    });
    closing.push(standIn.close, bench.close);
    const day = { start_time: '2026-04-05', end_time: '2026-04-05' };
    expect((await summary(bench, { ...day, time_of_day: '02:00-03:00', weekdays: 'sunday' })).calls).toBe(2);
  });

  it('find all calls over 39 minutes, the longest first, in one call', async () => {
    const calls = [2_339, 2_340, 2_341, 5_000, null, 0].map((call_length, i) => ({
      id: String(i + 1),
      at: Date.parse('2026-03-01T10:00:00Z') / 1000 + i,
      call_length,
    }));
    const { bench } = await tools(calls, (row) => ({
      ...row,
      term_reason: 'AGENT',
      recording: [{ type: 'mp3' }],
    }));
    const { text, structured } = await bench.ask('sample_call_logs', {
      ...DAY,
      min_call_length: 39 * 60,
      pick: 'longest',
      size: 100,
    });
    expect(callsIn(structured).map(({ id }) => id)).toEqual(['4', '3', '2']);
    expect(text).toContain(
      'The 3 longest of 3 eligible calls (matching, ended, with a length), longest first.',
    );
    expect(text).toContain('1 call has no length and is left out.');
    expect(text).not.toContain('Seed');
    expect(structured).not.toHaveProperty('seed');
    expect(structured).toMatchObject({ shared: { term_reason: 'AGENT' } });
    expect(callsIn(structured)[0]).toMatchObject({ recording: [{ type: 'mp3' }] });
  });

  it('find comments that mention a word, newest first, in one call', async () => {
    const words = ['wants a LAWYER', 'fine', 'avocat', 'Lawyér called', undefined, null];
    const { bench } = await tools(CALLS, (row) => ({
      ...row,
      agent_comment: words[Number(row['id']) % words.length],
    }));
    const { structured, text } = await bench.ask('sample_call_logs', {
      ...DAY,
      comment_contains: 'lawyer',
      pick: 'newest',
      size: 4,
    });
    expect(callsIn(structured).map(({ id }) => id)).toEqual(['60', '57', '54', '51']);
    expect(text).toContain('The 4 newest of 20 eligible calls');
    expect((structured as Found).completeness).toMatchObject({ complete: true });
  });

  it('say which calls they cannot be checked on, and are then not called complete', async () => {
    const { bench } = await tools(CALLS, (row) =>
      Number(row['id']) <= 12 ? { ...row, call_date: 'soon', status: 'N' } : row,
    );
    const dated = await summary(bench, { time_of_day: '00:00-06:00' });
    expect(dated.completeness).toMatchObject({ complete: false });
    expect(dated.text).toContain('time_of_day: 12 calls have no readable time and are left out');
    expect(dated.conditions).toMatchObject({ read: 60, unknown: { time_of_day: 12 } });
    const outcome = await summary(bench, { outcome: 'human' });
    expect(outcome.text).toContain('calls have a status of unknown outcome and are left out');
    expect(outcome.completeness).toMatchObject({ complete: false });
  });

  it('ask for recordings where they have to be known, and give out no link', async () => {
    const { bench, asked } = await tools(CALLS, (row) => ({
      ...row,
      recording: Number(row['id']) % 4 === 0 ? [{ public_url: 'https://recordings.test/1' }] : [],
    }));
    const { text, calls } = await summary(bench, { has_recording: 1 });
    expect(calls).toBe(15);
    expect((await summary(bench, { has_recording: false })).calls).toBe(45);
    expect(asked().every((form) => form['include_recordings'] === '1')).toBe(true);
    expect(text).not.toContain('recordings.test');
  });

  it('that no row can show are refused', async () => {
    const { bench } = await tools(CALLS, ({ recording: _, user_id: _user, ...row }) => row);
    for (const condition of [{ has_recording: 1 }, { agents_only: 1 }, { has_comment: 0 }]) {
      const refused = await bench.refused('summarize_call_logs', { ...DAY, ...condition });
      expect(refused).toContain(`${Object.keys(condition)[0]} cannot be checked.`);
    }
  });

  it('leave out the dialer’s own calls and those of nobody, and take manual calls for outbound', async () => {
    const types = ['outbound', 'MANUAL', 'Inbound', '3WAY'];
    const { bench } = await tools(CALLS, (row) => ({
      ...row,
      call_type: types[Number(row['id']) % 4],
      user_id: ['12345', null, '7'][Number(row['id']) % 3],
    }));
    expect((await summary(bench, { agents_only: true })).calls).toBe(20);
    expect((await summary(bench, { direction: 'outbound' })).calls).toBe(30);
    expect((await summary(bench, { direction: 'INBOUND' })).calls).toBe(15);
  });

  it('say so where no call satisfies them', async () => {
    const { bench } = await tools(CALLS);
    const { text, completeness } = await summary(bench, { min_call_length: 80_000 });
    expect(completeness).toMatchObject({ complete: true, unique: 60 });
    expect(text).toContain('No call satisfies all conditions.');
    expect(text).toContain('0 of the 60 calls that were read satisfy: min_call_length 80000 s.');
  });

  it('stand in the manifest of an export', async () => {
    const { bench } = await tools(CALLS);
    const { structured } = await bench.ask('export_call_logs', { ...DAY, status: 'NI,DNC', weekdays: 'sun' });
    expect(structured).toMatchObject({ rows: 40, conditions: { read: 60, satisfied: 40 } });
    const manifest = JSON.parse(readFileSync(String(structured['manifest']), 'utf8'));
    expect(manifest).toMatchObject({
      rows: 40,
      conditions: { checked: { status: 'NI or DNC', weekdays: 'Sun' }, read: 60, satisfied: 40 },
    });
  });

  it.each([
    [{ time_of_day: '25:00-08:00' }, '“25:00-08:00” is not a range of times'],
    [{ time_of_day: '9-9' }, 'begins and ends at 09:00'],
    [{ time_of_day: 'evening' }, 'HH:MM-HH:MM'],
    [{ time_of_day: '13pm-14pm' }, 'is not a range of times'],
    [{ weekdays: 'mon,noday' }, '“noday” is not a day of the week'],
    [{ weekdays: 't' }, '“t” is not a day of the week'],
    [{ outcome: 'happy' }, '“happy” is not one of human, machine'],
    [{ outcome: 'human,!human' }, 'leaves nothing to look for'],
    [{ min_call_length: 60, max_call_length: 30 }, '30 s is less than min_call_length 60 s'],
    [{ min_call_length: -1 }, 'min_call_length must be at least 0'],
    [{ direction: 'up' }, 'direction must be one of outbound, inbound'],
    [{ has_recording: 'some' }, 'has_recording must be a whole number'],
  ])('are refused in words where they make no sense: %j', async (args, words) => {
    const { bench, forms } = await tools(CALLS);
    expect(await bench.refused('summarize_call_logs', { ...DAY, ...args })).toContain(words);
    expect(forms).toEqual([]);
  });
});

describe('comments that are masked', () => {
  it('cannot be asked about', async () => {
    const { bench } = await tools(CALLS, (row) => ({ ...row, agent_comment: 'x' }), { redact: ['comment'] });
    for (const args of [{ comment_contains: 'x' }, { has_comment: 1 }]) {
      expect(await bench.refused('sample_call_logs', { ...DAY, ...args })).toContain('Comments are masked');
    }
  });

  it('in part are searched in the part that is shown', async () => {
    const { bench } = await tools(
      CALLS,
      (row) => ({
        ...row,
        first_name: 'Ana',
        last_name: 'Ruiz',
        agent_comment: 'Ruiz: call 212-555-0123 back',
      }),
      { redact: ['phone', 'name'] },
    );
    const of = async (comment_contains: string) => (await summary(bench, { comment_contains })).calls;
    expect(await of('back')).toBe(60);
    expect([await of('Ruiz'), await of('rui'), await of('212-555')]).toEqual([0, 0, 0]);
  });

  it('show no link letter by letter', async () => {
    const { bench } = await tools(CALLS, (row) => ({
      ...row,
      agent_comment: 'see https://recordings.test/a1b2',
    }));
    expect((await summary(bench, { comment_contains: 'recordings.test/a' })).calls).toBe(0);
    expect((await summary(bench, { comment_contains: 'see' })).calls).toBe(60);
  });
});
