import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import {
  type Answer,
  cut,
  html,
  page,
  row,
  rows,
  sendJson,
  silence,
  type WireRequest,
} from '../support/upstream.js';
import { CANARY_PHONE, CANARY_TOKEN, healthy } from './canaries.js';

/** What a tool must do: how many requests reach the service, and an answer (`ok`) or an error with these words. */
export interface Expected {
  /** Undefined where the connection fails before a request could be counted. */
  readonly requests: number | undefined;
  readonly says: 'ok' | RegExp;
}

/** One fault of the service, what a search makes of it and what an update does. */
export interface Fault {
  readonly name: string;
  readonly act: Answer;
  readonly read: Expected;
  /** Opening one call, where it differs from a search. */
  readonly get?: Expected;
  readonly update: Expected;
  /** Milliseconds for an attempt, where the fault is that an answer takes too long. */
  readonly attemptTimeoutMs?: number;
}

/** Waits for an answer no longer than this. */
const impatient = (fault: Fault): Fault => ({ ...fault, attemptTimeoutMs: 700 });

/** The attempts that a search makes: one, and three repetitions. */
const ALL = 4;
const UNKNOWN = /^The update may or may not have been made\.\n.*\n.*before repeating it/;
const NOT_MADE = /^The update was not made/;

/** Passing for a search, of unknown outcome for an update. */
const passing = (name: string, act: Answer, words: RegExp): Fault => ({
  name,
  act,
  read: { requests: ALL, says: new RegExp(`${words.source}.*Attempts: 4\\.`) },
  update: { requests: 1, says: UNKNOWN },
});

/** Lasting: sent once whatever it is; an update has an unknown outcome unless the service refused it. */
const lasting = (name: string, act: Answer, words: RegExp, update: RegExp = UNKNOWN): Fault => ({
  name,
  act,
  read: { requests: 1, says: words },
  update: { requests: 1, says: update },
});

/** A quirk that is tolerated. */
const tolerated = (name: string, act: Answer, requests = 1): Fault => ({
  name,
  act,
  read: { requests, says: 'ok' },
  update: { requests: 1, says: 'ok' },
});

/** A fault of a page alone: an update is answered with a bare success, and reading the call back meets the fault. */
const ofPage = (
  name: string,
  value: unknown,
  read: Expected['says'],
  get: Expected['says'] = read,
): Fault => ({
  name,
  act: (request, response) =>
    isUpdate(request)
      ? { success: true }
      : sendJson(response, typeof value === 'string' ? value : JSON.stringify(value)),
  read: { requests: 1, says: read },
  get: { requests: 1, says: get },
  update: { requests: 2, says: 'ok' },
});

/** A reply to an update alone that claims success and does not show the change; `more` is what it has beside that claim. */
const unshown = (name: string, more: object, record: object = {}): Fault => ({
  name: `an update answered with ${name}`,
  act: (request) => (isUpdate(request) ? { success: true, ...record, ...more } : healthy(request)),
  read: { requests: 1, says: 'ok' },
  update: {
    requests: 1,
    says: new RegExp(
      `${UNKNOWN.source.replace('.*', 'Why: The service accepted .* does not show the change: .*')}`,
    ),
  },
});

/** The same that shows it. */
const shown = (name: string, more: object, requests: number): Fault => ({
  ...unshown(name, more),
  update: { requests, says: 'ok' },
});

function isUpdate(request: WireRequest): boolean {
  return request.url.endsWith('/log/update');
}

/** Writes these bytes in place of a reply, then resets the connection. */
const bytesThenReset =
  (bytes: string): Answer =>
  ({ socket }) => {
    if (bytes === '') socket.resetAndDestroy();
    else socket.write(bytes, () => setTimeout(() => socket.resetAndDestroy(), 10));
    return undefined;
  };

/** Writes these bytes in place of a reply, then closes the connection in good order. */
const bytesThenEnd =
  (bytes: string | Buffer): Answer =>
  ({ socket }) => {
    socket.end(bytes);
    return undefined;
  };

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';

const status =
  (code: number, headers: Readonly<Record<string, string>> = {}, body = `<h1>${CANARY_TOKEN}</h1>`): Answer =>
  (_request, response) => {
    response.writeHead(code, { 'Content-Type': 'text/html', ...headers }).end(body);
    return undefined;
  };

const body =
  (content: string | Buffer, headers: Readonly<Record<string, string>> = {}): Answer =>
  (_request, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json', ...headers }).end(content);
    return undefined;
  };

/** A whole healthy reply, changed as text. */
const changed =
  (change: (json: string) => string | Buffer): Answer =>
  (request, response) =>
    body(change(JSON.stringify(healthy(request))))(request, response);

/** Sends the text in pieces with a pause between them. */
function inPieces(response: ServerResponse, pieces: readonly string[], pauseMs: number): undefined {
  response.writeHead(200, { 'Content-Type': 'application/json' });
  const next = (index: number) => {
    if (response.destroyed) return;
    const piece = pieces[index];
    if (piece === undefined) response.end();
    else response.write(piece, () => setTimeout(() => next(index + 1), pauseMs));
  };
  next(0);
  return undefined;
}

const BROKE = /connection broke/;
const LATE = /did not answer in time/;
const NOT_JSON = /not valid JSON/;
const NOT_API = /not the API’s/;

const transport: Fault[] = [
  passing('a reset before the headers', bytesThenReset(''), BROKE),
  passing('a reset within the status line', bytesThenReset('HTTP/1.1 20'), BROKE),
  passing('a reset within the headers', bytesThenReset(`${HEAD}Content-Le`), BROKE),
  passing('a reset after the headers', bytesThenReset(`${HEAD}Content-Length: 900\r\n\r\n`), BROKE),
  passing('a reset within the body', bytesThenReset(`${HEAD}Content-Length: 900\r\n\r\n{"offset":`), BROKE),
  passing('a body that ends short', bytesThenEnd(`${HEAD}Content-Length: 900\r\n\r\n{"offset":0,`), BROKE),
  passing('a hang-up in the reply', cut, BROKE),
  passing('a truncated chunk', bytesThenEnd(`${HEAD}Transfer-Encoding: chunked\r\n\r\n400\r\n{"off`), BROKE),
  passing('something that is not HTTP', bytesThenEnd('220 mail.invalid ESMTP\r\n'), BROKE),
  passing('headers without end', bytesThenEnd(`${HEAD}X-Long: ${'x'.repeat(70_000)}\r\n\r\n`), BROKE),
  impatient(lasting('headers that never come', silence, LATE)),
  impatient(
    lasting(
      'a body that stalls',
      (_request, response) => {
        response.writeHead(200).write('{"offset":0,');
        return undefined;
      },
      LATE,
    ),
  ),
  impatient(
    lasting(
      'a drip past the deadline',
      (_request, response) => inPieces(response, Array(200).fill(' '), 20),
      LATE,
    ),
  ),
  tolerated('a slow reply within the deadline', (request, response) => {
    const json = JSON.stringify(healthy(request));
    const size = Math.ceil(json.length / 5);
    return inPieces(
      response,
      [0, 1, 2, 3, 4].map((n) => json.slice(n * size, (n + 1) * size)),
      10,
    );
  }),
  lasting(
    'a compressed bomb',
    (_request, response) =>
      body(gzipSync(Buffer.alloc(8_000_000)), { 'Content-Encoding': 'gzip' })(_request, response),
    /compressed/,
  ),
];

const statuses: Fault[] = [
  lasting(
    'HTTP 302',
    status(302, { Location: 'http://127.0.0.1:9/elsewhere' }),
    /redirect \(HTTP 302\)/,
    NOT_MADE,
  ),
  lasting(
    'HTTP 307',
    status(307, { Location: 'http://127.0.0.1:9/elsewhere' }),
    /redirect \(HTTP 307\)/,
    NOT_MADE,
  ),
  lasting('HTTP 308', status(308, { Location: '/v2' }), /redirect \(HTTP 308\)/, NOT_MADE),
  lasting('HTTP 400', status(400), /HTTP 400/, NOT_MADE),
  lasting('HTTP 401', status(401), /refused access \(HTTP 401\)/, NOT_MADE),
  lasting('HTTP 403', status(403), /refused access \(HTTP 403\)/, NOT_MADE),
  lasting('HTTP 404', status(404), /HTTP 404/, NOT_MADE),
  passing('HTTP 408', status(408), /HTTP 408/),
  lasting('HTTP 409', status(409), /HTTP 409/, NOT_MADE),
  lasting('HTTP 413', status(413), /HTTP 413/, NOT_MADE),
  passing('HTTP 500', status(500), /HTTP 500/),
  lasting('HTTP 501', status(501), /HTTP 501/),
  passing('HTTP 502', status(502), /HTTP 502/),
  passing('HTTP 503', status(503), /HTTP 503/),
  {
    ...passing('HTTP 503 with a long Retry-After', status(503, { 'Retry-After': '90' }), /x/),
    read: { requests: 1, says: /asks to wait 90 s\. Attempts: 1\./ },
  },
  passing('HTTP 504', status(504), /HTTP 504/),
];

const inSeconds = (seconds: number) => ({
  Date: 'Tue, 03 Mar 2026 14:30:00 GMT',
  'Retry-After': new Date(Date.UTC(2026, 2, 3, 14, 30, seconds)).toUTCString(),
});
/** HTTP 429 was certainly not processed: an update is repeated like a search. */
const busy = (
  name: string,
  headers: Readonly<Record<string, string>>,
  requests: number,
  words: RegExp,
): Fault => ({
  name,
  act: status(429, headers),
  read: { requests, says: words },
  update: { requests, says: new RegExp(`${NOT_MADE.source}[^]*${words.source}`) },
});
const tooMany: Fault[] = [
  busy('HTTP 429 without Retry-After', {}, ALL, /too many requests.*Attempts: 4\./),
  busy('HTTP 429 with seconds', { 'Retry-After': '30' }, 1, /asks to wait 30 s\. Attempts: 1\./),
  busy('HTTP 429 with no wait', { 'Retry-After': '0' }, ALL, /Attempts: 4\./),
  busy('HTTP 429 with a date', inSeconds(90), 1, /asks to wait 90 s\. Attempts: 1\./),
  busy('HTTP 429 with a date that is past', inSeconds(-90), ALL, /Attempts: 4\./),
  busy('HTTP 429 with a huge wait', { 'Retry-After': '99999999999999999999' }, 1, /more than a day/),
  busy(
    'HTTP 429 with a garbled wait',
    { 'Retry-After': '5.5 soon' },
    ALL,
    /too many requests.*Attempts: 4\./,
  ),
];

const contractRefusal = { success: false, error: `Lead ${CANARY_PHONE} of ${CANARY_TOKEN} is locked` };
const bodies: Fault[] = [
  lasting('an empty body', body(''), /reply is empty/),
  lasting('HTTP 204', (_request, response) => void response.writeHead(204).end(), /HTTP 204/),
  lasting('a body of blanks', body(' \r\n '), /reply is empty/),
  lasting('HTML', html, /web page/),
  lasting('an error at HTTP 200', body(JSON.stringify(contractRefusal)), /in its own words/, NOT_MADE),
  lasting(
    'a numbered error at HTTP 200',
    body(JSON.stringify({ success: false, code: 5001, text: `bad token ${CANARY_TOKEN}` })),
    /does not accept the authentication token/,
    NOT_MADE,
  ),
  lasting(
    'an error in words of 5 MB',
    body(JSON.stringify({ success: false, error: `${'y'.repeat(180)}${CANARY_TOKEN.repeat(5_000)}` })),
    /in its own words/,
    NOT_MADE,
  ),
  lasting('bad JSON', body('{"results":[}'), NOT_JSON),
  tolerated(
    'trailing commas',
    changed((json) => json.replace(/([}\]])/g, ',$1').replaceAll('[,]', '[]')),
  ),
  lasting(
    'truncated JSON',
    changed((json) => json.slice(0, -20)),
    NOT_JSON,
  ),
  tolerated(
    'a byte order mark',
    changed((json) => `\ufeff${json}`),
  ),
  lasting(
    'UTF-16',
    changed((json) => Buffer.from(json, 'utf16le')),
    NOT_JSON,
  ),
  tolerated(
    'invalid UTF-8',
    changed((json) => Buffer.from(json.replace('Marker', 'M\xffrker'), 'latin1')),
  ),
  lasting('null', body('null'), NOT_API),
  lasting('a list at the root', body('[]'), NOT_API),
  lasting('a text at the root', body('"success"'), NOT_API),
  lasting('a number at the root', body('200'), NOT_API),
  lasting('an object of another API', body('{"status":"up"}'), NOT_API),
  ofPage('data that is a list', { success: true, data: [row()] }, NOT_API),
  ofPage('results that are an object', { total_found: 1, results: { 0: row() } }, NOT_API),
  ofPage('a total in words', { total_found: 'many', results: [] }, NOT_API),
  ofPage('a negative total', { total_found: -1, results: [] }, NOT_API),
  ofPage('rows that are no objects', page([null, 7, 'x', []]), 'ok', /could not be read/),
  ofPage('a row without id', page([row({ id: null })]), 'ok', /could not be read/),
  ofPage('an id as long as a book', page([row({ id: '1'.repeat(100_000) })]), 'ok', /could not be read/),
  ofPage('fields of wrong types', page([row({ status: { a: 1 }, call_length: 'long' })]), 'ok', 'ok'),
  ofPage(
    'an id past 2^53',
    '{"total_found":1,"results":[{"id":9007199254740993,"call_length":1}]}',
    'ok',
    /other calls/,
  ),
  ofPage(
    'a __proto__ key',
    '{"total_found":1,"results":[{"id":"1001","__proto__":{"id":"6"},"__proto__ ":"x"}]}',
    'ok',
  ),
  ofPage('more rows than asked for', page(rows(200).concat(row())), 'ok'),
  ofPage('repeated rows', page([row(), row(), row()]), 'ok'),
  ofPage('a total that the rows belie', page([row(), row({ id: '1002' })], 0), 'ok'),
  ofPage('the token in every field', page([row(everywhere(CANARY_TOKEN))]), 'ok'),
  lasting('a reply over the cap', body(`{"results":["${'x'.repeat(1_100_000)}"]}`), /larger than 1 MiB/),
  lasting(
    'a reply without end',
    (_request, response) => {
      const chunk = 'x'.repeat(65_536);
      const more = () => {
        if (!response.destroyed) response.write(chunk, () => setImmediate(more));
      };
      more();
      return undefined;
    },
    /larger than 1 MiB/,
  ),
  lasting('deep nesting', body('['.repeat(500_000)), NOT_JSON),
  lasting('deep nesting, closed', body(`${'['.repeat(300_000)}${']'.repeat(300_000)}`), NOT_JSON),
];

const updates: Fault[] = [
  unshown('a count of 0', { updated: 0 }),
  unshown('a count of 0 as a text', { updated: '0' }),
  unshown('no affected rows', { affected_rows: 0 }),
  unshown('no affected rows beside the record', { affected_rows: 0 }, row()),
  unshown('words', { message: 'no changes' }),
  unshown('words beside the record', { message: 'no changes' }, row()),
  unshown('one word beside the record', { result: 'unchanged' }, row()),
  unshown('a status of its own', { status: 'unchanged' }),
  unshown('a number and a text', { code: 200, text: 'Nothing to update' }),
  unshown('a change that is false', { changed: false }),
  unshown('a list of warnings', { warnings: [`extra_field_01 is locked, ${CANARY_TOKEN}`] }),
  unshown('warnings beside the record', { warnings: ['extra_field_01 is locked'] }, row()),
  unshown('words inside data', { data: { message: 'no changes' } }),
  unshown('data that is a list', { data: [] }),
  unshown('data in words', { data: 'no changes' }),
  unshown('the contract’s “Call log not found”', { results: [] }),
  unshown('a record without an id', row({ id: null })),
  unshown('two calls', { data: row() }, row({ id: '1002' })),
  unshown('another value', { extra_field_01: 'other' }),
  unshown('another value inside data', { data: row({ extra_field_01: 'other' }) }),
  unshown('no value', { extra_field_01: null }, row()),
  unshown('other fields only', { extra_field_02: 'reviewed' }, row()),
  unshown('an empty list of fields', { fields: {} }, row()),
  unshown('the id of another call', { call_log_id: '1002' }),
  shown('the value that was sent', { data: row({ extra_field_01: 'reviewed', extra_field_02: null }) }, 1),
  shown('the id and the value alone', { call_log_id: 1001, extra_field_01: 'reviewed' }, 2),
  shown('no error, in so many words', { error: false, errors: [], message: null, data: null }, 2),
  shown('the id alone', { id: 1001 }, 1),
];

function everywhere(text: string): Record<string, string> {
  const fields = [
    'first_name',
    'agent_comment',
    'status_name',
    'campaign',
    'queue',
    'term_reason',
    'session_id',
  ];
  return {
    ...Object.fromEntries(fields.map((field) => [field, text])),
    [text]: text,
    note: `a\u200b${text.slice(0, 8)}\u200b${text.slice(8)}`,
  };
}

/** Every fault that a service that accepts connections can have. */
export const FAULTS: readonly Fault[] = [...transport, ...statuses, ...tooMany, ...bodies, ...updates];
