import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ClickHouseStore, initializeClickHouse } from '../../../src/archive/clickhouse/store.js';
import type { ArchiveOwner, ArchiveStore } from '../../../src/archive/store.js';
import { archiveEnv } from '../../support/archive.js';
import { ClickHouse, HAS_CLICKHOUSE, PASSWORD } from '../../support/clickhouse.js';
import {
  type ClickHouseProxy,
  type Fault,
  refusal,
  startClickHouseProxy,
} from '../../support/clickhouse-proxy.js';
import { runHere } from '../../support/run.js';
import { SELF_SIGNED } from '../../support/self-signed.js';
import { type StandIn, spread, startStandIn } from '../../support/stand-in.js';
import { type Bench, openBench } from '../../support/tools.js';
import { archiveDays, before } from '../archiving.js';
import { callsOfDay, completenessOf, inBatches } from '../calls.js';
import { newOwner, writeDay } from '../store-contract.js';

// What goes wrong between this server and a ClickHouse, on live sockets: the words of it, and that answers stay right.

const BOUNDS = { memory: 1_000_000_000, threads: 2, seconds: 4 };
const DAYS = ['2026-03-01', '2026-03-02'];
const WINDOW = { start_time: '2026-03-01', end_time: '2026-03-02' };
const SUMMARY = 'summarize_call_logs';
const HTML: Fault = { status: 200, body: '<!doctype html><title>Sign in</title><p>internal-host-17</p>' };

interface Outage {
  readonly name: string;
  /** The address to use instead. */
  readonly url?: () => string;
  readonly fault?: (statement: string) => Fault | undefined;
  readonly shut?: boolean;
  readonly why: string;
  readonly next: RegExp;
}

describe.skipIf(!HAS_CLICKHOUSE)('a ClickHouse that fails', () => {
  let server: ClickHouse;
  let standIn: StandIn;
  let proxy: ClickHouseProxy;
  let tls: Server;
  let url: string;
  let empty: string;
  let host: string;
  const owner: ArchiveOwner = newOwner();
  const closing: (() => Promise<void>)[] = [];
  const open = (address: string, of = owner) => {
    const store = new ClickHouseStore({ url: address, owner: of, bounds: BOUNDS });
    closing.push(() => store.close());
    return store;
  };
  /** Tools that answer from a store before the service, and what nobody foresaw. */
  function toolsOf(store: ArchiveStore): { bench: Bench; unexpected: unknown[] } {
    const unexpected: unknown[] = [];
    const bench = openBench({
      url: standIn.url,
      token: standIn.token,
      zone: 'America/Los_Angeles',
      source: before(async () => store, unexpected),
    });
    closing.push(bench.close);
    return { bench, unexpected };
  }

  beforeAll(async () => {
    server = await ClickHouse.start();
    url = await server.database();
    empty = await server.database();
    host = new URL(url).host;
    await initializeClickHouse(url, BOUNDS);
    standIn = await startStandIn({ calls: spread(200, '2026-03-01 00:00:00', 2 * 86_400) });
    proxy = await startClickHouseProxy(url);
    tls = createServer(SELF_SIGNED, (_request, response) => response.end('Ok.\n'));
    await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve));
    const store = open(url);
    await archiveDays(store, toolsOf(store).bench.context.calls, DAYS);
  }, 60_000);
  afterEach(async () => {
    proxy.fault = () => undefined;
    proxy.route = () => undefined;
    for (const close of closing.splice(0).reverse()) await close();
  });
  afterAll(async () => {
    await proxy.shut();
    await standIn.close();
    tls.closeAllConnections();
    tls.close();
    await server.stop();
  });

  const hidden = (text: string) => expect(text).not.toMatch(SECRETS);
  const SECRETS = new RegExp(
    [PASSWORD, encodeURIComponent(PASSWORD), 'canary', 'internal-host', 'SELECT '].join('|'),
  );
  const everything = (fault: Fault) => () => fault;
  const questions =
    (fault: Fault) =>
    (statement: string): Fault | undefined =>
      /archive_calls/.test(statement) ? fault : undefined;

  it('in one of its servers, which lags behind the others, never gives half of the calls as all of them', async () => {
    const whole = new URL(url).pathname.slice(1);
    const lagging = new URL(await server.database()).pathname.slice(1);
    await initializeClickHouse(server.url(lagging), BOUNDS);
    for (const table of ['archive_days', 'archive_moved', 'archive_tokens'])
      await server.run(`INSERT INTO ${lagging}.${table} SELECT * FROM ${whole}.${table}`);
    await server.run(
      `INSERT INTO ${lagging}.archive_calls SELECT * FROM ${whole}.archive_calls WHERE cityHash64(id) % 3 != 0`,
    );
    const { bench } = toolsOf(open(proxy.url));
    const questions: [tool: string, asked: object][] = [
      [SUMMARY, { ...WINDOW, group_by: 'hour' }],
      ['sample_call_logs', { ...WINDOW, size: 3 }],
    ];
    // Each statement about calls goes to the server behind at another place in the row of them.
    for (const behind of [0, 1, 3]) {
      for (const [tool, asked] of questions) {
        let statements = 0;
        proxy.route = (statement) => {
          if (!/FROM archive_calls/.test(statement) || /INSERT/.test(statement)) return undefined;
          statements += 1;
          return statements > behind ? lagging : undefined;
        };
        const auto = await bench.ask(tool, asked);
        expect([behind, auto.structured['completeness']]).toEqual([
          behind,
          expect.objectContaining({ complete: true, unique: 200 }),
        ]);
        statements = 0;
        const alone = await bench.run(tool, { ...asked, source: 'archive' });
        if (!alone.isError)
          expect(alone.structured).toMatchObject({ completeness: { complete: true, unique: 200 } });
      }
    }
  }, 240_000);

  const OUTAGES: readonly Outage[] = [
    {
      name: 'is not there',
      shut: true,
      why: 'Nothing listens there.',
      next: /^Start ClickHouse, or correct the host and port/,
    },
    {
      name: 'has an unknown name',
      url: () => url.replace(host, 'clickhouse.invalid:8123'),
      why: 'Its host name is not known.',
      next: /^Correct the host in CALL_LOGS_ARCHIVE_URL\.$/,
    },
    {
      name: 'knows another password',
      url: () => url.replace(encodeURIComponent(PASSWORD), 'canary-password'),
      why: 'It refused the user name or the password.',
      next: /special characters in a password go as %40/,
    },
    {
      name: 'has no such database',
      url: () => server.url('nowhere'),
      why: 'It has no database nowhere.',
      next: /^Run CREATE DATABASE nowhere there, then convoso-call-logs-mcp archive init\.$/,
    },
    {
      name: 'has no tables',
      url: () => empty,
      why: 'It has no tables of an archive.',
      next: /^Run convoso-call-logs-mcp archive init/,
    },
    {
      name: 'hangs',
      fault: everything('silence'),
      why: 'It took too long.',
      next: /^See whether it is up and how busy it is/,
    },
    {
      name: 'is cut off in an answer',
      fault: questions('cut'),
      why: 'The connection was lost.',
      next: /^Try again; nothing that was archived is lost\.$/,
    },
    {
      name: 'resets connections',
      fault: everything('lost before'),
      why: 'The connection was lost.',
      next: /^Try again/,
    },
    {
      name: 'answers by half',
      fault: questions('half a row'),
      why: 'What came back is no whole answer of ClickHouse’s HTTP interface.',
      next: /the port must be the one of the HTTP interface/,
    },
    {
      name: 'is a web page',
      fault: everything(HTML),
      why: 'What came back is no whole answer of ClickHouse’s HTTP interface.',
      next: /the port must be the one of the HTTP interface/,
    },
    {
      name: 'is a gateway without anything behind it',
      fault: everything({ ...HTML, status: 502 }),
      why: 'What came back is no whole answer of ClickHouse’s HTTP interface.',
      next: /^See what answers at http:\/\/127\.0\.0\.1:\d+: /,
    },
    {
      name: 'has a certificate that nobody trusts',
      url: () =>
        url
          .replace('clickhouse:', 'clickhouses:')
          .replace(host, `127.0.0.1:${(tls.address() as AddressInfo).port}`),
      why: 'Its TLS certificate is not trusted, or it does not speak TLS.',
      next: /NODE_EXTRA_CA_CERTS/,
    },
    {
      name: 'does not speak TLS',
      url: () => url.replace('clickhouse:', 'clickhouses:'),
      why: 'Its TLS certificate is not trusted, or it does not speak TLS.',
      next: /correct CALL_LOGS_ARCHIVE_URL/,
    },
    {
      name: 'has not enough memory',
      fault: questions(refusal(241, 'MEMORY_LIMIT_EXCEEDED')),
      why: 'The question needed more memory than it may have.',
      next: /^Narrow the window or the filters/,
    },
    {
      name: 'has not enough time',
      fault: questions(refusal(159, 'TIMEOUT_EXCEEDED')),
      why: 'The question took too long.',
      next: /give ClickHouse more cores/,
    },
    {
      name: 'does not let its user change settings',
      fault: everything(refusal(164, 'READONLY')),
      why: 'Its user may not do this.',
      next: /readonly = 0/,
    },
    {
      name: 'reports anything else',
      fault: questions(refusal(999, 'KEEPER_EXCEPTION')),
      why: 'It reports error 999 (KEEPER_EXCEPTION).',
      next: /^Look the error up in the log of ClickHouse\.$/,
    },
  ];

  it.each(OUTAGES)(
    'in that it $name is reported in words, costs an answer nothing but time, and is forgotten once it is back',
    async ({ url: address, fault, shut, why, next }) => {
      if (shut) await proxy.shut();
      proxy.fault = fault ?? (() => undefined);
      const { bench, unexpected } = toolsOf(open(address?.() ?? proxy.url));
      const [live, refused] = await Promise.all([
        bench.ask(SUMMARY, WINDOW),
        bench.refused(SUMMARY, { ...WINDOW, source: 'archive' }),
      ]);
      expect(live.structured).toMatchObject({
        total: { calls: 200 },
        completeness: { complete: true },
        sources: [{ source: 'live' }],
        source_remark: expect.stringContaining(why),
      });
      const [what = '', after = ''] = refused.split(`\nWhy: ${why}\nNext: `);
      expect(what).toMatch(
        /^The archive in the ClickHouse database \w+ at \S+:\d+ (did not answer|cannot be used yet)\.$/,
      );
      expect(after).toMatch(next);
      hidden(refused + JSON.stringify(live));
      expect(unexpected).toEqual([]);
      if (address !== undefined) return;
      if (shut) await proxy.open();
      proxy.fault = () => undefined;
      const { structured } = await bench.ask(SUMMARY, { ...WINDOW, source: 'archive' });
      expect(structured).toMatchObject({ total: { calls: 200 }, sources: [{ source: 'archive' }] });
    },
    20_000,
  );

  const writing =
    (fault: Fault, table = 'archive_calls') =>
    (statement: string): Fault | undefined =>
      statement.includes(`INSERT INTO ${table}`) ? fault : undefined;

  it.each<[string, (statement: string) => Fault | undefined, string, number?]>([
    ['loses every connection', writing('lost before'), 'The connection was lost.'],
    [
      'has a full disk',
      writing(refusal(243, 'NOT_ENOUGH_SPACE')),
      'Its disk is full, or its tables cannot be written now.',
      20_100,
    ],
    [
      'has tables that are only read',
      writing(refusal(242, 'TABLE_IS_READ_ONLY')),
      'Its disk is full, or its tables',
    ],
    [
      'fails when the day should count',
      writing(refusal(243, 'NOT_ENOUGH_SPACE'), 'archive_days'),
      'Its disk is full',
    ],
    ['lets its user only read', writing(refusal(497, 'ACCESS_DENIED')), 'Its user may not do this.'],
  ])(
    'in that it %s in mid-insert leaves no half of a day, and the day before as it was',
    async (_name, fault, why, count = 300) => {
      const of = newOwner();
      const store = open(proxy.url, of);
      const [before = '', day = ''] = DAYS;
      await writeDay(store, before, callsOfDay(before, 90, 1));
      await writeDay(store, day, callsOfDay(day, 50, 2, 1000));
      // Where there are two blocks, the second is the one that fails.
      let inserts = 0;
      proxy.fault = (statement) => {
        const found = fault(statement);
        if (found === undefined) return undefined;
        inserts += 1;
        return inserts > 1 || count < 20_000 ? found : undefined;
      };
      const calls = callsOfDay(day, count, 3, 1000);
      const failed = store.writeDay(
        { date: day, readAt: '2026-03-11T08:00:00.000Z' },
        inBatches(calls, 20_000),
        () => completenessOf(calls.length),
      );
      const words = await failed.then(
        () => 'archived',
        (error: Error) => error.message,
      );
      expect(words).toContain(why);
      hidden(words);
      expect(proxy.faults).toBeGreaterThan(0);
      const reader = open(url, of);
      expect((await reader.days()).map(({ date, rows }) => [date, rows])).toEqual([
        [before, 90],
        [day, 50],
      ]);
      expect(await reader.verify(new AbortController().signal)).toEqual(new Map());
      proxy.fault = () => undefined;
      await writeDay(store, day, callsOfDay(day, 70, 4, 1000), '2026-03-12T08:00:00.000Z');
      expect((await reader.days()).map(({ rows }) => rows)).toEqual([90, 70]);
      expect(await reader.verify(new AbortController().signal)).toEqual(new Map());
    },
    30_000,
  );

  it.each(['lost before', 'lost after'] as const)(
    'by losing a connection now and then (%s an insert) stores every call once',
    async (fault) => {
      const of = newOwner();
      const store = open(proxy.url, of);
      let statements = 0;
      proxy.fault = (statement) => {
        if (!statement.includes('INSERT INTO')) return undefined;
        statements += 1;
        return statements % 2 === 1 ? fault : undefined;
      };
      expect(await writeDay(store, '2026-03-01', callsOfDay('2026-03-01', 500, 7))).toMatchObject({
        rows: 500,
      });
      expect(statements).toBeGreaterThan(3);
      const reader = open(url, of);
      expect((await reader.days()).map(({ rows }) => rows)).toEqual([500]);
      expect(await reader.verify(new AbortController().signal)).toEqual(new Map());
    },
  );

  it('by refusing is reported by the commands too, without a password in any line', async () => {
    const env = {
      ...archiveEnv(standIn, ''),
      CALL_LOGS_LOG_LEVEL: 'debug',
      CALL_LOGS_ARCHIVE_URL: url.replace(encodeURIComponent(PASSWORD), 'canary-password'),
    };
    for (const args of [
      ['archive', 'init'],
      ['archive', 'status'],
      ['sync', '--from', '1d'],
    ]) {
      const { code, stdout, stderr } = await runHere(args, env);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain(
        'It refused the user name or the password. Correct them in CALL_LOGS_ARCHIVE_URL;',
      );
      hidden(stdout + stderr);
    }
  }, 20_000);
});
