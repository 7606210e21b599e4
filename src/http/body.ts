import type { IncomingMessage, ServerResponse } from 'node:http';
import { isJsonContentType } from '@modelcontextprotocol/server';
import { HttpRefusal, RPC } from './refusal.js';

/** Largest body in bytes. */
export const MAX_BODY_BYTES = 1_048_576;
/** Deepest nesting of arrays and objects; a message of the protocol needs about ten levels. */
export const MAX_DEPTH = 64;
/** Most messages in one batch (2025-03-26 clients may send several at once). */
export const MAX_BATCH = 20;

/** The client went away before its request was complete: there is nobody to answer. */
export class ClientGone extends Error {}

/** What the headers alone show to be unusable, found before a byte of the body is read. @throws HttpRefusal */
export function checkBodyHeaders(request: IncomingMessage): void {
  const encoding = request.headers['content-encoding'];
  if (!isJsonContentType(request.headers['content-type'] ?? null)) {
    throw unreadable(415, 'Its Content-Type is not application/json.', RPC.refused);
  }
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw unreadable(415, 'Its body is compressed.', RPC.refused);
  }
  if (Number(request.headers['content-length']) > MAX_BODY_BYTES) throw tooLarge();
}

/** The request's body as JSON, within the bounds above. @throws HttpRefusal, ClientGone */
export async function readJson(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
  if (request.headers.expect !== undefined) response.writeContinue();
  const text = decode(await readAll(request));
  checkDepth(text);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw unreadable(400, 'Its body is not valid JSON.', RPC.parse);
  }
  if (Array.isArray(json) && json.length > MAX_BATCH) {
    throw unreadable(400, `It is a batch of ${json.length} messages; at most ${MAX_BATCH} are taken.`);
  }
  return json;
}

function readAll(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_BODY_BYTES) {
        chunks.push(chunk);
        return;
      }
      request.off('data', onData);
      reject(tooLarge());
    };
    const gone = () => reject(new ClientGone());
    request.on('data', onData);
    request.once('end', () => {
      request.off('close', gone);
      resolve(Buffer.concat(chunks, size));
    });
    request.once('close', gone);
    request.once('error', gone);
  });
}

function decode(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw unreadable(400, 'Its body is not UTF-8 text.', RPC.parse);
  }
}

/** Counts brackets outside strings: nesting is refused before anything that recurses sees it. */
function checkDepth(text: string): void {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (inString) {
      if (char === BACKSLASH) i++;
      else if (char === QUOTE) inString = false;
    } else if (char === QUOTE) inString = true;
    else if (char === OPEN_BRACKET || char === OPEN_BRACE) {
      if (++depth > MAX_DEPTH)
        throw unreadable(400, `Its body is nested more than ${MAX_DEPTH} levels deep.`);
    } else if (char === CLOSE_BRACKET || char === CLOSE_BRACE) depth--;
  }
}

const [QUOTE, BACKSLASH, OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = [34, 92, 91, 93, 123, 125];

function unreadable(status: number, why: string, code: number = RPC.invalidRequest): HttpRefusal {
  return new HttpRefusal(
    status,
    { what: 'The request cannot be read.', why, next: 'Send one JSON-RPC message as UTF-8 JSON.' },
    { code },
  );
}

function tooLarge(): HttpRefusal {
  return new HttpRefusal(413, {
    what: 'The request cannot be read.',
    why: `Its body is larger than ${MAX_BODY_BYTES} bytes.`,
    next: 'Send a smaller message.',
  });
}
