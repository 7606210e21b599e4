import { Failure } from '../util/failure.js';
import { cleanText } from '../util/third-party-text.js';

/** The two endpoints of the contract. The same error number means different things on each. */
export type Endpoint = 'retrieve' | 'update';

/**
 * What kind of failure the upstream (or the way to it) met:
 * `token` refused credentials · `refused` the service said no · `busy` 429 · `service` another HTTP status ·
 * `unreachable` no connection · `interrupted` the connection broke · `timeout` · `too_large` · `unreadable` a reply that
 * is not the API's · `cancelled` by the caller · `deadline` ended or not begun, because the time of the caller's whole answer
 * is over · `paused` not sent, because the requests before it all failed.
 */
export type ConvosoErrorKind =
  | 'token'
  | 'refused'
  | 'busy'
  | 'service'
  | 'unreachable'
  | 'interrupted'
  | 'timeout'
  | 'too_large'
  | 'unreadable'
  | 'cancelled'
  | 'deadline'
  | 'paused';

/**
 * Whether the same request may be sent again: `always` when it certainly was not carried out; `reads` when only a search may,
 * because an update could be stored twice; `never` when it would fail the same way.
 */
export type Repeat = 'always' | 'reads' | 'never';

/** What is known of a failed request beside its words. */
interface ErrorFacts {
  /** The service's own error number. */
  readonly code?: number | undefined;
  readonly status?: number | undefined;
  readonly repeat?: Repeat;
  /** Milliseconds that the service asked to wait. */
  readonly retryAfterMs?: number | undefined;
  /** For an update: whether the change may have been stored although no good reply came. */
  readonly outcome?: UpdateOutcome;
}

/** A failed upstream request. `code` is the service's own error number, when it gave one. */
export class ConvosoError extends Failure {
  readonly kind: ConvosoErrorKind;
  readonly endpoint: Endpoint;
  readonly code: number | undefined;
  /** HTTP status, when the failure is one. */
  readonly status: number | undefined;
  readonly repeat: Repeat;
  readonly retryAfterMs: number | undefined;
  readonly outcome: UpdateOutcome;

  constructor(
    kind: ConvosoErrorKind,
    endpoint: Endpoint,
    parts: { what: string; why: string; next: string } & ErrorFacts,
    options?: { cause?: unknown },
  ) {
    super(parts, options);
    this.kind = kind;
    this.endpoint = endpoint;
    this.code = parts.code;
    this.status = parts.status;
    this.repeat = parts.repeat ?? 'never';
    this.retryAfterMs = parts.retryAfterMs;
    this.outcome = parts.outcome ?? 'not_sent';
  }
}

/** What one documented (or observed) error means and what to do about it. */
export interface ErrorMeaning {
  readonly kind: ConvosoErrorKind;
  readonly why: string;
  readonly next: string;
}

const TOKEN: ErrorMeaning = {
  kind: 'token',
  why: 'The service does not accept the authentication token.',
  next: 'The server operator must set CONVOSO_AUTH_TOKEN (or CONVOSO_AUTH_TOKEN_FILE) to a valid token of the account and restart it.',
};
const refusal = (why: string, next: string): ErrorMeaning => ({ kind: 'refused', why, next });

const CAMPAIGN = refusal(
  'campaign_id is not a campaign of this account.',
  'Check campaign_id: a search without it shows the campaigns that occur.',
);
const QUEUE = refusal(
  'queue_id is not a queue of this account.',
  'Check queue_id, or search without it and read the queue of the rows.',
);
const LIST = refusal(
  'list_id is not a list of this account.',
  'Check list_id: a search without it shows the lists that occur.',
);
const USER = refusal(
  'user_id is not an agent user of this account.',
  'Check user_id: a search without it shows the agents that occur.',
);
const DATE = refusal(
  'A date is not in the form the service takes.',
  'Give start_time and end_time as YYYY-MM-DD HH:MM:SS.',
);
const RANGE = refusal(
  'The service does not accept this range of dates.',
  'Make start_time earlier than end_time, or take a shorter window.',
);
const LIMIT = refusal(
  'limit is more than the service allows on a page.',
  'Ask for at most 500 rows and take the rest with offset.',
);
const OFFSET = refusal(
  'offset is more than the service allows.',
  'Keep offset at or below 40000 and narrow start_time and end_time to reach further calls.',
);
const NO_SUCH_CALL = refusal(
  'No call log has this call_log_id.',
  'Find the call with search_call_logs and use the id it shows.',
);

/**
 * Error numbers by endpoint: the tables of the contract ("Error Handling") and the numbers seen on the live service.
 * The same number means different things on other endpoints, so the endpoint is part of the key.
 */
export const ERROR_CODES: Readonly<Record<Endpoint, Readonly<Record<number, ErrorMeaning>>>> = {
  retrieve: {
    5001: TOKEN,
    6002: LIST,
    6004: CAMPAIGN,
    6006: USER,
    6026: CAMPAIGN,
    6030: QUEUE,
    6031: DATE,
    6041: QUEUE,
    6042: LIST,
    6050: refusal(
      'The account has no call status of this name.',
      'Check status: codes vary by account. A search without it shows the codes that occur.',
    ),
    7231: OFFSET,
    7258: LIMIT,
  },
  update: {
    5001: TOKEN,
    6032: refusal(
      'call_log_id is missing from the request.',
      'Give the call_log_id of the call to update, as search_call_logs shows it.',
    ),
    6033: NO_SUCH_CALL,
    6035: refusal(
      'The request carried no extra field to change.',
      'Give extra_field_01, extra_field_02 or clear_fields.',
    ),
    6060: refusal(
      'call_log_id is not a valid id.',
      'Use the id of the call as search_call_logs or get_call_log shows it.',
    ),
    6061: NO_SUCH_CALL,
    6062: refusal(
      'A value does not pass the account’s rules for this extra field.',
      'Check the length and the allowed values of the field in Convoso, then try again.',
    ),
  },
};

/** The contract's "General Error Responses", which carry a text and no number. */
const ERROR_TEXTS: ReadonlyArray<readonly [RegExp, ErrorMeaning]> = [
  [/\b(auth|authentication)[ _]?token\b/i, TOKEN],
  [/invalid date format/i, DATE],
  [/invalid date range/i, RANGE],
  [/limit cannot exceed/i, LIMIT],
  [/offset cannot exceed/i, OFFSET],
];

const SUBJECT: Readonly<Record<Endpoint, string>> = {
  retrieve: 'The call search failed.',
  update: 'The update was not made.',
};

/** What the service itself said when it answered `success: false`. */
export interface Refusal {
  readonly code: number | undefined;
  readonly text: string | undefined;
}

/**
 * A refusal by the service (`success: false`, at whatever HTTP status) as a typed error. Its words are understood as they
 * came, and repeated only as `sanitizeServiceText` passes them.
 */
export function refusalError(
  endpoint: Endpoint,
  refused: Refusal,
  sanitizeServiceText: (text: string) => string = (text) => text,
): ConvosoError {
  const said = refused.text === undefined ? undefined : cleanText(refused.text, 200);
  const meaning =
    (refused.code === undefined ? undefined : ERROR_CODES[endpoint][refused.code]) ??
    (said === undefined ? undefined : ERROR_TEXTS.find(([pattern]) => pattern.test(said))?.[1]);
  const { code } = refused;
  const label = code === undefined ? '' : ` (Convoso error ${code})`;
  if (meaning !== undefined) {
    return new ConvosoError(meaning.kind, endpoint, {
      what: withLabel(SUBJECT[endpoint], label),
      why: meaning.why,
      next: meaning.next,
      code,
    });
  }
  return new ConvosoError('refused', endpoint, {
    what: withLabel(SUBJECT[endpoint], label),
    why:
      said === undefined || said === ''
        ? 'The service refused the request without giving a reason.'
        : `The service refused the request, in its own words: “${cleanText(sanitizeServiceText(cleanText(refused.text ?? '')), 200)}”.`,
    next: 'Change the arguments this names. If they look right, ask Convoso support, quoting the error.',
    code,
  });
}

function withLabel(sentence: string, label: string): string {
  return sentence.replace(/\.$/, `${label}.`);
}

/** Whether an update may have been carried out although no good reply came. */
export type UpdateOutcome = 'not_sent' | 'unknown';

const UNKNOWN_OUTCOME =
  'Whether the change was stored is unknown, so it was not sent again: look at the call’s extra fields in Convoso before repeating it (the API does not return them).';

/**
 * A failure between this server and the service, worded for the endpoint: for an update it says whether the change may
 * have been stored.
 */
export function transportError(
  kind: ConvosoErrorKind,
  endpoint: Endpoint,
  parts: { why: string; next: string } & Omit<ErrorFacts, 'outcome'>,
  outcome: UpdateOutcome,
  options?: { cause?: unknown },
): ConvosoError {
  const unsure = endpoint === 'update' && outcome === 'unknown';
  return new ConvosoError(
    kind,
    endpoint,
    {
      ...parts,
      outcome,
      what: unsure ? 'The update may or may not have been made.' : SUBJECT[endpoint],
      next: unsure ? UNKNOWN_OUTCOME : parts.next,
    },
    options,
  );
}

/** An update that the service says it carried out in a reply that does not show it; `doubt` says what of it. */
export function unshownError(doubt: string): ConvosoError {
  return transportError(
    'unreadable',
    'update',
    {
      why: `The service accepted the request, but its reply does not show the change: ${doubt}.`,
      next: UNKNOWN_OUTCOME,
    },
    'unknown',
  );
}

/** A request that was ended before an attempt, or between two: by its time limit or by the caller. */
export function stoppedError(endpoint: Endpoint, timedOut: boolean): ConvosoError {
  const parts = timedOut
    ? {
        why: 'The time for this request was over before it could be sent.',
        next: 'Try again; other requests to the service were before this one.',
      }
    : { why: 'The request was cancelled.', next: 'Ask again when you want the answer.' };
  return transportError(timedOut ? 'busy' : 'cancelled', endpoint, parts, 'not_sent');
}

/** A request that the deadline of the caller's whole answer ended, or left no time to begin. */
export function deadlineError(
  endpoint: Endpoint,
  outcome: UpdateOutcome,
  options?: { cause?: unknown },
): ConvosoError {
  const parts = {
    why: 'The time for the whole answer was over before the service answered.',
    next: 'Try again; a shorter window (start_time, end_time) or fewer rows answer sooner.',
  };
  return transportError('deadline', endpoint, parts, outcome, options);
}

/** A request that is not sent because too many of the same caller are waiting; it has a chance after `retryAfterMs` milliseconds. */
export function congestedError(endpoint: Endpoint, retryAfterMs: number): ConvosoError {
  const parts = {
    why: 'So many requests of this caller are waiting that this one could not be sent in time.',
    next: `Ask again after ${waitWords(retryAfterMs)}, or when earlier questions are answered.`,
    retryAfterMs,
  };
  return transportError('busy', endpoint, parts, 'not_sent');
}

/** A request that is not sent because those before it failed; `restMs` is undefined while another one tries. */
export function pausedError(
  endpoint: Endpoint,
  failures: number,
  last: ConvosoError | undefined,
  restMs: number | undefined,
): ConvosoError {
  const seconds = restMs === undefined ? undefined : Math.max(1, Math.ceil(restMs / 1000));
  return transportError(
    'paused',
    endpoint,
    {
      why: `The last ${failures} requests to the service failed, so this one was not sent.${
        last === undefined ? '' : ` The latest failure: ${last.why}`
      }`,
      next:
        seconds === undefined
          ? 'Another request is trying whether the service works again: ask again in a few seconds.'
          : `The service is tried again in ${seconds} s: ask again then.`,
    },
    'not_sent',
    { cause: last },
  );
}

/** The same error, saying how many attempts were made where more of them could have helped. */
export function withAttempts(error: ConvosoError, attempts: number): ConvosoError {
  if (error.repeat === 'never' && attempts === 1) return error;
  const { kind, endpoint, next, repeat, retryAfterMs, outcome, cause } = error;
  // Only what may be repeated is an answer of the service, which asked; a wait at the gate is in its own words.
  const wait = retryAfterMs === undefined || repeat === 'never' ? undefined : waitWords(retryAfterMs);
  return new ConvosoError(
    kind,
    endpoint,
    {
      ...error,
      why: `${error.why}${wait === undefined ? '' : ` The service asks to wait ${wait}.`} Attempts: ${attempts}.`,
      next: wait === undefined || outcome === 'unknown' ? next : `Ask again after ${wait}.`,
    },
    { cause },
  );
}

function waitWords(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  return seconds > 86_400 ? 'more than a day' : `${seconds} s`;
}
