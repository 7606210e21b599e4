import { BlockList } from 'node:net';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { InFlight } from '../../src/http/in-flight.js';
import { Admission } from '../../src/http/limits/admission.js';
import { Metrics } from '../../src/http/metrics.js';
import { type HttpServer, startHttpServer } from '../../src/http/server.js';
import { defineTool } from '../../src/tools/define-tool.js';
import { openBench } from '../support/tools.js';

/** Reports three steps, then waits until it is told to end or its caller leaves. */
const stepping = defineTool({
  name: 'stepping',
  title: 'Stepping',
  description: 'Reports three steps.',
  access: 'read',
  input: z.strictObject({ wait: z.boolean().default(false) }),
  output: z.object({ steps: z.int() }),
  async handle({ wait }, _context, { progress, signal }) {
    for (const step of [1, 2, 3]) progress(step, 3, `step ${step}`);
    if (wait) {
      waiting.begun();
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      waiting.cancelled();
    }
    return { text: 'three steps', structured: { steps: 3 } };
  },
});

let waiting = { begun: () => {}, cancelled: () => {} };

describe('clients over HTTP', () => {
  const bench = openBench({ url: 'http://127.0.0.1:9/v1' });
  let server: HttpServer;
  beforeAll(async () => {
    const inFlight = new InFlight();
    server = await startHttpServer({
      host: '127.0.0.1',
      port: 0,
      guard: { loopback: true, authenticated: false, allowedHosts: [], allowedOrigins: [] },
      connectionsPerAddress: 256,
      trustedProxies: new BlockList(),
      serving: {
        authentication: undefined,
        mcp: { tools: [stepping], context: bench.context, version: '0' },
      },
      rate: undefined,
      admission: new Admission({ underWay: 100, expectedWaitMs: () => 0, deadlineMs: 50_000 }),
      metrics: new Metrics({ inFlight: () => inFlight.count, shared: () => undefined }),
      inFlight,
      health: { shared: () => undefined, reachable: async () => true, archive: false },
      log: () => {},
    });
  });
  afterAll(async () => {
    await server.stop(0);
    await bench.close();
  });

  const connect = {
    'the 2026-07-28 client': async () => {
      const client = new Client(
        { name: 'test', version: '0' },
        { versionNegotiation: { mode: { pin: '2026-07-28' } } },
      );
      await client.connect(new StreamableHTTPClientTransport(new URL(server.url)));
      expect(client.getNegotiatedProtocolVersion()).toBe('2026-07-28');
      return client;
    },
    'the same client of the 2025 era': async () => {
      const client = new Client({ name: 'test', version: '0' }, { versionNegotiation: { mode: 'legacy' } });
      await client.connect(new StreamableHTTPClientTransport(new URL(server.url)));
      expect(client.getNegotiatedProtocolVersion()).toBe('2025-11-25');
      return client;
    },
    'the 1.x client': async () => {
      const client = new OldClient({ name: 'test', version: '0' });
      await client.connect(new OldTransport(new URL(server.url)) as Parameters<typeof client.connect>[0]);
      return client;
    },
  };

  it.each(Object.entries(connect))('send %s progress while a call runs', async (_, open) => {
    const client = await open();
    const steps: number[] = [];
    const options = { onprogress: ({ progress }: { progress: number }) => steps.push(progress) };
    const call = { name: 'stepping', arguments: {} };
    const result =
      client instanceof OldClient
        ? await client.callTool(call, undefined, options)
        : await client.callTool(call, options);
    expect(steps).toEqual([1, 2, 3]);
    expect(result.structuredContent).toEqual({ steps: 3 });
    await client.close();
  });

  it.each(Object.entries(connect))('stop the call when %s stops waiting for it', async (_, open) => {
    const client = await open();
    const begun = new Promise<void>((resolve) => {
      waiting = { ...waiting, begun: resolve };
    });
    const cancelled = new Promise<void>((resolve) => {
      waiting = { ...waiting, cancelled: resolve };
    });
    const stop = new AbortController();
    const call = { name: 'stepping', arguments: { wait: true } };
    const answer =
      client instanceof OldClient
        ? client.callTool(call, undefined, { signal: stop.signal })
        : client.callTool(call, { signal: stop.signal });
    const failed = expect(answer).rejects.toThrow();
    await begun;
    stop.abort();
    await failed;
    // Over stateless HTTP the 2025 era cancels by leaving: closing the client ends its streams.
    await client.close();
    await cancelled;
  });
});
