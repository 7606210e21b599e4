import { afterEach, describe, expect, it } from 'vitest';
import { later, type Row, type Screening, type ScreeningOptions, screening } from './screening.js';

let open: Screening[] = [];
afterEach(async () => {
  await Promise.all(open.map((one) => one.close()));
  open = [];
});
async function over(rows: readonly Row[], options?: ScreeningOptions) {
  const made = await screening(rows, options);
  open.push(made);
  return made;
}
/** Attempts so many seconds after the first, to one number. */
const attempts = (first: string, ...after: readonly number[]): Row[] =>
  [0, ...after].map((seconds) => ({ at: later(first, seconds) }));

const DAY = 86_400;
const FIRST = '2026-02-10 10:00:00';

describe('attempts in 24 hours', () => {
  it('are too many with the fourth less than 24 hours after the first, with the calls behind it', async () => {
    const { screen } = await over(attempts(FIRST, 3600, 7200, DAY - 1));
    const found = await screen('attempts_24h');
    expect(found).toMatchObject({
      found: 1,
      possible: 0,
      findings: [{ certain: true, calls: ['1', '2', '3', '4'] }],
    });
    expect(found.findings[0]?.facts).toMatchObject({ number: '+12125550100', attempts: 4, region: 'US-NY' });
    expect(found.text).toMatch(/^Attempts in 24 hours: 1 finding of more than 3 attempts/);
  });

  it.each([
    ['with three', attempts(FIRST, 60, 120)],
    ['with the fourth exactly 24 hours after the first', attempts(FIRST, 3600, 7200, DAY)],
    [
      'with an inbound call among them',
      [...attempts(FIRST, 60, 120), { at: later(FIRST, 180), type: 'INBOUND' }],
    ],
    ['with a third party brought in', [...attempts(FIRST, 60, 120), { at: later(FIRST, 180), type: '3WAY' }]],
    [
      'to another number of the same lead',
      [...attempts(FIRST, 60, 120), { at: later(FIRST, 180), number: '2125550101' }],
    ],
  ])('are not too many %s', async (_, rows) => {
    const { screen } = await over(rows);
    const found = await screen('attempts_24h');
    expect(found).toMatchObject({ found: 0, possible: 0, findings: [] });
    expect(found.headline).toContain('no finding');
  });

  it('count together for leads that share a number, however it is written, and by hand', async () => {
    const { screen } = await over([
      { at: FIRST, lead: '1', number: '(212) 555-0100' },
      { at: later(FIRST, 60), lead: '2', number: '12125550100' },
      { at: later(FIRST, 120), lead: '2', number: '+1 212 555 0100', type: 'manual' },
      { at: later(FIRST, 180), lead: '1' },
    ]);
    expect((await screen('attempts_24h')).findings[0]?.facts).toMatchObject({ attempts: 4, leads: 2 });
  });

  it('take the dialed number of a lead with several, not the first one', async () => {
    const { screen } = await over(
      [0, 60, 120, 180].map((seconds, i) => ({
        at: later(FIRST, seconds),
        more: { number_dialed: i === 3 ? '2125550177' : '2125550155' },
      })),
    );
    expect(await screen('attempts_24h')).toMatchObject({ found: 0, possible: 0 });
  });

  it('are real hours where the clock is set back or ahead', async () => {
    const back = await over(attempts('2026-10-31 12:00:00', 60, 120, DAY - 3600), {
      now: '2026-11-20T17:00:00Z',
    });
    expect((await back.screen('attempts_24h')).found).toBe(0);
    const inside = await over(attempts('2026-10-31 12:00:00', 60, 120, DAY - 3601), {
      now: '2026-11-20T17:00:00Z',
    });
    expect((await inside.screen('attempts_24h')).found).toBe(1);
    const ahead = await over(attempts('2026-03-07 12:00:00', 60, 120, DAY + 3599), {
      now: '2026-03-20T17:00:00Z',
    });
    expect((await ahead.screen('attempts_24h')).found).toBe(1);
    const exactly = await over(attempts('2026-03-07 12:00:00', 60, 120, DAY + 3600), {
      now: '2026-03-20T17:00:00Z',
    });
    expect((await exactly.screen('attempts_24h')).found).toBe(0);
  });

  it('are only possibly too many where the hour that occurs twice decides', async () => {
    const { screen } = await over(attempts('2026-10-31 02:15:00', 60, 120, DAY - 1800), {
      now: '2026-11-20T17:00:00Z',
    });
    const found = await screen('attempts_24h');
    expect(found).toMatchObject({ found: 0, possible: 1 });
    expect(found.findings[0]?.why).toContain('clock');
  });

  it('are only possibly too many where one was blocked or has no direction', async () => {
    for (const last of [{ status: 'CALL_BLOCKED' }, { type: null }, { type: 'AUTO' }]) {
      const { screen } = await over([...attempts(FIRST, 60, 120), { at: later(FIRST, 180), ...last }]);
      const found = await screen('attempts_24h');
      expect(found).toMatchObject({ found: 0, possible: 1, findings: [{ certain: false, call_count: 4 }] });
    }
  });

  it('are only possibly too many near the limit where the account’s zone is not known', async () => {
    const near = await over(attempts(FIRST, 60, 120, DAY - 1), { zone: undefined });
    expect(await near.screen('attempts_24h')).toMatchObject({ found: 0, possible: 1 });
    const sure = await over(attempts(FIRST, 60, 120, DAY - 3601), { zone: undefined });
    expect(await sure.screen('attempts_24h')).toMatchObject({ found: 1, possible: 0 });
  });

  it('count with those before the window, and are no finding of a window that they only precede', async () => {
    const { screen } = await over(attempts('2026-02-09 23:00:00', 60, 120, 7200));
    const window = { start_time: '2026-02-10', end_time: '2026-02-20' };
    expect((await screen('attempts_24h', window)).findings[0]?.calls).toEqual(['1', '2', '3', '4']);
    const before = await screen('attempts_24h', { start_time: '2026-02-11', end_time: '2026-02-20' });
    expect(before).toMatchObject({ found: 0 });
  });

  it('are shown by filters, and counted without them', async () => {
    const rows = attempts(FIRST, 60, 120, 180).map((row, i) => ({
      ...row,
      campaign: i === 3 ? '112' : '111',
    }));
    const { screen } = await over(rows);
    const shown = await screen('attempts_24h', { campaign_id: '112' });
    expect(shown.findings[0]).toMatchObject({ calls: ['1', '2', '3', '4'], facts: { in_one_campaign: 3 } });
    expect(shown.basis?.join(' ')).toContain('1 pass the limit only with the campaigns together');
    expect(await screen('attempts_24h', { campaign_id: '113' })).toMatchObject({ found: 0, possible: 0 });
    expect(await screen('attempts_24h', { campaign_id: '112, 113' })).toMatchObject({ found: 1 });
    expect(await screen('attempts_24h', { campaign_id: '!111, !112' })).toMatchObject({ found: 0 });
  });

  it('are one finding as long as their hours overlap, and two apart', async () => {
    const { screen } = await over([
      ...attempts(FIRST, 60, 120, 180, 80_000),
      ...attempts(later(FIRST, 5 * DAY), 60, 120, 180),
    ]);
    const { findings } = await screen('attempts_24h');
    expect(findings.map(({ call_count }) => call_count)).toEqual([5, 4]);
  });

  it('are measured by the account’s own limit, which the answer says', async () => {
    const { screen } = await over(attempts(FIRST, 60, 120), {
      account: { audit: { attempts_24h: { most: 2 } } },
    });
    const found = await screen('attempts_24h');
    expect(found).toMatchObject({ found: 1, changed_by_account: ['most 2 instead of 3'] });
    expect(found.text).toContain('Changed in the account file: most 2 instead of 3.');
  });
});

describe('attempts in 7 days', () => {
  const account = { audit: { attempts_7d: { campaigns: ['111'] } } };

  it('cannot be screened before the account names the campaigns that collect debts', async () => {
    const { screen } = await over(attempts(FIRST, 60));
    expect((await screen('attempts_7d')).cannot).toMatchObject({
      why: expect.stringContaining('the account file names none'),
      next: expect.stringContaining('attempts_7d'),
    });
  });

  it.each([
    ['eight on seven consecutive days', [1, 2, 3, 4, 5, 6, 6.2].map((days) => days * DAY), 1],
    ['seven', [1, 2, 3, 4, 5, 6].map((days) => days * DAY), 0],
    ['eight over eight days', [1, 2, 3, 4, 5, 6, 7].map((days) => days * DAY), 0],
  ])('of a campaign that collects debts: %s', async (_, after, found) => {
    const { screen } = await over(attempts(FIRST, ...after), { account });
    expect((await screen('attempts_7d')).found).toBe(found);
  });

  it('leave other campaigns alone', async () => {
    const rows = attempts(FIRST, 60, 120, 180, 240, 300, 360, 420).map((row) => ({
      ...row,
      campaign: '112',
    }));
    const { screen } = await over(rows, { account });
    expect((await screen('attempts_7d')).found).toBe(0);
  });

  it('begin anew with a conversation, whose day is the first of seven', async () => {
    const talk = { at: FIRST, status: 'COMPLETED' };
    const seventh = await over([talk, { at: later('2026-02-16 00:00:00', 23 * 3600) }], { account });
    expect((await seventh.screen('attempts_7d')).findings).toMatchObject([
      { certain: true, calls: ['1', '2'] },
    ]);
    const eighth = await over([talk, { at: '2026-02-17 00:00:00' }], { account });
    expect((await eighth.screen('attempts_7d')).findings).toEqual([]);
    const unknown = await over([{ ...talk, status: 'ODD' }, { at: '2026-02-11 10:00:00' }], { account });
    expect((await unknown.screen('attempts_7d')).findings).toMatchObject([{ certain: false }]);
  });
});
