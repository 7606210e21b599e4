// A stand-in for ClickHouse's HTTP interface that runs what it is sent on the real engine: chdb carries it in process. One
// process, one request at a time. Started by clickhouse.ts as `node clickhouse-server.mjs FOLDER_OF_CHDB USER PASSWORD`;
// prints its port, and ends with its standard input.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { buffer } from 'node:stream/consumers';

const [folder, user, password] = process.argv.slice(2);
const { Session } = createRequire(`${folder}/`)('chdb');
const session = new Session();

/** Settings of the HTTP interface itself, and what the engine in process has no use for. */
const NOT_SETTINGS = new Set([
  'query',
  'database',
  'query_id',
  'session_id',
  'session_timeout',
  'role',
  'wait_end_of_query',
  'enable_http_compression',
  'send_progress_in_http_headers',
  'http_headers_progress_interval_ms',
  'cancel_http_readonly_queries_on_client_close',
]);
const changed = new Set();

const literal = (text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** Settings hold for one request: those of the request before that this one does not give go back to their defaults. */
function applySettings(parameters) {
  const given = [...parameters].filter(([name]) => !NOT_SETTINGS.has(name));
  const names = new Set(given.map(([name]) => name));
  for (const name of changed) if (!names.has(name)) session.query(`SET ${name} = DEFAULT`);
  changed.clear();
  for (const [name, value] of given) {
    if (!/^\w+$/.test(name)) throw new Error(`Code: 115. DB::Exception: No such setting. (UNKNOWN_SETTING)`);
    session.query(`SET ${name} = ${literal(value)}`);
    if (!name.startsWith('param_')) changed.add(name);
  }
}

/** The parts of a form, as texts. */
function formOf(body, contentType) {
  const boundary = /boundary=(.+)$/.exec(contentType)?.[1];
  const parts = body
    .toString()
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => {
      const [head, ...rest] = part.split('\r\n\r\n');
      return [/name="([^"]+)"/.exec(head)?.[1], rest.join('\r\n\r\n').replace(/\r\n$/, '')];
    });
  return new Map(parts);
}

function run(url, body, contentType) {
  const parameters = new Map(url.searchParams);
  let query = parameters.get('query');
  if (contentType.startsWith('multipart/form-data')) {
    for (const [name, value] of formOf(body, contentType)) parameters.set(name, value);
    query = parameters.get('query');
  } else query = query === undefined ? body.toString() : `${query}\n${body.toString()}`;
  session.query(`USE \`${parameters.get('database') ?? 'default'}\``);
  applySettings(parameters);
  return session.query(query, 'TabSeparated') ?? '';
}

const STATUS = { 60: 404, 81: 404, 516: 403, 497: 403 };

function refuse(response, message) {
  const text =
    /Code: \d+\..*/s.exec(message)?.[0] ?? `Code: 1002. DB::Exception: ${message} (UNKNOWN_EXCEPTION)`;
  const code = /^Code: (\d+)/.exec(text)[1];
  response.writeHead(STATUS[code] ?? 500, { 'X-ClickHouse-Exception-Code': code });
  response.end(`${text} (version 26.7)\n`);
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url, 'http://stand-in');
  const body = await buffer(request).catch(() => Buffer.alloc(0));
  if (url.pathname === '/ping') return response.end('Ok.\n');
  if (request.headers.authorization !== `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`) {
    return refuse(
      response,
      `Code: 516. DB::Exception: ${user}: Authentication failed. (AUTHENTICATION_FAILED)`,
    );
  }
  let answer;
  try {
    answer = run(url, body, request.headers['content-type'] ?? '');
  } catch (error) {
    return refuse(response, error.message);
  }
  response.setHeader('X-ClickHouse-Summary', '{}');
  response.end(answer);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
process.stdin.on('end', () => process.exit(0)).resume();
