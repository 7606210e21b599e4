import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.js';
import { exportCallLogs } from '../../src/tools/export-call-logs.js';
import { type Asking, asking } from '../support/asking.js';
import { spread, startStandIn } from '../support/stand-in.js';
import { openBench } from '../support/tools.js';

const DAY = { start_time: '2026-03-02', end_time: '2026-03-02' };

let directory: string;
const closing: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'call-logs-export-'));
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await rm(directory, { recursive: true, force: true });
});
const target = (path = join(directory, 'exports')) => ({
  directory: path,
  server: { name: 'test', version: '0.0.0' },
});
const filesIn = async (path = join(directory, 'exports')) => (await readdir(path)).sort();

/** RFC 4180, read by the letter: quoted fields, doubled quotes, CRLF. */
function readCsv(content: string): Record<string, string>[] {
  const records: string[][] = [];
  let record: string[] = [];
  let field = '';
  let quoted = false;
  for (let i = 0; i < content.length; i += 1) {
    const c = content[i];
    if (quoted && c === '"' && content[i + 1] === '"') {
      field += '"';
      i += 1;
    } else if (c === '"') quoted = !quoted;
    else if (!quoted && c === ',') {
      record.push(field);
      field = '';
    } else if (!quoted && c === '\r' && content[i + 1] === '\n') {
      records.push([...record, field]);
      record = [];
      field = '';
      i += 1;
    } else field += c;
  }
  const [columns = [], ...rows] = records;
  return rows.map((row) => Object.fromEntries(columns.map((column, i) => [column, row[i] ?? ''])));
}

describe('on the sandbox', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ dialect: 'live' });
  });
  afterAll(() => sandbox.close());
  const open = (path?: string): Asking => {
    const one = asking(sandbox, { exports: target(path) });
    closing.push(() => one.close());
    return one;
  };
  const calls = () => sandbox.calls.filter(({ call_date }) => call_date.startsWith('2026-03-02'));

  it('writes every call of the window as CSV, with a manifest beside it', async () => {
    const { structured, text, isError } = await open().ask(exportCallLogs, { ...DAY, file_name: 'monday' });
    expect(isError).toBe(false);
    expect(await filesIn()).toEqual(['monday.csv', 'monday.csv.manifest.json']);
    const content = await readFile(structured.file, 'utf8');
    const rows = readCsv(content);
    expect(rows.map((row) => row['id'])).toEqual(calls().map((call) => call.id));
    for (const [i, call] of calls().entries()) {
      const said = call.agent_comment?.replace(/\s+/g, ' ').trim() ?? '';
      const row = rows[i] ?? {};
      expect(row).toMatchObject({
        call_date: call.call_date,
        call_length: call.call_length === null ? '' : String(call.call_length),
        phone_number: call.phone_number,
        number_dialed: call.number_dialed,
        caller_id_displayed: call.caller_id_displayed,
        status: call.status,
        user_id: call.user_id,
      });
      if (/^[\w ,.]*$/.test(said)) expect(row['agent_comment']).toBe(said);
    }
    const manifest = JSON.parse(await readFile(structured.manifest, 'utf8'));
    expect(manifest).toMatchObject({
      file: 'monday.csv',
      rows: calls().length,
      sha256: createHash('sha256').update(content).digest('hex'),
      bytes: Buffer.byteLength(content),
      complete: true,
      completeness: { complete: true, unique: calls().length },
      columns: structured.columns,
      filters: {},
      window: { start: '2026-03-02 00:00:00', end: '2026-03-02 23:59:59', time_zone: 'America/Los_Angeles' },
      server: { name: 'test', version: '0.0.0' },
    });
    expect(text).toContain(`Exported ${calls().length} calls to ${structured.file}`);
    expect(text).toContain(manifest.sha256);
    expect(content).not.toContain('https://');
    if (process.platform !== 'win32') {
      expect((await stat(structured.file)).mode & 0o777).toBe(0o600);
      expect((await stat(structured.manifest)).mode & 0o777).toBe(0o600);
      expect((await stat(join(directory, 'exports'))).mode & 0o777).toBe(0o700);
    }
  });

  it('writes NDJSON, with links when they are asked for', async () => {
    const { structured } = await open().ask(exportCallLogs, {
      ...DAY,
      format: 'NDJSON',
      include_recordings: true,
    });
    const rows = (await readFile(structured.file, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows.map((row) => row.id)).toEqual(calls().map((call) => call.id));
    expect(rows.map((row) => row.recording?.[0]?.public_url)).toEqual(
      calls().map((call) => call.recording[0]?.public_url),
    );
    expect(basename(structured.file)).toMatch(/^call-logs_2026-03-02_2026-03-02_\d{8}T\d{6}Z\.ndjson$/);
  });

  it('never overwrites, and finds a free name of its own', async () => {
    const one = open();
    await one.ask(exportCallLogs, { ...DAY, file_name: 'monday.csv' });
    const before = await readFile(join(directory, 'exports', 'monday.csv'), 'utf8');
    const requests = sandbox.requests.length;
    const again = await one.ask(exportCallLogs, { ...DAY, file_name: 'monday' });
    expect(again).toMatchObject({ isError: true, text: expect.stringContaining('never overwritten') });
    expect(sandbox.requests.length).toBe(requests);
    expect(await readFile(join(directory, 'exports', 'monday.csv'), 'utf8')).toBe(before);
    const made = await Promise.all([1, 2, 3].map(() => one.ask(exportCallLogs, DAY)));
    expect(made.map(({ isError }) => isError)).toEqual([false, false, false]);
    expect(new Set(made.map(({ structured }) => structured.file)).size).toBe(3);
    expect((await filesIn()).filter((name) => name.includes('unfinished'))).toEqual([]);
  });

  it('stays inside its directory whatever the name', async () => {
    const one = open();
    const names = [
      '../up',
      '/etc/up',
      'a/b',
      'a\\b',
      '..',
      '.hidden',
      'nul',
      'COM1.csv',
      'a:b',
      'x'.repeat(200),
      'end.',
      '-rf',
    ];
    for (const file_name of names) {
      const answer = await one.ask(exportCallLogs, { ...DAY, file_name });
      expect([file_name, answer.isError]).toEqual([file_name, true]);
      expect(answer.text).toContain('file_name');
    }
    expect(await readdir(directory)).toEqual([]);
    // What cannot be seen in a name is taken out of it before it is used.
    await one.ask(exportCallLogs, { ...DAY, file_name: 'x\u202Egpj' });
    expect((await readdir(directory, { recursive: true })).toSorted()).toEqual([
      'exports',
      'exports/xgpj.csv',
      'exports/xgpj.csv.manifest.json',
    ]);
  });

  it('writes no file when no call matches', async () => {
    const { structured, text } = await open().ask(exportCallLogs, {
      start_time: '2027-01-01',
      end_time: '2027-01-31',
    });
    expect(structured).toMatchObject({ exported: false, rows: 0 });
    expect(text).toContain('No file was written.');
    expect(await filesIn()).toEqual([]);
  });

  it('names the setting when files may not be written', async () => {
    const one = asking(sandbox);
    closing.push(() => one.close());
    expect(await one.ask(exportCallLogs, DAY)).toMatchObject({
      isError: true,
      text: expect.stringContaining('CALL_LOGS_EXPORT_DIR'),
    });
  });

  it('says when the directory cannot be written to', async () => {
    const file = join(directory, 'a-file');
    await writeFile(file, '');
    const answer = await open(join(file, 'exports')).ask(exportCallLogs, DAY);
    expect(answer).toMatchObject({
      isError: true,
      text: expect.stringContaining('The export directory cannot be written to'),
    });
    expect(answer.text).not.toContain(directory);
  });
});

describe('names', () => {
  const DATES = spread(4, '2026-02-01 00:00:00', 3_600);
  async function exported(format: string, rewrite: (row: Record<string, unknown>, i: number) => object) {
    const standIn = await startStandIn({
      calls: DATES,
      rewrite: (rows) => rows.map((row, i) => rewrite(row as Record<string, unknown>, i)),
    });
    const one = openBench({
      url: standIn.url,
      token: standIn.token,
      zone: 'America/Los_Angeles',
      exports: target(),
      account: {
        users: { '7': 'Jane Smith', '8': 'Written down' },
        campaigns: { '1': 'Medicare 5550100199' },
      },
      redact: ['phone'],
    });
    closing.push(
      () => one.close(),
      () => standIn.close(),
    );
    const { structured, text } = await one.ask('export_call_logs', { format });
    return {
      text,
      content: await readFile(String(structured['file']), 'utf8'),
      manifest: JSON.parse(await readFile(String(structured['manifest']), 'utf8')) as Record<string, unknown>,
    };
  }
  const bare = ({ user: _u, campaign: _c, status_name: _s, ...row }: Record<string, unknown>, i: number) => ({
    ...row,
    user_id: String(7 + (i % 3)),
    campaign_id: '1',
    status: i === 3 ? 'ZZZ' : 'NO_ANSWER',
    ...(i === 1 ? { user: 'As the row says' } : {}),
  });

  it.each(['csv', 'ndjson'])(
    'that rows leave out are filled in where the server knows them, in %s',
    async (format) => {
      const { content, manifest, text } = await exported(format, bare);
      const rows =
        format === 'csv'
          ? readCsv(content)
          : content
              .trimEnd()
              .split('\n')
              .map((line) => JSON.parse(line) as Record<string, string>);
      expect(rows.map(({ user = '', status_name = '' }) => [user, status_name])).toEqual([
        ['Jane Smith', "Contact didn't answer"],
        ['As the row says', "Contact didn't answer"],
        ['', "Contact didn't answer"],
        ['Jane Smith', ''],
      ]);
      // Masks see them like the row's own.
      expect(content).not.toContain('5550100199');
      expect(rows.every(({ campaign = '' }) => campaign.startsWith('Medicare ***-0199'))).toBe(true);
      const columns = ['user', 'campaign', 'status_name'];
      expect([...(manifest['columns_with_names_filled_in'] as string[])].sort()).toEqual([...columns].sort());
      expect(text).toContain('Names that rows left out were filled in from this server');
    },
  );
});

describe('trouble on the way', () => {
  const calls = spread(5_000, '2026-02-01 00:00:00', 28 * 86_400);

  it('marks a partial export in its name, its manifest and the answer', async () => {
    const standIn = await startStandIn({
      calls,
      instead: (n) => (n >= 6 ? { status: 500, body: '' } : undefined),
    });
    const one = asking(standIn, { exports: target(), budget: { concurrency: 1 } });
    closing.push(
      () => one.close(),
      () => standIn.close(),
    );
    const { structured, text } = await one.ask(exportCallLogs, { file_name: 'february' });
    expect(await filesIn()).toEqual(['february.partial.csv', 'february.partial.csv.manifest.json']);
    const manifest = JSON.parse(await readFile(structured.manifest, 'utf8'));
    expect(manifest).toMatchObject({
      complete: false,
      rows: structured.rows,
      completeness: structured.completeness,
    });
    expect(text).toContain('PARTIAL: ');
    const rows = readCsv(await readFile(structured.file, 'utf8'));
    const rest = calls.filter((call) => !rows.some((row) => row['id'] === call.id));
    const [missing] = structured.completeness.missing;
    const stamp = (at: number) => new Date(at * 1000).toISOString().slice(0, 19).replace('T', ' ');
    expect(rest.every(({ at }) => stamp(at) >= missing.start && stamp(at) <= missing.end)).toBe(true);
    expect(rows.every((row) => (row['call_date'] ?? '') < missing.start)).toBe(true);
  });

  it('makes cells that a spreadsheet would run harmless, and quotes by RFC 4180', async () => {
    const comments = ['=1+1', '+1', '-1', '@SUM(A1)', 'a "b", c', '=HYPERLINK("http://x","y")', 'plain'];
    const standIn = await startStandIn({
      calls: calls.slice(0, comments.length),
      rewrite: (rows) => rows.map((row, i) => ({ ...row, agent_comment: comments[i], extra: i })),
    });
    const one = asking(standIn, { exports: target() });
    closing.push(
      () => one.close(),
      () => standIn.close(),
    );
    const { structured } = await one.ask(exportCallLogs, {});
    const rows = readCsv(await readFile(structured.file, 'utf8'));
    expect(rows.map((row) => row['agent_comment'])).toEqual(
      comments.map((text) => (/^[=+@-]/.test(text) ? `'${text}` : text)),
    );
    expect(rows.map((row) => row['other'])).toEqual(comments.map((_, i) => `{"extra":"${i}"}`));
  });

  it('leaves nothing behind when it fails or is cancelled', async () => {
    const failing = await startStandIn({ calls, instead: () => ({ status: 500, body: '' }) });
    const one = asking(failing, { exports: target() });
    closing.push(
      () => one.close(),
      () => failing.close(),
    );
    expect((await one.ask(exportCallLogs, {})).isError).toBe(true);
    const cancel = new AbortController();
    const slow = await startStandIn({ calls, beforePage: (_, request) => request === 5 && cancel.abort() });
    const two = asking(slow, { exports: target(), signal: cancel.signal, budget: { concurrency: 1 } });
    closing.push(
      () => two.close(),
      () => slow.close(),
    );
    expect(await two.ask(exportCallLogs, {})).toMatchObject({
      isError: true,
      text: expect.stringContaining('cancelled'),
    });
    expect(await filesIn()).toEqual([]);
  });

  it.runIf(process.platform === 'linux')(
    'removes what it wrote when there is no room for the rest',
    async () => {
      // A limit on the size of files stands in for a full disk: 256 blocks of 1 KiB.
      const script =
        'ulimit -f 256; exec node dist/cli.js call export_call_logs \'{"file_name":"all"}\' --sandbox';
      const env = { ...process.env, CALL_LOGS_EXPORT_DIR: join(directory, 'exports') };
      const failed = await promisify(execFile)('bash', ['-c', script], { env }).catch((error) => error);
      expect(failed.stdout).toContain('There is no room left for the file');
      expect(await filesIn()).toEqual([]);
    },
  );
});
