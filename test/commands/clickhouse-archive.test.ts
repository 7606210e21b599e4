import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { archiveEnv, callsOn, daysAgo, lastDays, newDirectory, TOKEN } from '../support/archive.js';
import {
  type Finished,
  INITIALIZE,
  INITIALIZED,
  lines,
  type Running,
  runBin,
  startBin,
} from '../support/bin.js';
import { ClickHouse, HAS_CLICKHOUSE, PASSWORD } from '../support/clickhouse.js';
import { type StandIn, spread, startStandIn } from '../support/stand-in.js';

// The archive in ClickHouse on the built bin: its commands, and the same answers as from files.

const ARCHIVED = 62;
const PER_DAY = 300;
const DATES = lastDays(ARCHIVED);
const TODAY = daysAgo(0);

interface Answer {
  readonly content: { text: string }[];
  readonly isError?: boolean;
  readonly structuredContent: Record<string, unknown> & {
    readonly completeness: Record<string, unknown>;
    readonly window: { readonly end: string; readonly ends_now?: string };
    readonly sources: { source: string; start: string; end: string; read_at: string }[];
  };
}

/** A server over stdio that is asked one question after the other. */
class Asked {
  readonly #server: Running;
  #id = 1;

  private constructor(server: Running) {
    this.#server = server;
  }

  static async start(env: Readonly<Record<string, string>>): Promise<Asked> {
    const server = startBin([], env);
    server.write(lines(INITIALIZE, INITIALIZED));
    await server.seen(/"id":1\b/);
    return new Asked(server);
  }

  async ask(tool: string, args: object): Promise<Answer> {
    this.#id += 1;
    const id = this.#id;
    this.#server.write(lines({ id, method: 'tools/call', params: { name: tool, arguments: args } }));
    const [line] = await this.#server.seen(new RegExp(`^.*"id":${id}\\b.*$`, 'm'));
    return (JSON.parse(line) as { result: Answer }).result;
  }

  async stop(): Promise<void> {
    this.#server.end();
    const { code, stdout, stderr } = await this.#server.done;
    expect([code, hidden(stdout + stderr)]).toEqual([0, true]);
  }
}

/** Whether a text has neither the password nor the token in it. */
const hidden = (text: string) =>
  ![PASSWORD, encodeURIComponent(PASSWORD), TOKEN].some((secret) => text.includes(secret));

describe.skipIf(!HAS_CLICKHOUSE)('an archive in ClickHouse, on the built bin', () => {
  const directory = newDirectory();
  let clickHouse: ClickHouse;
  let standIn: StandIn;
  let url: string;
  let place: string;
  let files: Record<string, string>;
  let cluster: Record<string, string>;
  let fromFiles: Asked;
  let fromCluster: Asked;

  const run = async (args: readonly string[], env: Readonly<Record<string, string>> = cluster) => {
    const finished: Finished = await runBin(args, env);
    expect(hidden(finished.stdout + finished.stderr)).toBe(true);
    return finished;
  };
  const fine = async (args: readonly string[], env?: Readonly<Record<string, string>>) => {
    const { code, stdout, stderr } = await run(args, env);
    expect([code, stderr]).toEqual([0, '']);
    return stdout;
  };

  beforeAll(async () => {
    clickHouse = await ClickHouse.start();
    url = await clickHouse.database();
    const { host, pathname } = new URL(url);
    place = `the ClickHouse database ${pathname.slice(1)} at ${host}`;
    standIn = await startStandIn({
      calls: [
        ...callsOn(DATES, PER_DAY),
        // Until ten in the morning: it is about noon.
        ...spread(100, `${TODAY} 08:00:00`, 7200, 1, 1 + ARCHIVED * PER_DAY),
      ],
    });
    files = archiveEnv(standIn, join(directory, 'archive'), {
      CALL_LOGS_EXPORT_DIR: join(directory, 'exports'),
    });
    cluster = { ...files, CALL_LOGS_ARCHIVE_DIR: '', CALL_LOGS_ARCHIVE_URL: url };
  }, 60_000);
  afterAll(async () => {
    await fromFiles?.stop();
    await fromCluster?.stop();
    await standIn.close();
    await clickHouse.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it('is not used before archive init, which says what to run', async () => {
    const refused = {
      code: 1,
      stdout: '',
      stderr: `convoso-call-logs-mcp: The archive in ${place} cannot be used yet. It has no tables of an archive. Run convoso-call-logs-mcp archive init; what is archived stays.\n`,
    };
    expect(await run(['archive', 'status'])).toEqual(refused);
    expect(await run(['sync', '--from', '1d'])).toEqual(refused);
  });

  it('is made by archive init, without a token, once', async () => {
    const env = { CALL_LOGS_ARCHIVE_URL: url };
    expect(await fine(['archive', 'init'], env)).toBe(`Created the tables of the archive in ${place}\n`);
    expect(await fine(['archive', 'init'], env)).toBe(`Up to date already: ${place}\n`);
    expect(await fine(['archive', 'status'])).toBe(`Archive: ${place}\nIt holds no day yet: run sync.\n`);
    expect(standIn.forms).toEqual([]);
  });

  it('is filled by sync, and then has nothing to read again', async () => {
    for (const env of [cluster, files]) {
      const started = performance.now();
      const report = await fine(['sync', '--from', `${ARCHIVED}d`], env);
      const seconds = (performance.now() - started) / 1000;
      process.stdout.write(
        `${ARCHIVED} days of ${PER_DAY} calls archived in ${env === files ? 'files' : 'ClickHouse'} in ${seconds.toFixed(1)} s\n`,
      );
      for (const date of DATES) expect(report).toContain(date);
    }
    const sent = standIn.forms.length;
    await fine(['sync', '--from', `${ARCHIVED}d`]);
    expect(standIn.forms).toHaveLength(sent);
    expect(await fine(['archive', 'status', '--from', `${ARCHIVED}d`])).toMatch(
      new RegExp(
        `^Archive: ${place}\nDays: ${ARCHIVED}, from ${DATES.at(-1)} to ${DATES[0]}; calls: 18,600\nRead: between \\S+Z and \\S+Z\nGaps: none\n$`,
      ),
    );
    expect(await fine(['archive', 'verify'])).toBe(`ok: ${ARCHIVED} days are as they were written\n`);
  }, 300_000);

  it('loses the days that are purged, and gets them back', async () => {
    const [, second = '', third = ''] = DATES;
    expect(await fine(['archive', 'purge', second, third])).toBe('Removed 2 days.\n');
    expect(await fine(['archive', 'status', '--from', `${ARCHIVED}d`])).toMatch(
      `Gaps: 2 days: ${third}, ${second}`,
    );
    expect(await fine(['archive', 'purge', second])).toMatch(/is archived/);
    expect(await fine(['archive', 'purge', '--before', DATES.at(-1) ?? ''])).toMatch(/^No day before/);
    await fine(['sync', '--from', `${ARCHIVED}d`]);
    expect(await fine(['archive', 'status', '--from', `${ARCHIVED}d`])).toContain('Gaps: none');
  }, 60_000);

  it('has calls that are not those stored found by verify, which says what brings them back', async () => {
    const date = DATES[5] ?? '';
    const table = `${new URL(url).pathname.slice(1)}.archive_calls`;
    await clickHouse.run(`DELETE FROM ${table} WHERE date = '${date}' AND place < 7`);
    const { code, stdout, stderr } = await run(['archive', 'verify']);
    expect([code, stdout]).toEqual([1, `${date}: It holds 293 calls where 300 were stored.\n`]);
    expect(stderr).toContain(`Run convoso-call-logs-mcp archive purge ${date} and then sync`);
    await fine(['archive', 'purge', date]);
    await fine(['sync', '--from', `${ARCHIVED}d`]);
    expect(await fine(['archive', 'verify'])).toMatch(/^ok/);
  }, 60_000);

  it('keeps accounts that share a database apart by the name the operator gave them', async () => {
    const other = { ...cluster, CALL_LOGS_ACCOUNT: 'another.desk' };
    expect(await fine(['archive', 'status'], other)).toContain('It holds no day yet');
  });

  it('is read with a new token once a sync has found its calls at the service', async () => {
    const renewed = { ...cluster, CONVOSO_AUTH_TOKEN: 'renewed' };
    expect(await fine(['archive', 'status'], renewed)).toContain('Token: changed since then;');
    await fine(['sync', '--from', '1d'], renewed);
    expect(await fine(['archive', 'status'], renewed)).not.toContain('Token:');
  });

  /** Both answers, after their numbers were found equal and whole. */
  async function alike(tool: string, args: object): Promise<{ cluster: Answer; files: Answer }> {
    fromFiles ??= await Asked.start(files);
    fromCluster ??= await Asked.start(cluster);
    const answers = { cluster: await fromCluster.ask(tool, args), files: await fromFiles.ask(tool, args) };
    const plain = ({ content, isError, structuredContent }: Answer) => {
      expect([isError ?? false, content[0]?.text]).toEqual([false, content[0]?.text]);
      // Time passes between two answers, so that windows that end now end apart, and each export has a name of its own.
      const {
        sources,
        completeness,
        window,
        account_time: _now,
        file: _file,
        manifest: _manifest,
        ...rest
      } = structuredContent;
      expect(completeness).toMatchObject({ complete: true, missing: [] });
      const { end, ...from } = window;
      return {
        ...{ rest, completeness, window: window.ends_now === undefined ? window : from },
        sources: sources.map(({ source, start, end }) => [source, start, end]),
      };
    };
    expect(plain(answers.cluster)).toEqual(plain(answers.files));
    return answers;
  }
  const archivedOnly = {
    start_time: DATES[9],
    end_time: DATES[1],
    source: 'archive',
  };

  it.each([
    ['campaign and hour', { group_by: ['campaign', 'hour'], top: 60 }],
    ['campaign and hour of one status', { group_by: ['campaign', 'hour'], status: 'completed', top: 60 }],
    ['hour of one campaign', { group_by: ['hour', 'status'], campaign_id: '112', top: 60 }],
    ['user of one number', { group_by: ['user'], phone_number: '+1 212-555-0142' }],
  ])('gives the numbers that files give, by %s', async (_name, args) => {
    // Names and spellings are looked up in the newest calls; calls are not read.
    const read = () => standIn.forms.filter(({ order, limit }) => order !== 'desc' || limit !== '500').length;
    const sent = read();
    const { cluster } = await alike('summarize_call_logs', { ...archivedOnly, ...args });
    expect(cluster.structuredContent).toHaveProperty('total.calls', expect.any(Number));
    expect((cluster.structuredContent['total'] as { calls: number }).calls).toBeGreaterThan(20);
    expect(read()).toBe(sent);
  });

  it('gives the samples and exports that files give', async () => {
    const sent = standIn.forms.length;
    await alike('sample_call_logs', { ...archivedOnly, size: 8, seed: '5' });
    await alike('sample_call_logs', { ...archivedOnly, per: 'user', pick: 'longest', size: 2, seed: '5' });
    const both = await alike('export_call_logs', { ...archivedOnly, campaign_id: '111' });
    const text = (answer: Answer) => readFileSync(String(answer.structuredContent['file']), 'utf8');
    expect(text(both.cluster).split('\n').length).toBeGreaterThan(500);
    expect(text(both.cluster) === text(both.files)).toBe(true);
    expect(standIn.forms).toHaveLength(sent);
  });

  it('compares this month with last month, by campaign and hour, complete and with their age', async () => {
    for (const month of ['last month', 'this month']) {
      const args = { start_time: month, group_by: ['campaign', 'hour'], top: 60 };
      for (const [name, asked] of [
        ['files', fromFiles],
        ['ClickHouse', fromCluster],
      ] as const) {
        const started = performance.now();
        await asked.ask('summarize_call_logs', args);
        const seconds = (performance.now() - started) / 1000;
        process.stdout.write(`${month} by campaign and hour from ${name}: ${seconds.toFixed(2)} s\n`);
        // A host’s patience, not a measure of speed.
        expect(seconds).toBeLessThan(60);
      }
      const { cluster } = await alike('summarize_call_logs', args);
      expect(cluster.content[0]?.text).toMatch(/^Source: .*archive \S+.* \(read \d+ min/m);
      const [archived] = cluster.structuredContent.sources;
      expect(Date.now() - Date.parse(archived?.read_at ?? '')).toBeGreaterThan(0);
    }
  }, 120_000);

  it('answers two replicas while a third process writes', async () => {
    const replicas = [await Asked.start(cluster), await Asked.start(cluster)];
    const args = { start_time: DATES[2], end_time: DATES[0], source: 'archive', group_by: 'date' };
    // Its recent days are read again and again.
    const writer = startBin(['sync', '--from', '3d', '--every', '10s'], {
      ...cluster,
      CALL_LOGS_ARCHIVE_REFRESH_HOURS: '0',
    });
    await writer.seen(new RegExp(DATES[0] ?? ''));
    const answers = async (replica: Asked) => {
      const found: Answer[] = [];
      while (found.length < 12) found.push(await replica.ask('summarize_call_logs', args));
      return found;
    };
    const found = (await Promise.all(replicas.map(answers))).flat();
    await writer.seen(new RegExp(`${DATES[2]}(.*\\n)*.*${DATES[2]}`));
    found.push(...(await Promise.all(replicas.map((replica) => replica.ask('summarize_call_logs', args)))));
    for (const { structuredContent } of found) {
      expect(structuredContent).toMatchObject({
        total: { calls: 3 * PER_DAY },
        completeness: { complete: true },
      });
    }
    writer.kill('SIGTERM');
    expect((await writer.done).code).toBe(0);
    const ages = found.map(({ structuredContent }) => structuredContent.sources[0]?.read_at ?? '');
    expect(new Set(ages).size).toBeGreaterThan(1);
    for (const replica of replicas) await replica.stop();
  }, 120_000);
});
