import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import {
  archiveEnv,
  callsOn,
  lastDays,
  newDirectory,
  placeForEach,
  rowsByHive,
  tree,
  upstreamRows,
} from '../support/archive.js';
import { BIN, cleanEnv, type Finished, runBin, startBin } from '../support/bin.js';
import { newGate } from '../support/stand-in.js';

// Many processes are started one after the other, and the machine may have more to do.
vi.setConfig({ testTimeout: 120_000 });

// What a disk, a second process and a service that is down do to the built bin, and what it says.

const own = placeForEach();

const ANEW = { CALL_LOGS_ARCHIVE_REFRESH_HOURS: '0' };
const NO_ROOM =
  /^convoso-call-logs-mcp: The day was not archived\. There is no room left for it(?: \(E[A-Z]+\))?; days archived before are untouched\. Free some space, move CALL_LOGS_ARCHIVE_DIR to another disk, or keep fewer days with CALL_LOGS_ARCHIVE_KEEP_DAYS\.\n$/;

/** Runs the bin in a shell that sets limits first. */
function limited(limits: string, args: readonly string[], env: Record<string, string>): Promise<Finished> {
  const child = spawn(
    'bash',
    ['--norc', '-c', `${limits}; exec "$@"`, 'bash', process.execPath, BIN, ...args],
    {
      env: cleanEnv(env),
    },
  );
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

const noUnfinished = () =>
  expect(tree(own.directory).filter((path) => /\.(unfinished|spill|lock|stale)/.test(path))).toEqual([]);

describe('a disk that is full', () => {
  it('in the middle of a day’s file costs that day alone, in words, and the next sync has it', async () => {
    const dates = lastDays(3);
    const [big = '', ...small] = dates;
    const standIn = await own.serve({ calls: [...callsOn(small, 20), ...bigDay(big)] });
    const env = archiveEnv(standIn, own.directory, { CALL_LOGS_ARCHIVE_FROM: '3d', ...ANEW });
    await runBin(['sync'], { ...env, CALL_LOGS_ARCHIVE_RECENT_DAYS: '0' });
    const before = await rowsByHive(own.directory);
    expect(before).toEqual(upstreamRows(standIn, dates));
    // Files may not grow beyond 16 KiB: the day read first does not fit any more.
    standIn.remove(before.at(-1)?.['id'] as string);
    const full = await limited('ulimit -f 16', ['sync'], env);
    expect([full.code, full.stdout]).toEqual([1, '']);
    expect(full.stderr).toMatch(NO_ROOM);
    noUnfinished();
    expect(await rowsByHive(own.directory)).toEqual(before);
    expect((await runBin(['archive', 'verify'], env)).stdout).toContain('ok: 3 days');
    expect((await runBin(['sync'], env)).code).toBe(0);
    expect(await rowsByHive(own.directory)).toEqual(upstreamRows(standIn, dates));
  });

  it('is emptied by purge, and by days that are kept no longer, without room for a lock', async () => {
    const dates = lastDays(3);
    const [last = '', , first = ''] = dates;
    const standIn = await own.serve({ calls: callsOn(dates, 20) });
    const env = archiveEnv(standIn, own.directory, { CALL_LOGS_ARCHIVE_FROM: '3d' });
    await runBin(['sync'], env);
    // No file may have anything in it.
    expect(await limited('ulimit -f 0', ['archive', 'purge', first], env)).toMatchObject({
      code: 0,
      stdout: 'Removed one day.\n',
    });
    const fewer = { ...env, CALL_LOGS_ARCHIVE_KEEP_DAYS: '1' };
    const full = await limited('ulimit -f 0', ['sync'], fewer);
    expect([full.code, full.stderr]).toEqual([1, expect.stringContaining('There is no room left for it')]);
    expect(tree(own.directory)).not.toContain('writer.lock');
    expect(await rowsByHive(own.directory)).toEqual(upstreamRows(standIn, [last]));
  });

  const canMount = mayMount();
  if (!canMount) process.stdout.write('skipped: a full tmpfs, because this user may not mount one\n');
  it.runIf(canMount)(
    'whenever it fills up, keeps every day that was archived and nothing half done',
    async () => {
      const mountPoint = join(own.directory, 'small disk');
      mkdirSync(mountPoint);
      execFileSync('mount', tmpfs(mountPoint));
      own.closing.push(() => execFileSync('umount', [mountPoint]));
      const dates = lastDays(12);
      const standIn = await own.serve({ calls: callsOn(dates, 500) });
      const inside = join(mountPoint, 'archive');
      const env = archiveEnv(standIn, inside, { CALL_LOGS_ARCHIVE_FROM: '12d' });
      const full = await runBin(['sync'], env);
      expect(full.code).toBe(1);
      expect(full.stderr).toMatch(NO_ROOM);
      const archived = full.stdout.split('\n').length - 1;
      expect(archived).toBeGreaterThan(0);
      expect(archived).toBeLessThan(12);
      expect((await runBin(['archive', 'verify'], env)).stdout).toContain(
        `ok: ${archived === 1 ? 'one day' : `${archived} days`}`,
      );
      const kept = tree(inside).filter((path) => path.endsWith('.parquet'));
      expect(kept).toHaveLength(archived);
      // Room again, by keeping fewer days.
      const fewer = { ...env, CALL_LOGS_ARCHIVE_KEEP_DAYS: '1' };
      expect((await runBin(['sync'], fewer)).code).toBe(0);
      expect(await rowsByHive(inside)).toEqual(upstreamRows(standIn, dates.slice(0, 1)));
    },
  );
});

/** Calls of a day whose file is larger than those of other days together. */
function bigDay(date: string) {
  return callsOn([date], 3000).map((call, i) => ({
    ...call,
    id: String(50_000 + ((i * 7919) % 3000)),
    call_length: (i * 104_729) % 3600,
  }));
}

const tmpfs = (path: string) => ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', path];

/** Whether this user may mount a small disk to fill. */
function mayMount(): boolean {
  const path = newDirectory();
  try {
    execFileSync('mount', tmpfs(path), { stdio: 'ignore' });
    execFileSync('umount', [path]);
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(path);
  }
}

describe('a directory that cannot be written to', () => {
  it('is named in an error that says what to correct', async () => {
    const standIn = await own.serve({ calls: callsOn(lastDays(1), 5) });
    // Below a file there can be no directory, not even for a user who may write everywhere.
    const { code, stdout, stderr } = await runBin(
      ['sync', '--from', '1d'],
      archiveEnv(standIn, join(BIN, 'archive')),
    );
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toBe(
      'convoso-call-logs-mcp: The archive cannot be read. Its directory cannot be opened (ENOTDIR). Correct CALL_LOGS_ARCHIVE_DIR or the permissions of that directory.\n',
    );
    expect(standIn.forms).toEqual([]);
  });
});

describe('two syncs at once', () => {
  it('are one writer and one that says who writes; what the one archived is whole', async () => {
    const dates = lastDays(3);
    const { held, release } = newGate();
    // The calls of the day before the last, read to a minute after its end, are not answered before the others have tried.
    const standIn = await own.serve({
      calls: callsOn(dates, 100),
      pageCap: 20,
      hold: ({ end_time = '' }) => (end_time.startsWith(dates[0] ?? '') ? held : undefined),
    });
    const env = archiveEnv(standIn, own.directory, { CALL_LOGS_ARCHIVE_FROM: '3d' });
    const first = startBin(['sync'], env);
    own.closing.push(() => first.kill('SIGKILL'));
    await first.seen(/day 1 of 3/);
    const second = await runBin(['sync'], env);
    const third = await runBin(['archive', 'purge', dates[0] ?? ''], env);
    for (const { code, stdout, stderr } of [second, third]) {
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(
        /^convoso-call-logs-mcp: .+ Another process is writing to this archive: number \d+ on \S+, since \S+Z\. Let it finish, or stop it; one writer is enough for any number of readers\.\n$/,
      );
    }
    release();
    expect((await first.done).code).toBe(0);
    expect(await rowsByHive(own.directory)).toEqual(upstreamRows(standIn, dates));
    noUnfinished();
  });

  it('started at the same moment, again and again, are never two writers', async () => {
    const dates = lastDays(2);
    const standIn = await own.serve({ calls: callsOn(dates, 50), pageCap: 20, delay: 20 });
    const env = archiveEnv(standIn, own.directory, {
      CALL_LOGS_ARCHIVE_FROM: '2d',
      CALL_LOGS_ARCHIVE_RECENT_DAYS: '2',
      ...ANEW,
    });
    for (let turn = 0; turn < 3; turn += 1) {
      const all = await Promise.all([1, 2, 3].map(() => runBin(['sync'], env)));
      expect(all.some(({ code }) => code === 0)).toBe(true);
      for (const { code, stderr } of all) {
        expect(code === 0 ? stderr : stderr.replace(/.*(Another process is writing).*\n/, '$1')).toBe(
          code === 0 ? '' : 'Another process is writing',
        );
      }
      expect(await rowsByHive(own.directory)).toEqual(upstreamRows(standIn, dates));
      noUnfinished();
    }
  });
});

describe('a service that is down', () => {
  it('is waited for until it comes back', async () => {
    const dates = lastDays(2);
    const standIn = await own.serve({
      calls: callsOn(dates, 20),
      instead: (request) => (request <= 5 ? { status: 503, body: 'down' } : undefined),
    });
    const { code, stdout, stderr } = await runBin(
      ['sync', '--from', '2d'],
      archiveEnv(standIn, own.directory),
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('(day 2 of 2)');
    expect(await rowsByHive(own.directory)).toEqual(upstreamRows(standIn, dates));
  }, 120_000);

  it('ends a sync at once where it refuses the token, in words without the token', async () => {
    const dates = lastDays(2);
    let isRefused = false;
    const standIn = await own.serve({
      calls: callsOn(dates, 20),
      instead: () =>
        isRefused
          ? { status: 200, body: JSON.stringify({ success: false, code: 5001, text: 'Invalid token' }) }
          : undefined,
    });
    const env = archiveEnv(standIn, own.directory, { CALL_LOGS_ARCHIVE_FROM: '2d', ...ANEW });
    await runBin(['sync'], env);
    const before = await rowsByHive(own.directory);
    isRefused = true;
    const { code, stdout, stderr } = await runBin(['sync'], env);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/does not accept the authentication token.*CONVOSO_AUTH_TOKEN/);
    expect(stderr).not.toMatch(/canary/);
    expect(await rowsByHive(own.directory)).toEqual(before);
    noUnfinished();
  });
});
