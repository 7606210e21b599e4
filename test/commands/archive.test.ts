import { randomBytes } from 'node:crypto';
import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  archiveEnv,
  callsFileOf,
  callsOn,
  daysAgo,
  lastDays,
  newDirectory,
  OTHER_ZONE,
  rowsByHive,
  TOKEN,
  tree,
  upstreamRows,
  ZONE,
} from '../support/archive.js';
import type { Finished } from '../support/bin.js';
import { runHere } from '../support/run.js';
import { type StandIn, spread, startStandIn } from '../support/stand-in.js';

// Many processes are started one after the other, and the machine may have more to do.
vi.setConfig({ testTimeout: 120_000 });

const scratch: string[] = [];
afterAll(() => {
  for (const directory of scratch) rmSync(directory, { recursive: true, force: true });
});

const DATES = lastDays(4);
let standIn: StandIn;
let directory: string;
let env: Record<string, string>;
const heard: Finished[] = [];

beforeEach(async () => {
  directory = newDirectory();
  scratch.push(directory);
  standIn = await startStandIn({ calls: callsOn(DATES, 20) });
  env = archiveEnv(standIn, directory);
});
afterEach(async () => {
  await standIn.close();
  for (const { stdout, stderr } of heard.splice(0)) expect(stdout + stderr).not.toMatch(/canary/);
});

async function run(args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Finished> {
  const finished = await runHere(args, { ...env, ...more });
  heard.push(finished);
  return finished;
}
const archive = (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
  run(['archive', ...args], more);
const syncWith = (more: Readonly<Record<string, string>>) => run(['sync', '--from', '4d'], more);
async function sync(from = '4d', more: Readonly<Record<string, string>> = {}): Promise<void> {
  const finished = await run(['sync', '--from', from], more);
  expect([finished.code, finished.stderr]).toEqual([0, '']);
}

describe('archive status', () => {
  it('says that there is nothing yet, without making anything', async () => {
    const { code, stdout, stderr } = await archive(['status']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Archive: .+\nIt holds no day yet: run sync\.\n$/);
    expect(tree(directory)).toEqual([]);
  });

  it('says which days there are, how many calls, how old, and which days are missing between them', async () => {
    await sync();
    const whole = await archive(['status']);
    expect(whole.stdout.split('\n')).toEqual([
      `Archive: ${directory}`,
      `Days: 4, from ${DATES[3]} to ${DATES[0]}; calls: 80`,
      expect.stringMatching(/^Read: between \d{4}-\d\d-\d\dT\S+Z and \d{4}-\d\d-\d\dT\S+Z$/),
      'Gaps: none',
      '',
    ]);
    await archive(['purge', DATES[1] ?? '']);
    expect((await archive(['status'])).stdout).toContain(`\nGaps: one day: ${DATES[1]}\n`);
    // Three requests a day: its calls, a look at its end from the other side, and one at its hours without calls.
    expect(standIn.forms).toHaveLength(12);
  });

  it('says which days an earlier version archived, which wait to be read again', async () => {
    await sync();
    const manifest = join(directory, `date=${DATES[1]}`, 'manifest.json');
    const { evidence: _evidence, seal: _seal, ...before } = JSON.parse(readFileSync(manifest, 'utf8'));
    writeFileSync(manifest, JSON.stringify(before));
    expect((await archive(['status'])).stdout).toContain(
      `\nTo be read again: one day, archived by an earlier version that checked less: ${DATES[1]}. Run sync; until then live answers take their place.\n`,
    );
    await sync();
    expect((await archive(['status'])).stdout).not.toContain('read again');
  });
});

describe('archive verify', () => {
  beforeEach(() => sync());
  const [, damaged = '', foreign = '', whole = ''] = DATES;

  it('finds days that are as they were written', async () => {
    expect(await archive(['verify'])).toMatchObject({
      code: 0,
      stdout: 'ok: 4 days are as they were written\n',
      stderr: '',
    });
  });

  it('names each damaged day and why, and purge and sync bring them back', async () => {
    const before = await rowsByHive(directory);
    truncateSync(callsFileOf(directory, damaged), 100);
    // Another file of the same size, and one of another archive under the name of this one.
    const size = readFileSync(callsFileOf(directory, foreign)).length;
    writeFileSync(callsFileOf(directory, foreign), randomBytes(size));
    const { code, stdout, stderr } = await archive(['verify']);
    expect(code).toBe(1);
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(
        new RegExp(`^${foreign}: Its file calls\\.\\S+ is not the one that was written\\.$`),
      ),
      expect.stringMatching(
        new RegExp(
          `^${damaged}: Its file calls\\.\\S+ has 100 bytes where its manifest says \\d+: it was cut short or changed\\.$`,
        ),
      ),
      '',
    ]);
    expect(stderr).toBe(
      `convoso-call-logs-mcp: 2 archived days are damaged. ${foreign}, ${damaged} cannot be relied on; the other days can. ` +
        `Run convoso-call-logs-mcp archive purge ${foreign} ${damaged} and then sync: they are read again.\n`,
    );
    expect((await archive(['purge', foreign, damaged])).stdout).toBe('Removed 2 days.\n');
    await sync();
    expect((await archive(['verify'])).code).toBe(0);
    expect(await rowsByHive(directory)).toEqual(before);
  });

  it('knows a file of another day under the name of this one, and a manifest that is none', async () => {
    copyFileSync(callsFileOf(directory, whole), callsFileOf(directory, damaged));
    writeFileSync(join(directory, `date=${foreign}`, 'manifest.json'), '{"rows":20}');
    const { code, stdout } = await archive(['verify']);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      new RegExp(
        `^${foreign}: Its manifest is not one of this archive\\.\n${damaged}: Its file \\S+ (is not|has) `,
      ),
    );
  });

  it('ignores what others put beside the days, and leaves it alone', async () => {
    const account = directory;
    writeFileSync(join(account, 'notes.txt'), 'mine');
    writeFileSync(join(account, `date=${whole}`, 'other.parquet'), 'mine too');
    expect((await archive(['verify'])).code).toBe(0);
    await sync('4d', { CALL_LOGS_ARCHIVE_REFRESH_HOURS: '0', CALL_LOGS_ARCHIVE_RECENT_DAYS: '4' });
    expect(tree(account)).toEqual(expect.arrayContaining(['notes.txt', `date=${whole}/other.parquet`]));
  });
});

describe('archive purge', () => {
  beforeEach(() => sync());

  it('removes single days, or all before one, and says how many', async () => {
    const [first = '', second = '', third = '', last = ''] = DATES;
    expect(await archive(['purge', second])).toMatchObject({ code: 0, stdout: 'Removed one day.\n' });
    expect(await archive(['purge', '--before', first])).toMatchObject({
      code: 0,
      stdout: 'Removed 2 days.\n',
    });
    expect(tree(directory).filter((path) => path.endsWith('/'))).toEqual([`date=${first}/`]);
    expect((await archive(['purge', third, last])).stdout).toBe('None of these days is archived.\n');
    expect((await archive(['purge', '--before', last])).stdout).toBe(`No day before ${last} is archived.\n`);
  });

  it('and every action refuse what they do not know, and remove nothing', async () => {
    for (const [args, words] of [
      [
        ['purge'],
        'Nothing was removed. archive purge takes days, or --before and a day. Use: archive purge ',
      ],
      [['purge', '2026-02-30'], 'Nothing was removed. “2026-02-30” is not a date; use YYYY-MM-DD. '],
      [['purge', daysAgo(1), 'all'], 'Nothing was removed. “all” is not a date; use YYYY-MM-DD. '],
      [['purge', daysAgo(1), '--before', daysAgo(1)], 'archive purge takes days, or --before and a day.'],
      [['purge', '--before', 'yesterday'], '--before cannot be used. It must be '],
      [
        [],
        'The command line cannot be used. The command archive does not say what to do. Use: archive status, archive verify, ',
      ],
      [['status', 'now'], 'The command line cannot be used. The command archive status takes no operands. '],
      [['constructor'], 'The command line cannot be used. The command archive does not know “constructor”. '],
    ] as const) {
      const { code, stdout, stderr } = await archive(args);
      expect([args, code, stdout]).toEqual([args, 2, '']);
      expect(stderr).toContain(words);
      expect(stderr).toMatch(/^convoso-call-logs-mcp: [^\n]+\n$/);
    }
    expect(await rowsByHive(directory)).toHaveLength(80);
  });
});

describe('archive init', () => {
  it('is for ClickHouse alone', async () => {
    expect(await archive(['init'])).toMatchObject({
      code: 2,
      stdout: '',
      stderr:
        'convoso-call-logs-mcp: There is nothing to initialize. CALL_LOGS_ARCHIVE_DIR names a directory, which sync fills as it is; archive init is for ClickHouse. Run sync.\n',
    });
    expect(tree(directory)).toEqual([]);
  });
});

describe('another zone', () => {
  it('is refused by whatever uses the archive, with what to do, and no day is lost', async () => {
    await sync();
    const [first = ''] = DATES;
    for (const args of [
      ['sync'],
      ['archive', 'status'],
      ['archive', 'verify'],
      ['archive', 'purge', first],
    ]) {
      const { code, stderr } = await run(args, { CONVOSO_TIMEZONE: OTHER_ZONE });
      expect([args, code]).toEqual([args, 1]);
      expect(stderr).toContain(
        `It was written for the time zone ${ZONE} and the account’s is now set to ${OTHER_ZONE}: its days begin and end at other moments. Set CONVOSO_TIMEZONE back to ${ZONE} if that is right; otherwise move ${directory} away and run sync to read the days again.`,
      );
    }
    const asked = JSON.stringify({ start_time: first, end_time: first });
    const answer = await run(['call', 'summarize_call_logs', asked], { CONVOSO_TIMEZONE: OTHER_ZONE });
    expect(answer.stdout).toContain('20 calls yesterday');
    expect(answer.stdout).toContain('Everything was read live, because the archive could not answer: ');
    expect((await archive(['verify'])).stdout).toContain('ok: 4 days');
  });
});

const RENEWED = { CONVOSO_AUTH_TOKEN: 'canary-renewed-9b1c' };
const [first = '', last = ''] = [DATES[0], DATES[3]];
const asked = JSON.stringify({ start_time: last, end_time: first, source: 'archive' });

describe('another token', () => {
  it('gets no archived call until a sync has found the archive’s calls at the service', async () => {
    await sync();
    const waiting = await run(['call', 'summarize_call_logs', asked], RENEWED);
    expect(waiting.stdout).toContain(`The archive in ${directory} cannot be used yet.`);
    expect(waiting.stdout).toContain('The token has changed since it was written');
    const live = await run(['call', 'summarize_call_logs', asked.replace('archive', 'auto')], RENEWED);
    expect(live.stdout).toContain('Everything was read live, because the archive could not answer: ');
    expect((await archive(['status'], RENEWED)).stdout).toContain('Token: changed since then;');

    const requests = standIn.forms.length;
    await sync('4d', RENEWED);
    expect(standIn.forms.length - requests).toBe(5);
    const answer = await run(['call', 'summarize_call_logs', asked], RENEWED);
    expect(answer.stdout).toContain('80 calls from');
    expect(await rowsByHive(directory)).toEqual(upstreamRows(standIn, DATES));
    // Replicas that still have the old token go on.
    expect((await run(['call', 'summarize_call_logs', asked])).stdout).toContain('80 calls from');
    expect((await archive(['status'])).stdout).not.toContain('Token:');
    expect(tree(directory)).not.toContain('writer.lock');
  });

  it('of another account is refused by sync, and nothing is changed', async () => {
    await sync();
    const before = tree(directory);
    for (const { id } of [...standIn.calls]) standIn.remove(id);
    // The same ids at other times: another account's calls.
    for (const call of spread(80, `${last} 03:00:01`, 36_000)) standIn.add(call);
    const refused = await syncWith(RENEWED);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('Nothing was archived. The token has changed, and the archive in ');
    expect(refused.stderr).toContain('another CALL_LOGS_ARCHIVE_DIR');
    for (const { id } of [...standIn.calls]) standIn.remove(id);
    expect((await syncWith(RENEWED)).stderr).toContain('they are another account’s');
    expect(tree(directory)).toEqual(before);
    expect((await archive(['verify'])).stdout).toContain('ok: 4 days');
  });

  it('is taken where some of the archived calls have been removed at the service since', async () => {
    await sync();
    for (const { id } of standIn.calls.slice(-2)) standIn.remove(id);
    await sync('4d', RENEWED);
  });

  it('cannot be compared with an archive that holds no call, and says what to do', async () => {
    for (const { id } of [...standIn.calls]) standIn.remove(id);
    await sync('1d');
    const { code, stderr } = await syncWith(RENEWED);
    expect(code).toBe(1);
    expect(stderr).toContain(
      'holds no call to tell by whether it is of the same account. If it is, run “archive purge --before 20',
    );
  });
});

describe('a directory of an earlier version', () => {
  it('is refused with the folder to use, which then is read as it is', async () => {
    await sync();
    const old = mkdtempSync(join(tmpdir(), 'old-archive-'));
    const folder = join(old, '0123456789abcdef');
    renameSync(directory, folder);
    const written = JSON.parse(readFileSync(join(folder, 'account.json'), 'utf8'));
    const {
      tokens: [account],
      ...rest
    } = written;
    writeFileSync(join(folder, 'account.json'), JSON.stringify({ ...rest, account }));
    const refused = await run(['sync'], { CALL_LOGS_ARCHIVE_DIR: old });
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringContaining(
        `Set CALL_LOGS_ARCHIVE_DIR to the folder of this account, whose days stay as they are: ${folder}.`,
      ),
    ]);
    const answer = await run(['call', 'summarize_call_logs', asked], { CALL_LOGS_ARCHIVE_DIR: folder });
    expect(answer.stdout).toContain('80 calls from');
    rmSync(old, { recursive: true });
  });
});

describe('the token', () => {
  it('is in no file of an archive, nor the one before it', async () => {
    await sync();
    await sync('4d', RENEWED);
    for (const path of tree(directory).filter((one) => !one.endsWith('/'))) {
      expect(readFileSync(join(directory, path), 'latin1')).not.toMatch(/canary/);
    }
    expect(TOKEN).toMatch(/canary/);
  });
});
