import { present } from '../util/present.js';
import { keepSecret } from '../util/secrets.js';
import { isTimeout, type TimeLimit, timeLimit } from '../util/time-limit.js';
import { Circuit, type CircuitRules } from './circuit.js';
import {
  ConvosoError,
  type ConvosoErrorKind,
  congestedError,
  deadlineError,
  type Endpoint,
  refusalError,
  stoppedError,
  transportError,
  type UpdateOutcome,
  unshownError,
} from './errors.js';
import { GateCongested, type UpstreamGate } from './gate.js';
import { parseJson } from './json.js';
import { queryForm, type RetrieveQuery } from './query.js';
import { type RetryRules, retryAfterMs, withRetries } from './retry.js';
import { type Reply, Transport, TransportFault } from './transport.js';
import { nextTurn } from './turns.js';
import {
  type CallLogPage,
  readPage,
  readRefusal,
  readUpdateReply,
  UnexpectedShape,
  type UpdateReply,
  unshownChange,
} from './wire.js';

/** One attempt at a request, for metrics: bounded labels only, nothing of the request or the reply. */
export interface UpstreamAttempt {
  readonly endpoint: Endpoint;
  /** `ok` for a whole HTTP reply, whatever it says; otherwise the kind of fault. */
  readonly outcome: 'ok' | ConvosoErrorKind;
  readonly status: number | undefined;
  readonly milliseconds: number;
  /** True for an attempt after the first at the same request. */
  readonly retry: boolean;
}

export interface ConvosoClientOptions {
  readonly baseUrl: string;
  readonly token: string;
  /** IANA zone of the account, when known: call dates that carry an offset are turned into it. */
  readonly timeZone?: string | undefined;
  /** Milliseconds for one attempt (default 30,000). */
  readonly attemptTimeoutMs?: number;
  /** Milliseconds for a request with everything it takes (default 50,000, below the usual 60 seconds of a host). */
  readonly deadlineMs?: number;
  /** Largest reply in bytes (default 16 MiB). */
  readonly maxBodyBytes?: number;
  /** Most connections at once (default 8). */
  readonly connections?: number;
  readonly userAgent?: string;
  /** How often a failed request is sent again, and the first pause (default 3 times, up to 500 ms). */
  readonly retry?: RetryRules;
  /** When the service is left alone (default: after 3 failed requests in a row, for 10 seconds). */
  readonly circuit?: CircuitRules;
  /** What the service says in its own words passes through this before it becomes part of an error. */
  readonly sanitizeServiceText?: (text: string) => string;
  readonly gate?: UpstreamGate;
  readonly observe?: (attempt: UpstreamAttempt) => void;
}

/** What the caller's whole answer leaves a request. */
export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
  /** When it must have ended, all attempts and waits included, on the clock of `performance.now()` (milliseconds). */
  readonly deadline?: number | undefined;
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
const RETRY: RetryRules = { retries: 3, backoffMs: 500 };
const CIRCUIT: CircuitRules = { failures: 3, restMs: 10_000 };
/** Milliseconds before the caller's deadline in which no attempt is begun: it would not end in time, or not be known to. */
const LEAST_ATTEMPT_MS: Readonly<Record<Endpoint, number>> = { retrieve: 250, update: 1_000 };

/** A whole reply that is no failure. */
interface Received {
  readonly json: unknown;
  readonly headers: Reply['headers'];
}

/** What questions about calls need of the API; the client is one, and tests have others in memory. */
export type CallLogService = Pick<ConvosoClient, 'retrieve' | 'update'>;

/** The Call Logs API: form-encoded POST, the token in the body and nowhere else. */
export class ConvosoClient {
  readonly #token: string;
  readonly #forgetToken: () => void;
  readonly #retry: RetryRules;
  readonly #circuit: Circuit;
  readonly #sanitizeServiceText: (text: string) => string;
  readonly #zone: string | undefined;
  readonly #deadlineMs: number;
  readonly #transport: Transport;
  readonly #gate: UpstreamGate | undefined;
  readonly #observe: (attempt: UpstreamAttempt) => void;

  constructor(options: ConvosoClientOptions) {
    this.#token = options.token;
    this.#forgetToken = keepSecret(options.token);
    this.#retry = options.retry ?? RETRY;
    this.#circuit = new Circuit(options.circuit ?? CIRCUIT);
    this.#sanitizeServiceText = options.sanitizeServiceText ?? ((text) => text);
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
    const { json, headers } = await this.#send('retrieve', queryForm(query), options);
    const page = read('retrieve', () => readPage(json, this.#zone));
    const date = headers.date === undefined ? undefined : new Date(headers.date);
    return date === undefined || Number.isNaN(date.getTime()) ? page : { ...page, serviceDate: date };
  }

  /**
   * Sets extra fields of one call (contract: "Call Log—Update API"). Sent again only when it certainly was not carried out
   * (no connection, HTTP 429): any other failure after sending leaves the outcome unknown, and the error says so. So does a
   * reply that claims success in another form than the contract's.
   * @throws ConvosoError
   */
  async update(update: Update, options: RequestOptions = {}): Promise<UpdateReply> {
    const sent = { call_log_id: update.call_log_id, ...update.fields };
    const { json } = await this.#send('update', new URLSearchParams(sent), options);
    const reply = read('update', () => readUpdateReply(json, this.#zone));
    const doubt = unshownChange(json, sent);
    if (doubt !== undefined) throw unshownError(doubt);
    return reply;
  }

  /** Loads what the first request would have to wait for. Sends nothing. */
  async prepare(): Promise<void> {
    await this.#transport.prepare();
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    await this.#transport.close();
    this.#forgetToken();
  }

  /** One request with everything it takes: admission, attempts, and the circuit around them. @throws ConvosoError */
  async #send(
    endpoint: Endpoint,
    form: URLSearchParams,
    { signal, deadline = Number.POSITIVE_INFINITY }: RequestOptions,
  ): Promise<Received> {
    form.set('auth_token', this.#token);
    const left = deadline - performance.now();
    const own = left >= this.#deadlineMs;
    const leastMs = own ? 0 : LEAST_ATTEMPT_MS[endpoint];
    const limit = timeLimit(Math.max(0, Math.min(left, this.#deadlineMs)), signal);
    let retry = false;
    const attempt = async (): Promise<Received> => {
      const attempted = this.#attempt(endpoint, form, limit, leastMs, retry);
      retry = true;
      const reply = await attempted;
      return { json: this.#parse(endpoint, reply), headers: reply.headers };
    };
    try {
      return await this.#circuit.run(endpoint, () =>
        withRetries(attempt, endpoint, limit, this.#retry, leastMs),
      );
    } finally {
      limit.clear();
    }
  }

  async #attempt(
    endpoint: Endpoint,
    form: URLSearchParams,
    limit: TimeLimit,
    leastMs: number,
    retry: boolean,
  ): Promise<Reply> {
    const { signal } = limit;
    const cutShort = () => leastMs > 0 && signal.aborted && isTimeout(signal.reason);
    const leave = await this.#admitted(endpoint, limit, leastMs);
    const started = performance.now();
    const report = (outcome: UpstreamAttempt['outcome'], status?: number) =>
      this.#observe({ endpoint, outcome, status, milliseconds: performance.now() - started, retry });
    try {
      const travel = endpoint === 'update' ? 'fresh' : 'kept';
      const reply = await this.#transport.post(PATHS[endpoint], form, limit.signal, travel);
      report('ok', reply.status);
      // Before the place is given back: no more replies wait to be read than there are places.
      await nextTurn('begins');
      return reply;
    } catch (error) {
      report(cutShort() ? 'deadline' : error instanceof TransportFault ? error.kind : 'interrupted');
      if (!(error instanceof TransportFault)) throw error;
      const outcome = error.sent ? 'unknown' : 'not_sent';
      if (cutShort()) throw deadlineError(endpoint, outcome, { cause: error });
      throw transportError(error.kind, endpoint, error, outcome, { cause: error });
    } finally {
      leave?.();
    }
  }

  /**
   * A place at the gate, where there is one.
   * @throws ConvosoError when it cannot be had in time, or when less than `leastMs` is left once it is there
   */
  async #admitted(endpoint: Endpoint, limit: TimeLimit, leastMs: number): Promise<(() => void) | undefined> {
    const { signal } = limit;
    let leave: (() => void) | undefined;
    try {
      leave = await this.#gate?.enter(signal, Math.max(0, limit.remaining() - leastMs));
    } catch (error) {
      if (error instanceof GateCongested) throw congestedError(endpoint, error.retryAfterMs);
      if (!signal.aborted) throw error;
      const timedOut = isTimeout(signal.reason);
      throw timedOut && leastMs > 0 ? deadlineError(endpoint, 'not_sent') : stoppedError(endpoint, timedOut);
    }
    if (limit.remaining() >= leastMs) return leave;
    leave?.();
    throw signal.aborted && !isTimeout(signal.reason)
      ? stoppedError(endpoint, false)
      : deadlineError(endpoint, 'not_sent');
  }

  /** The JSON of a reply that is neither a refusal nor an HTTP failure. @throws ConvosoError */
  #parse(endpoint: Endpoint, reply: Reply): unknown {
    // Other 2xx say that something else was done than to answer, such as to accept the request for later.
    const succeeded = reply.status === 200;
    let json: unknown;
    try {
      json = parseJson(reply.body);
    } catch (error) {
      throw succeeded ? unreadable(endpoint, bodyProblem(reply), error) : statusError(endpoint, reply);
    }
    const refused = readRefusal(json);
    // A number is the API's own, and so are words with a plain 400: other statuses say more than a proxy's words.
    const worded = succeeded || refused?.code !== undefined || reply.status === 400;
    if (refused !== undefined && worded && reply.status !== 429) {
      throw refusalError(endpoint, refused, this.#sanitizeServiceText);
    }
    if (!succeeded) throw statusError(endpoint, reply);
    return json;
  }
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
  const wait = retryAfterMs(reply.headers.retryAfter, reply.headers.date);
  const asked = present({ status, retryAfterMs: wait });
  if (status === 401 || status === 403) {
    return new ConvosoError('token', endpoint, {
      what: endpoint === 'update' ? 'The update was not made.' : 'The call search failed.',
      why: `The service refused access (HTTP ${status}).`,
      next: 'Check that CONVOSO_AUTH_TOKEN is valid and that this server’s address may use the API.',
      status,
    });
  }
  if (status === 429) {
    return transportError(
      'busy',
      endpoint,
      {
        why: 'The service says it gets too many requests (HTTP 429).',
        next: 'Wait a little, then try again.',
        repeat: 'always',
        ...asked,
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
        status,
      },
      'not_sent',
    );
  }
  const passing = PASSING_STATUSES.has(status);
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
      ...(passing ? { repeat: 'reads', ...asked } : { status }),
    },
    outcome,
  );
}

/** HTTP failures that pass by themselves. */
const PASSING_STATUSES: ReadonlySet<number> = new Set([408, 500, 502, 503, 504]);
