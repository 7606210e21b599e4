import {
  type JSONRPCErrorResponse,
  type JSONRPCMessage,
  McpServer,
  ProtocolErrorCode,
  ResourceNotFoundError,
  type Transport,
} from '@modelcontextprotocol/server';
import { cleanText } from '../util/third-party-text.js';

/** Longest name and longest address that an error repeats, in UTF-16 units. */
const MAX_NAME = 100;
const MAX_ADDRESS = 300;

/** The names that a server knows, by the method that asks for one of them. */
export type KnownNames = Readonly<Partial<Record<'tools/call' | 'prompts/get', ReadonlySet<string>>>>;

/**
 * The SDK's server, except that it answers itself where a name or an address is asked for that it cannot know: the SDK would
 * repeat it whole, however long it is, and takes names that every JavaScript object has for tools that are disabled.
 */
export class NamedServer extends McpServer {
  readonly #known: KnownNames;

  constructor(known: KnownNames, ...options: ConstructorParameters<typeof McpServer>) {
    super(...options);
    this.#known = known;
  }

  override async connect(transport: Transport): Promise<void> {
    await super.connect(transport);
    const receive = transport.onmessage;
    transport.onmessage = (message, extra) => {
      const refusal = refusalOf(message, this.#known);
      if (refusal === undefined) receive?.(message, extra);
      else transport.send(refusal).catch((error) => transport.onerror?.(error));
    };
  }
}

/** The error that answers a request for what no server of this kind has; undefined for every other message. */
function refusalOf(message: JSONRPCMessage, known: KnownNames): JSONRPCErrorResponse | undefined {
  if (!('method' in message && 'id' in message)) return undefined;
  const { id, method, params = {} } = message;
  const refused = (error: JSONRPCErrorResponse['error']) => ({ jsonrpc: '2.0' as const, id, error });
  const unknown = (kind: string, name: unknown, names: ReadonlySet<string> | undefined) =>
    typeof name !== 'string' || names === undefined || names.has(name)
      ? undefined
      : refused({
          code: ProtocolErrorCode.InvalidParams,
          message: `There is no ${kind} “${cleanText(name, MAX_NAME)}”. Use one of ${[...names].join(', ')}.`,
        });
  // Addresses of this server are short and of plain characters.
  const impossible = (address: unknown) => {
    const shown = typeof address === 'string' ? cleanText(address, MAX_ADDRESS) : address;
    if (typeof shown !== 'string' || shown === address) return undefined;
    const { code, message, data } = new ResourceNotFoundError(shown);
    return refused({ code, message, data });
  };
  if (method === 'tools/call') return unknown('tool', params['name'], known[method]);
  if (method === 'prompts/get') return unknown('prompt', params['name'], known[method]);
  if (method === 'resources/read') return impossible(params['uri']);
  if (method !== 'completion/complete') return undefined;
  const { name, uri } = (params['ref'] ?? {}) as { name?: unknown; uri?: unknown };
  return unknown('prompt', name, known['prompts/get']) ?? impossible(uri);
}
