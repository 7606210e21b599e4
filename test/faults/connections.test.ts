import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';
import { describe, expect, it } from 'vitest';
import type { Tool } from '../../src/tools/define-tool.js';
import { tools } from '../../src/tools/index.js';
import { SELF_SIGNED } from '../support/self-signed.js';
import { silence, startUpstream } from '../support/upstream.js';
import { argumentsOf, COUNTED, type FaultBench, openFaultBench } from './bench.js';
import { healthy } from './canaries.js';

/** A server of plain sockets that counts connections. */
async function listening(
  server: Server,
): Promise<{ port: number; sockets: Socket[]; close(): Promise<void> }> {
  const sockets: Socket[] = [];
  server.on('connection', (socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function freePort(): Promise<number> {
  const server = await listening(createServer());
  await server.close();
  return server.port;
}

/** Runs a tool that must fail before anything was sent, twice: the second call meets the same and is answered, too. */
async function neverConnected(bench: FaultBench, tool: Tool, words: RegExp): Promise<void> {
  for (const _time of [1, 2]) {
    const result = await bench.run(tool.name, argumentsOf(tool));
    expect(result.isError).toBe(true);
    expect(result.text).toMatch(words);
    if (tool.access === 'write') expect(result.text).toMatch(/^The update was not made/);
    expect(bench.leaked(result.text)).toStrictEqual([]);
  }
  expect(bench.unexpected).toStrictEqual([]);
  await bench.end();
}

describe.concurrent.each(tools)('$name, without a connection', (tool) => {
  it('repeats an attempt that is refused, then says so, and works as soon as the service does', async () => {
    const port = await freePort();
    const bench = openFaultBench(`http://127.0.0.1:${port}/v1`);
    const refused = await bench.run(tool.name, argumentsOf(tool));
    expect(refused.text).toMatch(/No connection to 127\.0\.0\.1:\d+ \(ECONNREFUSED\)\. Attempts: 4\./);
    if (tool.access === 'write') expect(refused.text).toMatch(/^The update was not made/);
    const upstream = await startUpstream(healthy, port);
    const next = await bench.run(tool.name, argumentsOf(tool));
    expect(next.isError).toBe(false);
    expect(bench.leaked(refused.text + JSON.stringify(next))).toStrictEqual([]);
    await bench.end();
    await upstream.close();
  });

  it('says so where the name of the service does not exist', async () => {
    const bench = openFaultBench('https://call-logs.invalid/v1');
    await neverConnected(bench, tool, /No connection to call-logs\.invalid/);
  });

  it('says so when the TLS handshake never ends', async () => {
    const server = await listening(createServer());
    const bench = openFaultBench(`https://127.0.0.1:${server.port}/v1`, { attemptTimeoutMs: 100 });
    await neverConnected(
      bench,
      tool,
      /No connection to .*\(UND_ERR_CONNECT_TIMEOUT\)|did not answer in time/,
    );
    await server.close();
  });

  it('says so when the service speaks no TLS', async () => {
    const upstream = await startUpstream();
    const bench = openFaultBench(upstream.url.replace('http:', 'https:'));
    await neverConnected(bench, tool, /No connection to .*SSL/);
    expect(upstream.requests).toStrictEqual([]);
    await upstream.close();
  });

  it('says so, repeats nothing and sends nothing when nobody vouches for the certificate', async () => {
    let received = 0;
    const server = await listening(
      createTlsServer(SELF_SIGNED, (socket) => socket.on('data', (data) => (received += data.length))),
    );
    const bench = openFaultBench(`https://127.0.0.1:${server.port}/v1`);
    await neverConnected(bench, tool, /No connection to .*SELF_SIGNED/);
    expect([server.sockets.length, received]).toStrictEqual([2, 0]);
    await server.close();
  });

  it('repeats a search, and no update, when the connection is closed as soon as it is accepted', async () => {
    const server = await listening(createServer((socket) => socket.destroy()));
    const bench = openFaultBench(`http://127.0.0.1:${server.port}/v1`);
    const result = await bench.run(tool.name, argumentsOf(tool));
    expect(result.text).toMatch(
      tool.access === 'write' ? /may or may not/ : /connection broke.*Attempts: 4\./,
    );
    expect(server.sockets.length).toBe(tool.access === 'write' ? 1 : 4);
    await bench.end();
    await server.close();
  });
});

describe.concurrent.each(tools)('$name, on a connection that the service has given up', (tool) => {
  it('is answered, and an update arrives once', async () => {
    const upstream = await startUpstream();
    const used = new WeakSet<Socket>();
    const updates: string[] = [];
    upstream.answer = (request) => {
      if (used.has(request.socket)) {
        request.socket.resetAndDestroy();
        return undefined;
      }
      used.add(request.socket);
      if (request.url.endsWith('/update')) updates.push(request.url);
      return healthy(request);
    };
    const bench = openFaultBench(upstream.url);
    for (const _time of [1, 2, 3]) {
      await bench.ask('search_call_logs', {});
      await bench.ask(tool.name, argumentsOf(tool));
    }
    expect(updates.length).toBe(tool.access === 'write' ? 3 : 0);
    await bench.end();
    await upstream.close();
  });
});

describe.concurrent.each(tools)('$name, cancelled', (tool) => {
  it('sends nothing when that was before it began', async () => {
    const upstream = await startUpstream(healthy);
    const bench = openFaultBench(upstream.url);
    const result = await bench.run(tool.name, argumentsOf(tool), { signal: AbortSignal.abort() });
    expect(result.text).toMatch(/cancelled/);
    if (tool.access === 'write') expect(result.text).toMatch(/^The update was not made/);
    expect(upstream.requests).toStrictEqual([]);
    expect((await bench.run(tool.name, argumentsOf(tool))).isError).toBe(false);
    await bench.end();
    await upstream.close();
  });

  it('closes the connection and repeats nothing while the service thinks', async () => {
    const upstream = await startUpstream();
    const bench = openFaultBench(upstream.url, { attemptTimeoutMs: 30_000, deadlineMs: 30_000 });
    const stop = new AbortController();
    const closed = new Promise<void>((resolve) => {
      upstream.answer = (request) => {
        request.socket.on('close', () => resolve());
        stop.abort();
        return undefined;
      };
    });
    const result = await bench.run(tool.name, argumentsOf(tool), { signal: stop.signal });
    expect(result.text).toMatch(/cancelled/);
    if (tool.access === 'write') expect(result.text).toMatch(/may or may not/);
    await closed;
    if (COUNTED.has(tool.name)) expect(upstream.requests).toHaveLength(1);
    upstream.answer = healthy;
    expect((await bench.run(tool.name, argumentsOf(tool))).isError).toBe(false);
    await bench.end();
    await upstream.close();
  });

  it('sends nothing more while it waits to try again', async () => {
    const upstream = await startUpstream((_request, response) => {
      response.writeHead(429, { 'Retry-After': '20' }).end();
      return undefined;
    });
    const bench = openFaultBench(upstream.url, { attemptTimeoutMs: 30_000, deadlineMs: 30_000 });
    const stop = new AbortController();
    const running = bench.run(tool.name, argumentsOf(tool), { signal: stop.signal });
    while (upstream.requests.length === 0) await sleep(5);
    await sleep(20);
    stop.abort();
    const result = await running;
    expect(result.text).toMatch(/cancelled/);
    if (tool.access === 'write') expect(result.text).toMatch(/^The update was not made/);
    await bench.end();
    await upstream.close();
  });

  it('keeps its answer when that was after it, and the next call is answered', async () => {
    const upstream = await startUpstream(healthy);
    const bench = openFaultBench(upstream.url);
    const stop = new AbortController();
    const first = await bench.run(tool.name, argumentsOf(tool), { signal: stop.signal });
    stop.abort();
    expect([first.isError, (await bench.run(tool.name, argumentsOf(tool))).isError]).toStrictEqual([
      false,
      false,
    ]);
    await bench.end();
    await upstream.close();
  });

  it('ends when the client is closed under it', async () => {
    const upstream = await startUpstream(silence);
    const bench = openFaultBench(upstream.url, { retry: { retries: 0, backoffMs: 1 } });
    const running = bench.run(tool.name, argumentsOf(tool));
    while (upstream.requests.length === 0) await sleep(5);
    await bench.end();
    expect((await running).isError).toBe(true);
    await upstream.close();
  });
});
