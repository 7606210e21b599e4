import type { Dispatcher } from 'undici';
import type { ConvosoErrorKind } from './errors.js';

/** One HTTP reply, its body decoded as UTF-8. */
export interface Reply {
  readonly status: number;
  /** Values of `retry-after`, `date` and `content-type`, when sent. */
  readonly headers: { readonly retryAfter?: string; readonly date?: string; readonly contentType?: string };
  readonly body: string;
}

/** An attempt that brought no usable reply. `sent` is false only when the request certainly did not reach the service. */
export class TransportFault extends Error {
  readonly kind: ConvosoErrorKind;
  readonly sent: boolean;
  readonly why: string;
  readonly next: string;

  constructor(kind: ConvosoErrorKind, sent: boolean, parts: { why: string; next: string }, cause?: unknown) {
    super(parts.why, { cause });
    this.kind = kind;
    this.sent = sent;
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

/**
 * Form-encoded POST over a keep-alive pool. Redirects are not followed (they would carry the token elsewhere), replies
 * are not decompressed, and every attempt has one deadline that a slow drip cannot outlast.
 */
export class Transport {
  readonly #options: TransportOptions;
  readonly #base: URL;
  #pool: Promise<Dispatcher> | undefined;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#base = new URL(options.baseUrl);
  }

  /** @throws TransportFault for everything but a whole HTTP reply, whatever its status. */
  async post(path: string, form: URLSearchParams, signal: AbortSignal): Promise<Reply> {
    if (signal.aborted) throw this.#faultOf(undefined, signal, false);
    const deadline = AbortSignal.timeout(this.#options.attemptTimeoutMs);
    const either = AbortSignal.any([signal, deadline]);
    try {
      this.#pool ??= this.#open();
      const pool = await this.#pool;
      const response = await pool.request({
        path: `${this.#base.pathname.replace(/\/$/, '')}${path}`,
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          accept: 'application/json',
          'user-agent': this.#options.userAgent,
        },
        body: form.toString(),
        signal: either,
      });
      return {
        status: response.statusCode,
        headers: pickHeaders(response.headers),
        body: await this.#read(response),
      };
    } catch (error) {
      if (error instanceof TransportFault) throw error;
      throw this.#faultOf(error, signal, true);
    }
  }

  /** Closes the pool; requests under way are ended. */
  async close(): Promise<void> {
    const pool = await this.#pool;
    this.#pool = undefined;
    await pool?.destroy();
  }

  async #open(): Promise<Dispatcher> {
    // Loaded on first use: a stdio server answers its first messages before it needs HTTP.
    // By its default export: a bundled CommonJS module has no other.
    const { Pool } = (await import('undici')).default;
    return new Pool(this.#base.origin, {
      connections: this.#options.connections,
      headersTimeout: this.#options.attemptTimeoutMs,
      bodyTimeout: this.#options.attemptTimeoutMs,
      connect: { timeout: Math.min(10_000, this.#options.attemptTimeoutMs) },
    });
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

  #faultOf(error: unknown, caller: AbortSignal, started: boolean): TransportFault {
    if (caller.aborted && !isTimeout(caller.reason)) {
      return new TransportFault(
        'cancelled',
        started,
        { why: 'The request was cancelled.', next: 'Ask again when you want the answer.' },
        error,
      );
    }
    const code = errorCode(error);
    if (isTimeout(error) || caller.aborted || TIMEOUT_CODES.has(code)) {
      return new TransportFault(
        'timeout',
        started,
        {
          why: 'The service did not answer in time.',
          next: 'Try again; a shorter window (start_time, end_time) or fewer rows answer sooner.',
        },
        error,
      );
    }
    if (NOT_CONNECTED_CODES.has(code) || /CERT|TLS|SSL|ALTNAME/.test(code)) {
      return new TransportFault(
        'unreachable',
        false,
        { why: `No connection to ${this.#base.host} (${code}).`, next: CHECK_URL },
        error,
      );
    }
    return new TransportFault(
      'interrupted',
      true,
      {
        why: `The connection broke before the reply was complete${code === '' ? '' : ` (${code})`}.`,
        next: TRY_LATER,
      },
      error,
    );
  }
}

const TIMEOUT_CODES = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);
const NOT_CONNECTED_CODES = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
]);

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError';
}

/** The first code found on an error or, for the several addresses of one host, on the errors inside. */
function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code === 'string') return code;
  const inner = error instanceof AggregateError ? error.errors : [error.cause];
  for (const one of inner) {
    const found = errorCode(one);
    if (found !== '') return found;
  }
  return '';
}

function pickHeaders(headers: Record<string, string | string[] | undefined>): Reply['headers'] {
  const one = (name: string): string | undefined => {
    const value = headers[name];
    return Array.isArray(value) ? value[0] : value;
  };
  const retryAfter = one('retry-after');
  const date = one('date');
  const contentType = one('content-type');
  return {
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(date === undefined ? {} : { date }),
    ...(contentType === undefined ? {} : { contentType }),
  };
}

function megabytes(bytes: number): string {
  return String(Math.round((bytes / 1_048_576) * 10) / 10);
}
