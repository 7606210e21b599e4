import {
  ConvosoError,
  type ConvosoErrorKind,
  type Endpoint,
  refusalError,
  transportError,
  type UpdateOutcome,
} from './errors.js';
import { parseJson } from './json.js';
import { queryForm, type RetrieveQuery } from './query.js';
import { type Reply, Transport, TransportFault } from './transport.js';
import {
  type CallLogPage,
  readPage,
  readRefusal,
  readUpdateReply,
  UnexpectedShape,
  type UpdateReply,
} from './wire.js';

/** Admission to the service: everything that bounds how many requests, or how many a second, leave this server. */
export interface UpstreamGate {
  /** Waits for a place; the function returned gives it back. Rejects when the signal aborts first. */
  enter(signal: AbortSignal): Promise<() => void>;
}

/** One attempt at a request, for metrics: bounded labels only, nothing of the request or the reply. */
export interface UpstreamAttempt {
  readonly endpoint: Endpoint;
  /** `ok` for a whole HTTP reply, whatever it says; otherwise the kind of fault. */
  readonly outcome: 'ok' | ConvosoErrorKind;
  readonly status: number | undefined;
  readonly milliseconds: number;
}

export interface ConvosoClientOptions {
  readonly baseUrl: string;
  readonly token: string;
  /** IANA zone of the account, when known: call dates that carry an offset are turned into it. */
  readonly timeZone?: string;
  /** Milliseconds for one attempt (default 30,000). */
  readonly attemptTimeoutMs?: number;
  /** Milliseconds for a request with everything it takes (default 50,000, below the usual 60 seconds of a host). */
  readonly deadlineMs?: number;
  /** Largest reply in bytes (default 16 MiB). */
  readonly maxBodyBytes?: number;
  /** Most connections at once (default 8). */
  readonly connections?: number;
  readonly userAgent?: string;
  readonly gate?: UpstreamGate;
  readonly observe?: (attempt: UpstreamAttempt) => void;
}

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
}

/** A page, and the service's own clock when it told (the `Date` header of its reply). */
export interface RetrievedPage extends CallLogPage {
  readonly serviceDate?: Date;
}

/** A change to one call's extra fields, by documented name; an empty string empties the field. */
export interface Update {
  readonly call_log_id: string;
  readonly fields: Readonly<Record<string, string>>;
}

const PATHS: Readonly<Record<Endpoint, string>> = { retrieve: '/log/retrieve', update: '/log/update' };
const DEFAULTS = {
  attemptTimeoutMs: 30_000,
  maxBodyBytes: 16 * 1_048_576,
  connections: 8,
  userAgent: 'convoso-call-logs-mcp',
};

/** The Call Logs API: form-encoded POST, the token in the body and nowhere else. */
export class ConvosoClient {
  readonly #token: string;
  readonly #zone: string | undefined;
  readonly #deadlineMs: number;
  readonly #transport: Transport;
  readonly #gate: UpstreamGate | undefined;
  readonly #observe: (attempt: UpstreamAttempt) => void;

  constructor(options: ConvosoClientOptions) {
    this.#token = options.token;
    this.#zone = options.timeZone;
    this.#deadlineMs = options.deadlineMs ?? 50_000;
    this.#gate = options.gate;
    this.#observe = options.observe ?? (() => {});
    this.#transport = new Transport({ ...DEFAULTS, ...options });
  }

  /**
   * One page of call logs (contract: "Call Log—Retrieve/Search API").
   * @throws ConvosoError
   */
  async retrieve(query: RetrieveQuery, options: RequestOptions = {}): Promise<RetrievedPage> {
    const reply = await this.#send('retrieve', queryForm(query), options.signal);
    const page = read('retrieve', () => readPage(parseReply('retrieve', reply), this.#zone));
    const date = reply.headers.date === undefined ? undefined : new Date(reply.headers.date);
    return date === undefined || Number.isNaN(date.getTime()) ? page : { ...page, serviceDate: date };
  }

  /**
   * Sets extra fields of one call (contract: "Call Log—Update API"). Sent once: a failure after sending leaves the outcome
   * unknown, and the error says so.
   * @throws ConvosoError
   */
  async update(update: Update, options: RequestOptions = {}): Promise<UpdateReply> {
    const form = new URLSearchParams({ call_log_id: update.call_log_id, ...update.fields });
    const reply = await this.#send('update', form, options.signal);
    return read('update', () => readUpdateReply(parseReply('update', reply), this.#zone));
  }

  /** Ends all connections. */
  close(): Promise<void> {
    return this.#transport.close();
  }

  async #send(endpoint: Endpoint, form: URLSearchParams, caller: AbortSignal | undefined): Promise<Reply> {
    form.set('auth_token', this.#token);
    const deadline = AbortSignal.timeout(this.#deadlineMs);
    const signal = caller === undefined ? deadline : AbortSignal.any([caller, deadline]);
    try {
      return await this.#attempt(endpoint, form, signal);
    } catch (error) {
      if (!(error instanceof TransportFault)) throw error;
      throw transportError(error.kind, endpoint, error, error.sent ? 'unknown' : 'not_sent', {
        cause: error,
      });
    }
  }

  async #attempt(endpoint: Endpoint, form: URLSearchParams, signal: AbortSignal): Promise<Reply> {
    const leave = await this.#gate?.enter(signal);
    const started = performance.now();
    const told = (outcome: UpstreamAttempt['outcome'], status?: number) =>
      this.#observe({ endpoint, outcome, status, milliseconds: performance.now() - started });
    try {
      const reply = await this.#transport.post(PATHS[endpoint], form, signal);
      told('ok', reply.status);
      return reply;
    } catch (error) {
      told(error instanceof TransportFault ? error.kind : 'interrupted');
      throw error;
    } finally {
      leave?.();
    }
  }
}

/** The JSON of a reply that is neither a refusal nor an HTTP failure. @throws ConvosoError */
function parseReply(endpoint: Endpoint, reply: Reply): unknown {
  const succeeded = reply.status >= 200 && reply.status < 300;
  let json: unknown;
  try {
    json = parseJson(reply.body);
  } catch (error) {
    throw succeeded ? unreadable(endpoint, bodyProblem(reply), error) : statusError(endpoint, reply);
  }
  const refused = readRefusal(json);
  // A number is the API's own in any case, and so are words with a plain 400: other statuses say more than a proxy's words.
  if (refused !== undefined && (refused.code !== undefined || succeeded || reply.status === 400))
    throw refusalError(endpoint, refused);
  if (!succeeded) throw statusError(endpoint, reply);
  return json;
}

function read<T>(endpoint: Endpoint, reader: () => T): T {
  try {
    return reader();
  } catch (error) {
    if (error instanceof UnexpectedShape)
      throw unreadable(endpoint, `The reply is not the API’s: ${error.message}.`, error);
    throw error;
  }
}

function bodyProblem(reply: Reply): string {
  if (reply.body.trim() === '') return 'The reply is empty.';
  if (/^\s*</.test(reply.body) || /html/i.test(reply.headers.contentType ?? '')) {
    return 'The reply is a web page (HTML), not the API’s JSON; a proxy, a login page or a maintenance page answers at this address.';
  }
  return 'The reply is not valid JSON, or it was cut short.';
}

function unreadable(endpoint: Endpoint, why: string, cause: unknown): ConvosoError {
  const next = 'Try again; if it lasts, check CONVOSO_BASE_URL and the service’s status.';
  return transportError('unreadable', endpoint, { why, next }, 'unknown', { cause });
}

/** An HTTP status that is a failure and carries no words of the API's own. */
function statusError(endpoint: Endpoint, reply: Reply): ConvosoError {
  const { status } = reply;
  if (status === 401 || status === 403) {
    return new ConvosoError('token', endpoint, {
      what: endpoint === 'update' ? 'The update was not made.' : 'The call search failed.',
      why: `The service refused access (HTTP ${status}).`,
      next: 'Check that CONVOSO_AUTH_TOKEN is valid and that this server’s address may use the API.',
    });
  }
  if (status === 429) {
    return transportError(
      'busy',
      endpoint,
      {
        why: 'The service says it gets too many requests (HTTP 429).',
        next: 'Wait a little, then try again.',
      },
      'not_sent',
    );
  }
  if (status >= 300 && status < 400) {
    return transportError(
      'service',
      endpoint,
      {
        why: `The service answers with a redirect (HTTP ${status}), which is not followed because it would hand on the token.`,
        next: 'Set CONVOSO_BASE_URL to the address the API really has.',
      },
      'not_sent',
    );
  }
  const outcome: UpdateOutcome = status >= 500 || status === 408 || status < 300 ? 'unknown' : 'not_sent';
  return transportError(
    'service',
    endpoint,
    {
      why: `The service answers with HTTP ${status}.`,
      next:
        status >= 500 || status === 408
          ? 'Try again in a moment; if it lasts, check the service’s status.'
          : 'Check CONVOSO_BASE_URL; if it is right, ask Convoso support.',
    },
    outcome,
  );
}
