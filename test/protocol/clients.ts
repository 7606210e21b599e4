import { Client, type ClientOptions, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OldStdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { BIN, cleanEnv } from '../support/bin.js';
import { FEW } from '../support/counts.js';
import { startHttp } from './connectors.js';

/** What a person answers to a question of the server. */
export interface PersonsReply {
  readonly action: 'accept' | 'decline' | 'cancel';
  readonly content?: Record<string, boolean>;
}

/** Puts a question to the person of a test. */
export type Ask = (message: string) => PersonsReply | Promise<PersonsReply>;

/** The parts of both SDKs' clients that these tests use. */
export interface AnyClient {
  getServerCapabilities(): object | undefined;
  getInstructions(): string | undefined;
  listResources(): Promise<{ resources: { uri: string; mimeType?: string | undefined }[] }>;
  listResourceTemplates(): Promise<{ resourceTemplates: { uriTemplate: string }[] }>;
  readResource(params: { uri: string }): Promise<{ contents: object[] }>;
  listPrompts(): Promise<{ prompts: { name: string; arguments?: object[] | undefined }[] }>;
  getPrompt(params: { name: string; arguments?: Record<string, string> }): Promise<{ messages: object[] }>;
  complete(params: {
    ref: { type: 'ref/prompt'; name: string } | { type: 'ref/resource'; uri: string };
    argument: { name: string; value: string };
  }): Promise<{ completion: { values: string[] } }>;
  callTool(params: { name: string; arguments: Record<string, unknown> }): Promise<object>;
  close(): Promise<void>;
}

export interface Kind {
  readonly name: string;
  /** Whether the server can put a question to the person at this host while a tool runs. */
  readonly canBeAsked: boolean;
  /** Starts the bin with these flags and connects; a client with `ask` declares that it can put forms to a person. */
  connect(args: readonly string[], env?: Environment, ask?: Ask): Promise<AnyClient>;
}

type Environment = Readonly<Record<string, string>>;

const ABOUT = { name: 'protocol-tests', version: '0.0.0' };
const MODERN: ClientOptions = { versionNegotiation: { mode: { pin: '2026-07-28' } } };
const bin = (args: readonly string[], env: Environment) => ({
  command: process.execPath,
  args: [BIN, ...args],
  env: cleanEnv(env),
});

function currentClient(options: ClientOptions, ask: Ask | undefined): Client {
  const client = new Client(ABOUT, {
    ...options,
    ...(ask === undefined ? {} : { capabilities: { elicitation: { form: {} } } }),
  });
  if (ask !== undefined) {
    client.setRequestHandler('elicitation/create', async ({ params }) => ({
      ...(await ask(params.message)),
    }));
  }
  return client;
}

function oldClient(ask: Ask | undefined): OldClient {
  const client = new OldClient(ABOUT, ask === undefined ? {} : { capabilities: { elicitation: {} } });
  if (ask !== undefined) {
    client.setRequestHandler(ElicitRequestSchema, async ({ params }) => ({ ...(await ask(params.message)) }));
  }
  return client;
}

async function overHttp<T extends AnyClient>(
  args: readonly string[],
  env: Environment,
  connect: (server: Awaited<ReturnType<typeof startHttp>>) => Promise<T>,
): Promise<AnyClient> {
  const server = await startHttp(env, args);
  const client = await connect(server);
  const close = client.close.bind(client);
  client.close = async () => {
    await close();
    await server.close();
  };
  return client;
}

const overStdio = (name: string, options: ClientOptions): Kind => ({
  name: `${name} over stdio`,
  canBeAsked: true,
  async connect(args, env = {}, ask) {
    const client = currentClient(options, ask);
    await client.connect(new StdioClientTransport(bin(args, env)));
    return client as AnyClient;
  },
});

const currentOverHttp = (name: string, options: ClientOptions, canBeAsked: boolean): Kind => ({
  name: `${name} over HTTP`,
  canBeAsked,
  connect: (args, env = {}, ask) =>
    overHttp(args, env, async ({ url, requestInit }) => {
      const client = currentClient(options, ask);
      await client.connect(new StreamableHTTPClientTransport(url, { requestInit }));
      return client as AnyClient;
    }),
});

/** What does not depend on the client is tested with one where few are tried, and in `.ci/run` with all. */
export const isWhole = (name: string): boolean => !FEW || name === 'client 2.x over stdio';

/**
 * Every kind of client that hosts are built on. HTTP is served without sessions: there is no way back to a client of a
 * revision before 2026-07-28 while its call runs.
 */
export const KINDS: readonly Kind[] = [
  overStdio('client 2.x', {}),
  overStdio('client 2.x pinned to 2026-07-28', MODERN),
  {
    name: 'SDK 1.32 client over stdio',
    canBeAsked: true,
    async connect(args, env = {}, ask) {
      const client = oldClient(ask);
      await client.connect(new OldStdioClientTransport(bin(args, env)));
      return client as AnyClient;
    },
  },
  currentOverHttp('client 2.x', {}, false),
  currentOverHttp('client 2.x pinned to 2026-07-28', MODERN, true),
];
