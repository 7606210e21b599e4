import { readdirSync } from 'node:fs';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { describe, expect, it, vi } from 'vitest';
import { startHttp } from '../protocol/connectors.js';
import {
  archiveEnv,
  callsOn,
  daysAgo,
  lastDays,
  placeForEach,
  rowsByHive,
  TOKEN,
  tree,
  upstreamRows,
} from '../support/archive.js';
import { startBin } from '../support/bin.js';
import { runHere } from '../support/run.js';
import { newGate, type StandIn, type StandInOptions } from '../support/stand-in.js';

// Many processes are started one after the other, and the machine may have more to do.
vi.setConfig({ testTimeout: 120_000 });

// The archive that the http command keeps up to date by itself.

const own = placeForEach();

const DATES = lastDays(4);
const TODAY = daysAgo(0);

const serve = (options: Partial<StandInOptions> = {}) =>
  own.serve({ calls: callsOn([TODAY, ...DATES], 100), ...options });

const refreshing = (standIn: StandIn, more: Readonly<Record<string, string>> = {}) =>
  archiveEnv(standIn, own.directory, {
    CALL_LOGS_ARCHIVE_EVERY: '10s',
    CALL_LOGS_ARCHIVE_FROM: '4d',
    CALL_LOGS_LOG_LEVEL: 'info',
    ...more,
  });

async function open(env: Record<string, string>) {
  const server = await startHttp(env);
  own.closing.push(server.close);
  const client = new Client({ name: 'refresh', version: '0.0.0' });
  await client.connect(new StreamableHTTPClientTransport(server.url, { requestInit: server.requestInit }));
  own.closing.push(() => client.close());
  return {
    log: server.log,
    ask: async (name: string, args: Record<string, unknown>) => {
      const result = await client.callTool({ name, arguments: args });
      const [content] = result.content as { text: string }[];
      expect([result.isError ?? false, content?.text]).toEqual([false, content?.text]);
      return content?.text ?? '';
    },
  };
}

/** What the sync asks for: whole days that are over, with what a call’s recordings are. */
const isSync = ({ include_recordings, id }: Readonly<Record<string, string>>) =>
  include_recordings === '1' && id === undefined;
/** The day that it asks for: the minute before and the one after are read as well. */
const dayOf = ({ start_time = '' }: Readonly<Record<string, string>>) =>
  start_time === ''
    ? undefined
    : new Date(Date.parse(`${start_time.replace(' ', 'T')}Z`) + 60_000).toISOString().slice(0, 10);
const daysRead = (log: string) => log.split('\n').filter((line) => line.includes('archive: day read')).length;

describe('http with CALL_LOGS_ARCHIVE_EVERY', () => {
  it('archives the days that are over, one request at a time, and answers from them', async () => {
    const standIn = await serve({ pageCap: 25, delay: 5 });
    const server = await open(refreshing(standIn));
    await expect.poll(() => daysRead(server.log()), { timeout: 20_000 }).toBe(4);
    expect(standIn.busiest).toBe(1);
    expect(await rowsByHive(own.directory)).toEqual(upstreamRows(standIn, DATES));
    const requests = standIn.forms.length;
    const text = await server.ask('summarize_call_logs', { start_time: DATES[3], end_time: DATES[0] });
    expect(text).toContain(`Source: archive ${DATES[3]} to ${DATES[0]}`);
    expect(standIn.forms.length).toBe(requests);
    const [line = ''] = server
      .log()
      .split('\n')
      .filter((one) => one.includes('archive: day read'));
    expect(JSON.parse(line)).toMatchObject({
      level: 'info',
      date: DATES[0],
      rows: 100,
      ms: expect.any(Number),
    });
    expect(server.log()).not.toContain(TOKEN);
  });

  it('lets a tool that is being called go first', async () => {
    const { held, release } = newGate();
    // The tool’s call is not answered before it is released: meanwhile the sync has nothing to do but wait.
    const standIn = await serve({
      pageCap: 10,
      delay: 10,
      hold: (form) => (form['id'] === '7' ? held : undefined),
    });
    const server = await open(refreshing(standIn));
    await expect.poll(() => standIn.forms.filter(isSync).length, { timeout: 20_000 }).toBeGreaterThan(3);
    const asked = server.ask('get_call_log', { id: '7' });
    await expect.poll(() => standIn.forms.some(({ id }) => id === '7'), { timeout: 20_000 }).toBe(true);
    // One page may have been on its way.
    const before = standIn.forms.filter(isSync).length;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(standIn.forms.filter(isSync).length - before).toBeLessThanOrEqual(1);
    expect(daysRead(server.log())).toBeLessThan(4);
    release();
    expect(await asked).toContain('id: 7');
    await expect.poll(() => daysRead(server.log()), { timeout: 20_000 }).toBe(4);
  });

  it('stops in the middle of a day when the server is told to, and leaves whole days', async () => {
    const standIn = await serve({
      pageCap: 10,
      // The third day is never answered.
      hold: (form) => (dayOf(form) === DATES[2] ? new Promise(() => {}) : undefined),
    });
    const server = startBin(['http', '--port', '0'], refreshing(standIn));
    own.closing.push(() => server.kill('SIGKILL'));
    await server.seen(/Serving at/);
    await expect
      .poll(() => standIn.forms.some((form) => dayOf(form) === DATES[2]), { timeout: 20_000 })
      .toBe(true);
    const told = performance.now();
    server.kill('SIGTERM');
    expect((await server.done).code).toBe(0);
    expect(performance.now() - told).toBeLessThan(5000);
    expect(tree(own.directory).filter((path) => /unfinished|\.lock|\.spill/.test(path))).toEqual([]);
    expect(await rowsByHive(own.directory)).toEqual(upstreamRows(standIn, DATES.slice(0, 2)));
  });

  it('tells of a round that fails, serves on, and has the days in a later one', async () => {
    let isDown = true;
    const standIn = await serve({
      instead: () => (isDown ? { status: 403, body: 'canary-body' } : undefined),
    });
    const server = await open(refreshing(standIn));
    await expect.poll(() => server.log(), { timeout: 20_000 }).toMatch(/"level":"warn","message":"archive"/);
    const [line = ''] = server
      .log()
      .split('\n')
      .filter((one) => one.includes('"message":"archive"'));
    expect(JSON.parse(line)).toMatchObject({
      error: expect.stringMatching(/^The call search failed.* The service refused access \(HTTP 403\)\.$/),
    });
    isDown = false;
    expect(await server.ask('get_call_log', { id: '7' })).toContain('id: 7');
    await expect.poll(() => daysRead(server.log()), { timeout: 30_000 }).toBe(4);
    expect(server.log()).not.toMatch(/canary/);
  }, 60_000);

  it('gives way to another writer, and answers from what it writes', async () => {
    const { held, release } = newGate();
    const standIn = await serve({
      hold: (form) => (isSync(form) && dayOf(form) === DATES[1] ? held : undefined),
    });
    const env = refreshing(standIn);
    const writer = startBin(['sync'], env);
    own.closing.push(() => writer.kill('SIGKILL'));
    await writer.seen(/day 1 of 4/);
    const server = await open(env);
    await expect
      .poll(() => server.log(), { timeout: 20_000 })
      .toMatch(/"message":"archive","error":"The archive was not changed\. Another process is writing/);
    const asked = { start_time: DATES[0], end_time: DATES[0] };
    expect(await server.ask('summarize_call_logs', asked)).toContain(`Source: archive ${DATES[0]} (`);
    release();
    expect((await writer.done).code).toBe(0);
  });

  it('does nothing where there is no archive, or no pace is set', async () => {
    const standIn = await serve();
    for (const more of [{ CALL_LOGS_ARCHIVE_EVERY: '' }, { CALL_LOGS_ARCHIVE_DIR: '' }]) {
      const server = await open(refreshing(standIn, more));
      expect(await server.ask('get_call_log', { id: '7' })).toContain('id: 7');
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    expect(standIn.forms.filter(isSync)).toEqual([]);
    expect(readdirSync(own.directory)).toEqual([]);
  });

  it('without a zone says so once and serves on', async () => {
    const standIn = await serve();
    const server = await open(refreshing(standIn, { CONVOSO_TIMEZONE: '' }));
    await expect.poll(() => server.log(), { timeout: 20_000 }).toContain('CONVOSO_TIMEZONE is not set');
    expect(await server.ask('get_call_log', { id: '7' })).toContain('id: 7');
    expect((await runHere(['archive', 'status'], refreshing(standIn))).stdout).toContain('no day yet');
  });
});
