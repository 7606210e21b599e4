import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { later, type Row, type Screening, type ScreeningOptions, screening } from './screening.js';

let open: Screening[] = [];
const folders: string[] = [];
afterEach(async () => {
  await Promise.all(open.map((one) => one.close()));
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
  open = [];
});
async function over(rows: readonly Row[], options?: ScreeningOptions) {
  const made = await screening(rows, options);
  open.push(made);
  return made;
}

const FIRST = '2026-02-10 10:00:00';
/** Four attempts in minutes to each of so many numbers. */
const bursts = (numbers: number): Row[] =>
  Array.from({ length: numbers }, (_, number) =>
    [0, 60, 120, 180].map((seconds) => ({
      at: later(FIRST, number * 3600 + seconds),
      number: `${['212', '213', '214'][Math.floor(number / 100)]}55501${String(number % 100).padStart(2, '0')}`,
    })),
  ).flat();

describe('audit_call_logs', () => {
  it('begins with a line for each screen, then what a finding is, and reads the last 30 whole days and 30 days before', async () => {
    const { bench } = await over(bursts(1));
    const { text, structured } = await bench.ask('audit_call_logs');
    const lines = text.split('\n');
    expect(lines.slice(0, 7).map((line) => line.split(':')[0])).toEqual([
      'Abandonment',
      'Attempts in 24 hours',
      'Attempts in 7 days, collections',
      'Calling hours',
      'Attempts after a do-not-call request',
      'Callbacks not kept',
      'Caller-ID health',
    ]);
    expect(lines[7]).toContain('something to check');
    expect(structured).toMatchObject({
      window: { start: '2026-02-02 00:00:00', end: '2026-03-03 23:59:59' },
      evidence: { start: '2026-01-03 00:00:00' },
    });
    expect(text).not.toMatch(/violation|illegal|infring/i);
    for (const screen of structured['checks'] as Record<string, unknown>[]) {
      if (screen['cannot'] !== undefined) continue;
      expect(text).toContain(screen['rule']);
      expect(text).toContain(screen['citation']);
      expect(text).toContain(screen['unseen']);
      expect(text).toContain(screen['headline']);
      for (const sentence of screen['basis'] as string[]) expect(text).toContain(sentence);
    }
  });

  it('says the same of rows in either form', async () => {
    const rows = [...bursts(3), { at: later(FIRST, 86_400), number: '2135550101', status: 'CALLBK' }];
    const answers = await Promise.all(
      (['contract', 'live'] as const).map(async (dialect) => {
        const { bench } = await over(rows, { dialect });
        return (await bench.ask('audit_call_logs')).structured['checks'];
      }),
    );
    expect(answers[0]).toEqual(answers[1]);
  });

  it.each([
    ['2026-02-10 only', { start_time: '2026-02-10', end_time: '2026-02-10' }, '2026-02-10 00:00:00'],
    ['30 days up to the end, where that alone is given', { end_time: '2026-02-12' }, '2026-01-14 00:00:00'],
  ])('takes the window that is given: %s', async (_, window, start) => {
    const { bench } = await over(bursts(1));
    const { structured } = await bench.ask('audit_call_logs', { ...window, checks: 'attempts_24h' });
    expect(structured).toMatchObject({ window: { start } });
  });

  it('takes 30 days that are over everywhere on earth where the zone is not known', async () => {
    const { bench } = await over(bursts(1), { zone: undefined, now: '2026-03-04T11:00:00Z' });
    const { structured } = await bench.ask('audit_call_logs', { checks: 'attempts_24h' });
    expect(structured).toMatchObject({
      window: { start: '2026-02-01 00:00:00', end: '2026-03-02 23:59:59' },
    });
  });

  it('cuts findings with a count and a cursor that shows the others', async () => {
    const { bench } = await over(bursts(7));
    const first = await bench.ask('audit_call_logs', { checks: ['attempts_24h', 'callbacks'], top: 3 });
    const next = first.structured['next'] as Record<string, unknown>;
    expect(next['cursor']).toBe('attempts_24h:3');
    expect(first.text).toContain('4 more findings: the same question with');
    const numbers = [first.structured];
    for (let args: unknown = next; args !== undefined; ) {
      const { structured } = await bench.ask('audit_call_logs', { ...(args as object), top: 3 });
      numbers.push(structured);
      args = structured['next'];
    }
    const seen = numbers.flatMap((structured) =>
      (structured['checks'] as { check: string; findings: { facts: { number: string } }[] }[])
        .filter(({ check }) => check === 'attempts_24h')
        .flatMap(({ findings }) => findings.map(({ facts }) => facts.number)),
    );
    expect(seen).toHaveLength(7);
    expect(new Set(seen).size).toBe(7);
  });

  it('stays within the length of an answer with very many findings', async () => {
    const { bench } = await over(bursts(250));
    const { text, structured } = await bench.ask('audit_call_logs', { checks: 'attempts_24h', top: 200 });
    expect(text.length).toBeLessThan(25_000);
    expect(JSON.stringify(structured).length).toBeLessThan(25_000);
    expect(text).toContain('cut to stay within');
  });

  it('says in every line that a reading is not complete, and holds a callback not kept for possible only', async () => {
    const rows = [
      { at: FIRST, status: 'CALLBK' },
      ...Array.from({ length: 20 }, (_, i) => ({
        at: later(FIRST, 86_400 * (i % 10)),
        lead: '9',
        number: `21255501${10 + i}`,
      })),
    ];
    const { bench } = await over(rows, { budget: { rows: 6, concurrency: 1 }, pageCap: 4 });
    const { text, structured } = await bench.ask('audit_call_logs', { checks: 'attempts_24h,callbacks' });
    expect(structured).toMatchObject({ completeness: { complete: false } });
    for (const screen of structured['checks'] as Record<string, unknown>[]) {
      expect(screen['headline']).toContain('the reading is not complete');
      expect(screen['rests_on']).toContain('NOT COMPLETE');
      expect(screen['found']).toBe(0);
    }
    expect(text.split('\n')[0]).toContain('the reading is not complete');
  });

  it('masks numbers by labels, the same for the same number on every page', async () => {
    const rows = [...bursts(2), ...bursts(2).map((row) => ({ ...row, at: later(row.at, 5 * 86_400) }))];
    const { bench } = await over(rows, { redact: ['phone'] });
    const pages: unknown[] = [];
    for (const cursor of ['attempts_24h:0', 'attempts_24h:1', 'attempts_24h:2', 'attempts_24h:3']) {
      const { text, structured } = await bench.ask('audit_call_logs', { cursor, top: 1 });
      expect(text).not.toMatch(/21255501\d\d/);
      const [screen] = structured['checks'] as { findings: unknown[] }[];
      pages.push(...(screen?.findings ?? []));
    }
    const labels = pages.map((one) => (one as { facts: { number: string } }).facts.number);
    expect(labels).toHaveLength(4);
    expect(new Set(labels).size).toBe(2);
    for (const label of labels) expect(label).toMatch(/^\*\*\*-\d{4}/);
  });

  it('refuses a check that there is not, a cursor that it did not give, and a filter that no call can be chosen by', async () => {
    const { bench } = await over(bursts(1));
    expect(await bench.refused('audit_call_logs', { checks: 'abandonment,spam' })).toContain('calling_hours');
    expect(await bench.refused('audit_call_logs', { cursor: 'x:1' })).toContain('cursor cannot be used');
    expect(await bench.refused('audit_call_logs', { queue_id: '501' })).toContain('queue_id');
  });

  it('counts calls whose date cannot be placed, which no screen has', async () => {
    const { bench } = await over([...bursts(1), { at: FIRST, more: { call_date: 'soon' } }]);
    const { structured } = await bench.ask('audit_call_logs', { checks: 'attempts_24h' });
    expect(structured['notes']).toEqual([expect.stringContaining('1 calls have a date')]);
  });

  it('says nothing of findings where there is no call', async () => {
    const { bench } = await over([]);
    const { text, structured } = await bench.ask('audit_call_logs');
    expect(text).toContain('Complete: no call matches.');
    for (const screen of structured['checks'] as Record<string, unknown>[])
      expect(screen['findings']).toEqual([]);
  });
});

describe('export_call_logs with findings_of', () => {
  async function exported(rows: readonly Row[], args: Record<string, unknown>) {
    const directory = await mkdtemp(join(tmpdir(), 'findings-'));
    folders.push(directory);
    const { bench } = await over(rows, { exports: { directory, server: { name: 'test', version: '0' } } });
    return { bench, directory, result: await bench.run('export_call_logs', args) };
  }

  it('writes every finding, a row for each of its calls, with the rule in the manifest', async () => {
    const { result } = await exported(bursts(30), { findings_of: 'attempts_24h', format: 'csv' });
    expect(result.structured).toMatchObject({ exported: true, findings: 30, rows: 120 });
    const { file, manifest } = result.structured as { file: string; manifest: string };
    const lines = (await readFile(file, 'utf8')).trim().split('\r\n');
    expect(lines[0]).toBe(
      'finding,certain,why,number,region,attempts,in_one_campaign,leads,from,to,calls,call_id,call_date',
    );
    expect(lines).toHaveLength(121);
    expect(lines[1]).toContain(`,1,${FIRST}`);
    expect(JSON.parse(await readFile(manifest, 'utf8'))).toMatchObject({
      findings_of: 'attempts_24h',
      findings: 30,
      certain: 30,
      citation: expect.stringContaining('501.616'),
      complete: true,
      window: { start: '2026-02-02 00:00:00' },
    });
  });

  it('leaves no file without a finding, and says why a screen cannot be made', async () => {
    const none = await exported([{ at: FIRST }], { findings_of: 'attempts_24h' });
    expect(none.result.structured).toMatchObject({ exported: false, findings: 0 });
    expect(await readdir(none.directory)).toEqual([]);
    const cannot = await exported([{ at: FIRST }], { findings_of: 'attempts_7d' });
    expect(cannot.result).toMatchObject({
      isError: true,
      text: expect.stringContaining('the account file names none'),
    });
  });
});

describe('export_call_logs', () => {
  it('says in its manifest which records of 16 CFR 310.5(a)(2) the file has and has not', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'records-'));
    folders.push(directory);
    const { bench } = await over([{ at: FIRST }], {
      exports: { directory, server: { name: 'test', version: '0' } },
    });
    const { structured } = await bench.ask('export_call_logs', { start_time: '2026-02-10' });
    expect(JSON.parse(await readFile(String(structured['manifest']), 'utf8'))).toMatchObject({
      records_kept: {
        has: { 'number called': ['number_dialed', 'phone_number'], 'date and time': ['call_date'] },
        has_not: expect.arrayContaining(['caller ID shown', 'seller', 'good or service']),
      },
    });
  });
});
