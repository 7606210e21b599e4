import type undiciModule from 'undici';
import type { buildConnector, Dispatcher } from 'undici';
import { firstErrorCode } from '../util/error-code.js';
import { isTimeout, timeLimit } from '../util/time-limit.js';
import type { ConvosoErrorKind, Repeat } from './errors.js';

/** One HTTP reply, its body decoded as UTF-8. */
export interface Reply {
  readonly status: number;
  /** Values of `retry-after`, `date` and `content-type`, when sent. */
  readonly headers: Readonly<Record<'retryAfter' | 'date' | 'contentType', string | undefined>>;
  readonly body: string;
}

/** An attempt that brought no usable reply. `sent` is false only when the request certainly did not reach the service. */
export class TransportFault extends Error {
  readonly kind: ConvosoErrorKind;
  readonly sent: boolean;
  readonly repeat: Repeat;
  readonly why: string;
  readonly next: string;

  constructor(
    kind: ConvosoErrorKind,
    sent: boolean,
    parts: { why: string; next: string; repeat?: Repeat },
    cause?: unknown,
  ) {
    super(parts.why, { cause });
    this.kind = kind;
    this.sent = sent;
    this.repeat = parts.repeat ?? 'never';
    this.why = parts.why;
    this.next = parts.next;
  }
}

export interface TransportOptions {
  /** Base URL without a trailing slash, for example `https://api.convoso.com/v1`. */
  readonly baseUrl: string;
  /** Milliseconds for one attempt, from connecting to the last byte. */
  readonly attemptTimeoutMs: number;
  /** Largest reply body in bytes. */
  readonly maxBodyBytes: number;
  /** Most connections to the service at once. */
  readonly connections: number;
  readonly userAgent: string;
}

const TRY_LATER = 'Try again in a moment; if it lasts, check the network and the service’s status.';
const CHECK_URL =
  'Check the network of the machine this server runs on, and CONVOSO_BASE_URL if it was set; then try again.';

type Undici = typeof undiciModule;

/** What goes wrong before there is a connection: nothing of the request has left this machine. */
class NotConnected extends Error {
  constructor(cause: Error) {
    super(cause.message, { cause });
  }
}

/**
 * How a request travels: `kept` on a connection kept alive, `fresh` on one of its own. A kept one may have been closed by
 * the service a moment before, and then nobody knows whether it took the request: harmless for a search, which is repeated,
 * but not for an update.
 */
export type Travel = 'kept' | 'fresh';

/**
 * Form-encoded POST. Redirects are not followed (they would carry the token elsewhere), replies are not decompressed, and
 * every attempt has one deadline that a slow drip cannot outlast.
 */
export class Transport {
  readonly #options: TransportOptions;
  readonly #base: URL;
  #undici: Promise<Undici> | undefined;
  #pool: Dispatcher | undefined;
  readonly #fresh = new Set<Dispatcher>();

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#base = new URL(options.baseUrl);
  }

  /** Loads the HTTP client: on first use, because a stdio server answers its first messages before it needs one. */
  prepare(): Promise<Undici> {
    // By its default export: a bundled CommonJS module has no other.
    this.#undici ??= import('undici').then((module) => module.default);
    return this.#undici;
  }

  /** @throws TransportFault for everything but a whole HTTP reply, whatever its status. */
  async post(path: string, form: URLSearchParams, signal: AbortSignal, travel: Travel): Promise<Reply> {
    if (signal.aborted) throw this.#faultOf(undefined, signal, false);
    const undici = await this.prepare();
    let sent = travel === 'kept';
    const dispatcher =
      travel === 'kept'
        ? this.#keptPool(undici)
        : this.#freshClient(undici, () => {
            sent = true;
          });
    const limit = timeLimit(this.#options.attemptTimeoutMs, signal);
    try {
      const response = await dispatcher.request({
        path: `${this.#base.pathname.replace(/\/$/, '')}${path}`,
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          accept: 'application/json',
          'user-agent': this.#options.userAgent,
        },
        body: form.toString(),
        signal: limit.signal,
      });
      return {
        status: response.statusCode,
        headers: pickHeaders(response.headers),
        body: await this.#read(response),
      };
    } catch (error) {
      if (error instanceof TransportFault) throw error;
      throw this.#faultOf(error, limit.signal, sent);
    } finally {
      limit.clear();
      if (this.#fresh.delete(dispatcher)) await dispatcher.destroy();
    }
  }

  /** Closes every connection; requests under way are ended. */
  async close(): Promise<void> {
    const open = [...this.#fresh, ...(this.#pool === undefined ? [] : [this.#pool])];
    this.#pool = undefined;
    await Promise.all(open.map((dispatcher) => dispatcher.destroy()));
  }

  #keptPool(undici: Undici): Dispatcher {
    this.#pool ??= new undici.Pool(this.#base.origin, {
      ...this.#connecting(undici),
      connections: this.#options.connections,
    });
    return this.#pool;
  }

  #freshClient(undici: Undici, connected: () => void): Dispatcher {
    const client = new undici.Client(this.#base.origin, this.#connecting(undici, connected));
    this.#fresh.add(client);
    return client;
  }

  /** Time-outs, and a connector that connects as undici does and marks what fails on the way. */
  #connecting(undici: Undici, connected: () => void = () => {}) {
    const { attemptTimeoutMs } = this.#options;
    const connector = undici.buildConnector({ timeout: Math.min(10_000, attemptTimeoutMs) });
    const connect: buildConnector.connector = (options, done) =>
      connector(options, (...[error, socket]) => {
        if (error !== null) return done(new NotConnected(error), null);
        connected();
        done(null, socket);
      });
    return { connect, headersTimeout: attemptTimeoutMs, bodyTimeout: attemptTimeoutMs };
  }

  async #read(response: Dispatcher.ResponseData): Promise<string> {
    const encoding = response.headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity') {
      response.body.on('error', () => {}).destroy();
      throw new TransportFault('unreadable', true, {
        why: 'The reply is compressed, which was not asked for.',
        next: 'Check what stands between this server and the service (a proxy?), and CONVOSO_BASE_URL.',
      });
    }
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > this.#options.maxBodyBytes) {
        throw new TransportFault('too_large', true, {
          why: `The reply is larger than ${megabytes(this.#options.maxBodyBytes)} MiB, the most this server reads.`,
          next: 'Ask for fewer rows (limit) or without recordings.',
        });
      }
      chunks.push(chunk);
    }
    return Buffer.concat(chunks, size).toString('utf8');
  }

  #faultOf(error: unknown, signal: AbortSignal, sent: boolean): TransportFault {
    if (signal.aborted && !isTimeout(signal.reason)) {
      const parts = { why: 'The request was cancelled.', next: 'Ask again when you want the answer.' };
      return new TransportFault('cancelled', sent, parts, error);
    }
    const code = firstErrorCode(error);
    if (error instanceof NotConnected) {
      // A certificate that does not fit will not fit a second later.
      const repeat = /CERT|ALTNAME|SELF_SIGNED|ISSUER/.test(code) ? 'never' : 'always';
      const parts = {
        why: `No connection to ${this.#base.host} (${code}).`,
        next: CHECK_URL,
        repeat,
      } as const;
      return new TransportFault('unreachable', false, parts, error);
    }
    if (signal.aborted || TIMEOUT_CODES.has(code)) {
      const parts = {
        why: 'The service did not answer in time.',
        next: 'Try again; a shorter window (start_time, end_time) or fewer rows answer sooner.',
      };
      return new TransportFault('timeout', sent, parts, error);
    }
    const why = `The connection broke before the reply was complete${code === '' ? '' : ` (${code})`}.`;
    return new TransportFault('interrupted', sent, { why, next: TRY_LATER, repeat: 'reads' }, error);
  }
}

const TIMEOUT_CODES = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

function pickHeaders(headers: Record<string, string | string[] | undefined>): Reply['headers'] {
  const one = (name: string): string | undefined => {
    const value = headers[name];
    return Array.isArray(value) ? value[0] : value;
  };
  return { retryAfter: one('retry-after'), date: one('date'), contentType: one('content-type') };
}

function megabytes(bytes: number): string {
  return String(Math.round((bytes / 1_048_576) * 10) / 10);
}
