import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { SyncLines } from '../../src/commands/sync-report.js';

it('in a terminal, a last line shows the day, its calls, the pace and the time that is left', async () => {
  const [out, terminal] = [new PassThrough(), new PassThrough()];
  const [lines, drawn] = [out, Object.assign(terminal, { columns: 200 })].map((stream) => {
    const chunks: string[] = [];
    stream.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
    return chunks;
  });
  const report = new SyncLines(out, terminal);
  report.planned(4);
  await new Promise((resolve) => setTimeout(resolve, 250));
  report.progress('2026-03-03', 500, 1000);
  // Drawn a few times a second at most.
  report.progress('2026-03-03', 600, 1000);
  report.archived({ date: '2026-03-03', rows: 1000 }, 65_400);
  await new Promise((resolve) => setTimeout(resolve, 250));
  report.progress('2026-03-02', 20, undefined);
  report.missed('2026-03-02', 'It broke off.');
  report.purged(['2025-12-01']);
  const ESCAPE = String.fromCharCode(27);
  const shown = (drawn ?? [])
    .join('')
    .split(`\r${ESCAPE}[2K`)
    .filter((text) => text !== '');
  expect(shown).toEqual([
    expect.stringMatching(
      /^2026-03-03: 500 of 1,000 calls; day 1 of 4; [\d,]+ a second, about \d+\.\d s left$/,
    ),
    expect.stringMatching(/^2026-03-02: 20 calls; day 2 of 4; [\d,]+ a second, about \d+\.\d s left$/),
  ]);
  expect((lines ?? []).join('')).toBe(
    '2026-03-03: 1,000 calls archived in 65 s (day 1 of 4)\n' +
      '2026-03-02: not archived. It broke off.\n' +
      'Removed one day no longer kept, up to 2025-12-01.\n',
  );
});

it('a narrow terminal is not overrun, and a log gets no progress', () => {
  const terminal = Object.assign(new PassThrough(), { columns: 20 });
  const drawn: string[] = [];
  terminal.setEncoding('utf8').on('data', (chunk: string) => drawn.push(chunk));
  const report = new SyncLines(new PassThrough(), terminal);
  report.planned(1);
  const ends = performance.now() + 250;
  while (performance.now() < ends);
  report.progress('2026-03-03', 500, 1000);
  expect(drawn.join('').slice(5)).toBe('2026-03-03: 500 of ');
  const out = new PassThrough();
  const log = new SyncLines(out, undefined);
  log.planned(0);
  log.progress('2026-03-03', 1, 2);
  expect(out.read()?.toString()).toBe('Nothing to read: the archive is up to date.\n');
});
