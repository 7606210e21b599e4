import { Client, type ClientOptions } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OldStdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { BIN, cleanEnv } from '../support/bin.js';

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
  /** Starts the bin with these flags and connects; a client with `ask` declares that it can put forms to a person. */
  connect(args: readonly string[], env?: Readonly<Record<string, string>>, ask?: Ask): Promise<AnyClient>;
}

const ABOUT = { name: 'protocol-tests', version: '0.0.0' };
const server = (args: readonly string[], env: Readonly<Record<string, string>>) => ({
  command: process.execPath,
  args: [BIN, ...args],
  env: cleanEnv(env),
});

function current(name: string, options: ClientOptions): Kind {
  return {
    name,
    async connect(args, env = {}, ask) {
      const client = new Client(ABOUT, {
        ...options,
        ...(ask === undefined ? {} : { capabilities: { elicitation: { form: {} } } }),
      });
      if (ask !== undefined) {
        client.setRequestHandler('elicitation/create', async ({ params }) => ({
          ...(await ask(params.message)),
        }));
      }
      await client.connect(new StdioClientTransport(server(args, env)));
      return client as AnyClient;
    },
  };
}

/** Every kind of client that hosts are built on, over stdio. */
export const KINDS: readonly Kind[] = [
  current('client 2.x', {}),
  current('client 2.x pinned to 2026-07-28', { versionNegotiation: { mode: { pin: '2026-07-28' } } }),
  {
    name: 'SDK 1.32 client',
    async connect(args, env = {}, ask) {
      const client = new OldClient(ABOUT, ask === undefined ? {} : { capabilities: { elicitation: {} } });
      if (ask !== undefined) {
        client.setRequestHandler(ElicitRequestSchema, async ({ params }) => ({
          ...(await ask(params.message)),
        }));
      }
      await client.connect(new OldStdioClientTransport(server(args, env)));
      return client as AnyClient;
    },
  },
];
