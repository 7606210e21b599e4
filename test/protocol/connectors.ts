import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Client,
  type ClientOptions,
  InMemoryTransport,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OldStdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as OldHttpTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { InMemoryTransport as OldInMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { readSettings } from '../../src/config/read-settings.js';
import { newToken } from '../../src/http/auth/static-tokens.js';
import { serverFactory } from '../../src/mcp/server.js';
import { tools } from '../../src/tools/index.js';
import { createLog } from '../../src/util/log.js';
import { openAccount } from '../../src/wiring/open-account.js';
import { BIN, cleanEnv, startBin } from '../support/bin.js';
import { FEW } from '../support/counts.js';

/** A tool as a host sees it. */
export interface ListedTool {
  readonly name: string;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly inputSchema: Record<string, unknown>;
  readonly outputSchema?: Record<string, unknown> | undefined;
  readonly annotations?: Record<string, unknown> | undefined;
}

/** The result of a call as a host sees it. */
export interface CallResult {
  readonly content: readonly { readonly type: string; readonly text?: string }[];
  readonly structuredContent?: Record<string, unknown>;
  readonly isError?: boolean;
}

/** A host's session with the server, whichever client and transport carry it. */
export interface Connection {
  readonly server: { readonly name: string; readonly version: string };
  readonly instructions: string | undefined;
  /** The protocol revision that was agreed on. */
  readonly revision: string | undefined;
  listTools(): Promise<readonly ListedTool[]>;
  callTool(name: string, args: Record<string, unknown>, signal?: AbortSignal): Promise<CallResult>;
  /** What the server wrote to its log so far. */
  log(): string;
  close(): Promise<void>;
}

/** One way to reach the server. A new transport joins the suite by joining `connectors`. */
export interface Connector {
  readonly name: string;
  /** The revision a client reached this way speaks. */
  readonly revision: string;
  /** Starts a server with this environment and connects to it. */
  connect(env: Readonly<Record<string, string>>): Promise<Connection>;
}

const ABOUT = { name: 'protocol-suite', version: '0.0.0' };
const MODERN: ClientOptions = { versionNegotiation: { mode: { pin: '2026-07-28' } } };

/** What a transport hands over: itself, the server's log, and what to close besides the client. */
interface Wire<Transport> {
  readonly transport: Transport;
  readonly log: () => string;
  readonly close: () => Promise<void>;
}

type Environment = Readonly<Record<string, string>>;

async function throughClient(
  options: ClientOptions,
  wire: Wire<Parameters<Client['connect']>[0]>,
): Promise<Connection> {
  const client = new Client(ABOUT, options);
  await client.connect(wire.transport);
  return {
    server: client.getServerVersion() ?? { name: '', version: '' },
    instructions: client.getInstructions(),
    revision: client.getNegotiatedProtocolVersion(),
    listTools: async () => (await client.listTools()).tools as readonly ListedTool[],
    callTool: async (name, args, signal) =>
      (await client.callTool({ name, arguments: args }, signal && { signal })) as CallResult,
    log: wire.log,
    async close() {
      await client.close();
      await wire.close();
    },
  };
}

async function throughOldClient(wire: Wire<Parameters<OldClient['connect']>[0]>): Promise<Connection> {
  const client = new OldClient(ABOUT);
  let revision: string | undefined;
  // The old client tells only its transport which revision was agreed on.
  const tell = wire.transport.setProtocolVersion?.bind(wire.transport);
  wire.transport.setProtocolVersion = (version) => {
    revision = version;
    tell?.(version);
  };
  await client.connect(wire.transport);
  return {
    server: client.getServerVersion() ?? { name: '', version: '' },
    instructions: client.getInstructions(),
    revision,
    listTools: async () => (await client.listTools()).tools as readonly ListedTool[],
    callTool: async (name, args, signal) =>
      (await client.callTool({ name, arguments: args }, undefined, signal && { signal })) as CallResult,
    log: wire.log,
    async close() {
      await client.close();
      await wire.close();
    },
  };
}

/** The built bin over pipes. */
function pipes<T extends { readonly stderr: NodeJS.EventEmitter | null }>(
  Transport: new (server: {
    command: string;
    args: string[];
    env: Record<string, string>;
    stderr: 'pipe';
  }) => T,
  env: Environment,
): Wire<T> {
  const transport = new Transport({
    command: process.execPath,
    args: [BIN],
    env: cleanEnv(env),
    stderr: 'pipe',
  });
  let log = '';
  transport.stderr?.on('data', (chunk: Buffer) => {
    log += chunk.toString('utf8');
  });
  return { transport, log: () => log, close: async () => {} };
}

/** The built bin serving HTTP, and what a caller needs to be let in. */
export async function startHttp(env: Environment, args: readonly string[] = []) {
  const { token, line } = newToken('suite', ['call_logs:read', 'call_logs:write']);
  // With a folder for exports, so that the same tools and prompts are offered as over stdio.
  const exports = mkdtempSync(join(tmpdir(), 'suite-exports-'));
  const limits = { CALL_LOGS_HTTP_TOKENS: line, CALL_LOGS_HTTP_RATE: '100000' };
  const server = startBin(['http', '--port', '0', ...args], {
    CALL_LOGS_EXPORT_DIR: exports,
    ...env,
    ...limits,
  });
  const [, url = ''] = await server.seen(/Serving at (\S+)/);
  return {
    url: new URL(url),
    requestInit: { headers: { authorization: `Bearer ${token}` } },
    log: server.stderr,
    async close() {
      server.kill('SIGTERM');
      await server.done;
      rmSync(exports, { recursive: true, force: true });
    },
  };
}

/** The built bin over HTTP, for a caller with a token. */
async function http<T>(
  Transport: new (url: URL, options: { requestInit: RequestInit }) => T,
  env: Environment,
): Promise<Wire<T>> {
  const { url, requestInit, log, close } = await startHttp(env);
  return { transport: new Transport(url, { requestInit }), log, close };
}

/** The server inside this process, put together as the stdio command does it. */
async function memory<T extends InMemoryTransport | OldInMemoryTransport>(
  linkedPair: () => [T, T],
  env: Environment,
): Promise<Wire<T>> {
  let log = '';
  const account = await openAccount(
    readSettings(env, {}),
    createLog('debug', (line) => {
      log += line;
    }),
  );
  const [near, far] = linkedPair();
  const factory = serverFactory({ tools, context: account.context, version: '0.0.0' });
  const handle = serveStdio(factory, { transport: far as InMemoryTransport });
  return {
    transport: near,
    log: () => log,
    async close() {
      await handle.close();
      await account.close();
    },
  };
}

/**
 * Where the whole meaning of what a host sees is tested. It does not depend on the transport: everywhere else a contributor’s
 * run tests what a transport can break (opening, listing, calling, errors, cancelling, writing), `.ci/run` all of it.
 */
const WHOLE = 'client 2.x in memory';
export const isWhole = (name: string): boolean => !FEW || name === WHOLE;

export const connectors: readonly Connector[] = [
  {
    name: 'client 2.x over stdio',
    revision: '2025-11-25',
    connect: async (env) => throughClient({}, pipes(StdioClientTransport, env)),
  },
  {
    name: 'client 2.x pinned to 2026-07-28 over stdio',
    revision: '2026-07-28',
    connect: async (env) => throughClient(MODERN, pipes(StdioClientTransport, env)),
  },
  {
    name: 'SDK 1.32 client over stdio',
    revision: '2025-11-25',
    connect: async (env) => throughOldClient(pipes(OldStdioClientTransport, env)),
  },
  {
    name: 'client 2.x in memory',
    revision: '2025-11-25',
    connect: async (env) => throughClient({}, await memory(() => InMemoryTransport.createLinkedPair(), env)),
  },
  {
    name: 'client 2.x pinned to 2026-07-28 in memory',
    revision: '2026-07-28',
    connect: async (env) =>
      throughClient(MODERN, await memory(() => InMemoryTransport.createLinkedPair(), env)),
  },
  {
    name: 'SDK 1.32 client in memory',
    revision: '2025-11-25',
    connect: async (env) =>
      throughOldClient(await memory(() => OldInMemoryTransport.createLinkedPair(), env)),
  },
  {
    name: 'client 2.x over HTTP',
    revision: '2025-11-25',
    connect: async (env) => throughClient({}, await http(StreamableHTTPClientTransport, env)),
  },
  {
    name: 'client 2.x pinned to 2026-07-28 over HTTP',
    revision: '2026-07-28',
    connect: async (env) => throughClient(MODERN, await http(StreamableHTTPClientTransport, env)),
  },
  {
    name: 'SDK 1.32 client over HTTP',
    revision: '2025-11-25',
    connect: async (env) =>
      throughOldClient((await http(OldHttpTransport, env)) as Wire<Parameters<OldClient['connect']>[0]>),
  },
];
