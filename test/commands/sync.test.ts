import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import {
  archiveEnv,
  callsOn,
  daysAgo,
  lastDays,
  modeOf,
  placeForEach,
  rowsByHive,
  TOKEN,
  tree,
  upstreamRows,
} from '../support/archive.js';
import { type Finished, runBin, startBin } from '../support/bin.js';
import { runHere } from '../support/run.js';
import type { StandIn } from '../support/stand-in.js';

// Many processes are started one after the other, and the machine may have more to do.
vi.setConfig({ testTimeout: 120_000 });

const own = placeForEach();

/** One sync, to its end. */
function sync(
  standIn: StandIn,
  args: readonly string[] = ['--from', '3d'],
  more: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  return runHere(['sync', ...args], archiveEnv(standIn, own.directory, more));
}

/** What was printed, without how long it took. */
const printed = ({ stdout }: Pick<Finished, 'stdout'>) =>
  stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => line.replace(/ in \d[\d.]* s /, ' '));

/** Files of an archive of these days, and of nothing else. */
const wholeTree = (dates: readonly string[]) => [
  'account.json',
  ...[...dates]
    .sort()
    .flatMap((date) => [
      `date=${date}/`,
      expect.stringMatching(new RegExp(`^date=${date}/calls\\.[0-9a-f]{16}\\.parquet$`)),
      `date=${date}/manifest.json`,
    ]),
];

describe('sync', () => {
  it('archives each day that is over with every field, one line a day, and today not', async () => {
    const dates = lastDays(3);
    const standIn = await own.serve({ calls: callsOn([daysAgo(0), ...dates], 120) });
    const finished = await sync(standIn);
    expect(finished).toMatchObject({ code: 0, stderr: '' });
    expect(printed(finished)).toEqual(
      dates.map((date, i) => `${date}: 120 calls archived (day ${i + 1} of 3)`),
    );
    expect(tree(own.directory)).toEqual(wholeTree(dates));
    expect(await rowsByHive(own.directory)).toEqual(upstreamRows(standIn, dates));
  });

  it('keeps what it writes to its user, and the token out of all of it', async () => {
    const standIn = await own.serve({ calls: callsOn(lastDays(2), 10) });
    const finished = await sync(standIn, ['--from', '2d', '--log-level', 'debug']);
    expect(finished.code).toBe(0);
    const account = own.directory;
    expect(tree(account).length).toBeGreaterThan(5);
    for (const path of ['', ...tree(account)]) {
      expect([path, modeOf(join(account, path))]).toEqual([path, /\/$|^$/.test(path) ? '700' : '600']);
    }
    const written = tree(account)
      .filter((path) => !path.endsWith('/'))
      .map((path) => readFileSync(join(account, path), 'latin1'));
    for (const text of [finished.stdout, finished.stderr, account, ...written])
      expect(text).not.toContain(TOKEN);
  });

  it('makes the archive’s own directory, for its user alone', async () => {
    const standIn = await own.serve({ calls: callsOn(lastDays(1), 10) });
    const inside = join(own.directory, 'of', 'its own');
    const { code } = await runHere(['sync', '--from', '1d'], archiveEnv(standIn, inside));
    expect(code).toBe(0);
    expect([modeOf(join(own.directory, 'of')), modeOf(inside)]).toEqual(['700', '700']);
  });

  it('reads what is missing, and the recent days again once their reading is old', async () => {
    const dates = lastDays(5);
    const standIn = await own.serve({ calls: callsOn(dates, 10) });
    expect((await sync(standIn, ['--from', dates[2] ?? ''])).code).toBe(0);
    // Three requests a day: its calls, a look at its end from the other side, and one at its hours without calls.
    expect(standIn.forms).toHaveLength(9);
    const more = await sync(standIn, ['--from', '5d']);
    expect(printed(more)).toEqual([
      `${dates[3]}: 10 calls archived (day 1 of 2)`,
      `${dates[4]}: 10 calls archived (day 2 of 2)`,
    ]);
    const again = await sync(standIn, ['--from', '5d']);
    expect(again).toMatchObject({ code: 0, stdout: 'Nothing to read: the archive is up to date.\n' });
    const [gone = ''] = standIn.calls.slice(-1).map(({ id }) => id);
    standIn.remove(gone);
    const old = await sync(standIn, ['--from', '5d'], {
      CALL_LOGS_ARCHIVE_REFRESH_HOURS: '0',
      CALL_LOGS_ARCHIVE_RECENT_DAYS: '2',
    });
    expect(printed(old)).toEqual([
      `${dates[0]}: 9 calls archived (day 1 of 2)`,
      `${dates[1]}: 10 calls archived (day 2 of 2)`,
    ]);
    expect(tree(own.directory)).toEqual(wholeTree(dates));
    expect((await rowsByHive(own.directory)).map(({ id }) => id)).not.toContain(gone);
  });

  it('goes on with --every until it is told to stop, and then ends well', async () => {
    const dates = lastDays(2);
    const standIn = await own.serve({ calls: callsOn(dates, 10) });
    const running = startBin(
      ['sync', '--every', '10s', '--from', '2d'],
      archiveEnv(standIn, own.directory, { CALL_LOGS_ARCHIVE_REFRESH_HOURS: '0' }),
    );
    own.closing.push(async () => running.kill('SIGKILL'));
    await running.seen(/\(day 2 of 2\)[\s\S]*\(day 2 of 2\)/);
    running.kill('SIGTERM');
    expect(await running.done).toMatchObject({ code: 0, stderr: '' });
    expect(tree(own.directory)).toEqual(wholeTree(dates));
  });

  it('stops in the middle of a day when it is told to, and leaves what it had', async () => {
    const dates = lastDays(3);
    const standIn = await own.serve({ calls: callsOn(dates, 200), pageCap: 20, delay: 50 });
    const running = startBin(
      ['sync', '--from', '3d'],
      archiveEnv(standIn, own.directory, { CALL_LOGS_WALK_CONCURRENCY: '1' }),
    );
    await running.seen(/day 1 of 3/);
    running.kill('SIGTERM');
    const { code, stdout, stderr } = await running.done;
    expect([code, stdout.trimEnd().split('\n')]).toEqual([1, [expect.stringContaining('day 1 of 3')]]);
    expect(stderr).toBe(
      `convoso-call-logs-mcp: 2 days are not archived: ${dates[2]}, ${dates[1]}. Sync was stopped (SIGTERM) before it had read them. Run sync again: it reads only what is missing. Days archived before are untouched.\n`,
    );
    expect(tree(own.directory)).toEqual(wholeTree(dates.slice(0, 1)));
    const gaps = await runHere(['archive', 'status'], archiveEnv(standIn, own.directory));
    expect(gaps.stdout).toContain(`\nGaps: 2 days: ${dates[2]}, ${dates[1]}\n`);
  });

  it('stops where nobody reads its output any more, and says with exit code 1 that days are missing', async () => {
    const dates = lastDays(4);
    const standIn = await own.serve({ calls: callsOn(dates, 100), pageCap: 20, delay: 20 });
    const env = archiveEnv(standIn, own.directory, { CALL_LOGS_WALK_CONCURRENCY: '1' });
    const running = startBin(['sync', '--from', '4d'], env);
    own.closing.push(async () => running.kill('SIGKILL'));
    await running.seen(/day 1 of 4/);
    running.closeStdout();
    const { code, stderr } = await running.done;
    expect([code, stderr]).toEqual([1, expect.stringContaining('days are not archived: ')]);
    const { stdout } = await runHere(['archive', 'status'], env);
    expect(stdout).toMatch(new RegExp(`\nGaps: (one day|2 days): ${dates[3]}`));
    expect((await sync(standIn, ['--from', '4d'])).code).toBe(0);
    expect((await runHere(['archive', 'status'], env)).stdout).toContain('\nGaps: none\n');
  });

  it('ends with exit code 0 after a stop when no day is missing', async () => {
    const dates = lastDays(2);
    const standIn = await own.serve({ calls: callsOn(dates, 10) });
    const env = archiveEnv(standIn, own.directory, { CALL_LOGS_ARCHIVE_REFRESH_HOURS: '0' });
    const running = startBin(['sync', '--every', '10s', '--from', '2d'], env);
    own.closing.push(async () => running.kill('SIGKILL'));
    await running.seen(/day 2 of 2/);
    running.kill('SIGINT');
    expect(await running.done).toMatchObject({ code: 0, stderr: '' });
  });

  it('removes days that are kept no longer, and reads none of them', async () => {
    const dates = lastDays(6);
    const standIn = await own.serve({ calls: callsOn(dates, 10) });
    await sync(standIn, ['--from', '6d']);
    const finished = await sync(standIn, ['--from', '6d'], { CALL_LOGS_ARCHIVE_KEEP_DAYS: '4' });
    expect(finished).toMatchObject({ code: 0, stderr: '' });
    expect(printed(finished)).toEqual([
      `Removed 2 days no longer kept, up to ${dates[4]}.`,
      'Nothing to read: the archive is up to date.',
    ]);
    expect(tree(own.directory)).toEqual(wholeTree(dates.slice(0, 4)));
  });
});

describe('a clock that was set back', () => {
  it('is reported, and costs no archived day', async () => {
    const dates = lastDays(4);
    const standIn = await own.serve({ calls: callsOn(dates, 10) });
    await sync(standIn, ['--from', '4d']);
    const before = await rowsByHive(own.directory);
    const shift = `const Real = Date; globalThis.Date = class extends Real {
      constructor(...given) { given.length === 0 ? super(Real.now() - 2 * 86400000) : super(...given); }
      static now() { return Real.now() - 2 * 86400000; } };`;
    const env = archiveEnv(standIn, own.directory, {
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(shift)}`,
      CALL_LOGS_ARCHIVE_KEEP_DAYS: '3',
    });
    const back = await runBin(['sync', '--from', '4d'], env);
    expect([back.code, back.stderr]).toEqual([0, '']);
    expect(back.stdout).toContain(
      `By this machine’s clock 2 archived days, up to ${dates[0]}, are not over yet: the clock is wrong, or was when they were read. They are kept.\n`,
    );
    expect((await rowsByHive(own.directory)).map(({ id }) => id)).toEqual(
      expect.arrayContaining(before.map(({ id }) => id)),
    );
  });
});

describe('a day that cannot be read completely', () => {
  it('is not archived, and says so with exit code 1; the others are', async () => {
    const dates = lastDays(3);
    const broken = dates[1] ?? '';
    const standIn = await own.serve({
      calls: callsOn(dates, 10),
      rewrite: (rows) =>
        rows.map((row) => (String(row['call_date']).startsWith(broken) && row['id'] === '15' ? {} : row)),
    });
    const finished = await sync(standIn);
    expect(finished.code).toBe(1);
    expect(finished.stdout).toMatch(new RegExp(`^${broken}: not archived\\. .*`, 'm'));
    expect(finished.stderr).toMatch(
      new RegExp(
        `^convoso-call-logs-mcp: One day is not archived: ${broken}\\. .+ Run sync again: it reads only what is missing\\. Days archived before are untouched\\.\n$`,
      ),
    );
    expect(tree(own.directory)).toEqual(wholeTree(dates.filter((date) => date !== broken)));
  });

  it('leaves its earlier reading as it was', async () => {
    const dates = lastDays(1);
    let isBroken = false;
    const standIn = await own.serve({
      calls: callsOn(dates, 10),
      rewrite: (rows) => (isBroken ? [{}, ...rows.slice(1)] : rows),
    });
    await sync(standIn, ['--from', '1d']);
    const before = await rowsByHive(own.directory);
    expect(before).toHaveLength(10);
    isBroken = true;
    const again = await sync(standIn, ['--from', '1d'], { CALL_LOGS_ARCHIVE_REFRESH_HOURS: '0' });
    expect(again.code).toBe(1);
    expect(await rowsByHive(own.directory)).toEqual(before);
  });
});

describe('settings', () => {
  it.each([
    [
      'none',
      { CALL_LOGS_ARCHIVE_DIR: '' },
      'There is no archive. Neither CALL_LOGS_ARCHIVE_DIR nor CALL_LOGS_ARCHIVE_URL is set.',
    ],
    [
      'two places',
      { CALL_LOGS_ARCHIVE_URL: 'clickhouse://reader:canary-password@127.0.0.1:9/calls' },
      'The archive cannot be in two places. CALL_LOGS_ARCHIVE_DIR and CALL_LOGS_ARCHIVE_URL are both set.',
    ],
    [
      'no zone',
      { CONVOSO_TIMEZONE: '' },
      'The archive cannot be used. CONVOSO_TIMEZONE is not set: call dates carry no zone',
    ],
    ['no token', { CONVOSO_AUTH_TOKEN: '' }, 'There is no Convoso token.'],
    ['a path that is not absolute', { CALL_LOGS_ARCHIVE_DIR: 'calls' }, 'It must be an absolute path.'],
    ['a pace that is too fast', { CALL_LOGS_ARCHIVE_EVERY: '5s' }, 'It must be at least 10 seconds.'],
    [
      'a day that is none',
      { CALL_LOGS_ARCHIVE_FROM: '2026-02-30' },
      'CALL_LOGS_ARCHIVE_FROM cannot be used.',
    ],
  ])('with %s are refused before anything is read or written', async (_what, more, words) => {
    const standIn = await own.serve({ calls: [] });
    const { code, stdout, stderr } = await sync(standIn, [], more);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^convoso-call-logs-mcp: [^\n]+\n$/);
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/canary/);
    expect([tree(own.directory), standIn.forms, existsSync('calls')]).toEqual([[], [], false]);
  });

  it('without an archive have no command write anything', async () => {
    const standIn = await own.serve({ calls: callsOn([daysAgo(1)], 10) });
    const env = {
      ...archiveEnv(standIn, own.directory),
      CALL_LOGS_ARCHIVE_DIR: '',
      HOME: own.directory,
      TMPDIR: own.directory,
      // From 22.1 on Node itself keeps compiled code under TMPDIR.
      NODE_DISABLE_COMPILE_CACHE: '1',
    };
    const asked = JSON.stringify({ start_time: daysAgo(1), end_time: daysAgo(1) });
    const { code, stdout } = await runHere(['call', 'summarize_call_logs', asked], env);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^10 calls /m)]);
    expect(stdout).not.toContain('Source:');
    expect(tree(own.directory)).toEqual([]);
  });
});
