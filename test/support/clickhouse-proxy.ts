import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/**
 * What happens to a statement instead of being carried out and answered: an answer, nothing at all, half of the right
 * answer, or a connection that is lost before it is carried out or after.
 */
export type Fault =
  | { readonly status: number; readonly body: string; readonly headers?: Readonly<Record<string, string>> }
  | 'silence'
  | 'cut'
  | 'half a row'
  | 'lost before'
  | 'lost after';

/** Stands before a ClickHouse and lets things go wrong on the way. */
export interface ClickHouseProxy {
  /** The address of the archive behind it. */
  readonly url: string;
  /** Chooses by the text of a statement; nothing goes wrong unless it is set. */
  fault: (statement: string) => Fault | undefined;
  /** Names another database for a statement, as if another server of a cluster answered it. */
  route: (statement: string) => string | undefined;
  /** Statements for which something went wrong. */
  readonly faults: number;
  /** Stops listening until `open`. */
  shut(): Promise<void>;
  open(): Promise<void>;
}

/** @param url the archive’s address, as the setting has it */
export async function startClickHouseProxy(url: string): Promise<ClickHouseProxy> {
  const behind = new URL(url);
  let faults = 0;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const statement = `${decodeURIComponent((request.url ?? '').replaceAll('+', ' '))}\n${body}`;
    const fault = proxy.fault(statement);
    const address = new URL(request.url ?? '', `http://${behind.host}`);
    const database = proxy.route(statement);
    if (database !== undefined) address.searchParams.set('database', database);
    if (fault !== undefined) faults += 1;
    if (fault === 'silence') return;
    if (fault === 'lost before') return void response.destroy();
    if (typeof fault === 'object') {
      response.writeHead(fault.status, { 'content-type': 'text/plain', ...fault.headers }).end(fault.body);
      return;
    }
    const answer = await fetch(address, {
      method: request.method ?? 'POST',
      headers: {
        authorization: request.headers.authorization ?? '',
        'content-type': request.headers['content-type'] ?? '',
      },
      ...(body.length === 0 ? {} : { body }),
    });
    const text = Buffer.from(await answer.arrayBuffer());
    const code = answer.headers.get('x-clickhouse-exception-code');
    const headers = code === null ? {} : { 'x-clickhouse-exception-code': code };
    if (fault === 'lost after') return void response.destroy();
    if (fault === 'half a row') {
      response.writeHead(200, headers).end(text.subarray(0, Math.ceil(text.length / 2)));
    } else if (fault === 'cut') {
      response.writeHead(200, { ...headers, 'content-length': text.length + 10 });
      response.write(text, () => response.destroy());
    } else response.writeHead(answer.status, headers).end(text);
  }

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  let port = 0;
  const proxy: ClickHouseProxy = {
    get url() {
      const address = new URL(url);
      address.port = String(port);
      return address.href;
    },
    fault: () => undefined,
    route: () => undefined,
    get faults() {
      return faults;
    },
    shut: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
    open: () =>
      new Promise((resolve) => {
        server.listen(port, '127.0.0.1', () => {
          port = (server.address() as AddressInfo).port;
          resolve();
        });
      }),
  };
  await proxy.open();
  return proxy;
}

/** The answer of ClickHouse to a statement that it could not carry out; its text repeats what it was sent. */
export function refusal(code: number, name: string): Fault {
  return {
    status: 500,
    body: `Code: ${code}. DB::Exception: internal-host-17: while executing the query with password canary-9. (${name}) (version 26.7.1.1)\n`,
    headers: { 'x-clickhouse-exception-code': String(code) },
  };
}
