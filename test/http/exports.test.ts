import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PART_BYTES } from '../../src/export/caller-exports.js';
import { newToken } from '../../src/http/auth/static-tokens.js';
import {
  bearer,
  LIST_TOOLS,
  messageOf,
  post,
  type Running,
  startServer,
  textOf,
  toolCall,
} from './running.js';

const DAY = { start_time: '2026-03-02', end_time: '2026-03-02' };
const one = newToken('one', ['call_logs:read']);
const two = newToken('two', ['call_logs:read']);
const writer = newToken('writer', ['call_logs:write']);
const TOKENS = { CALL_LOGS_HTTP_TOKENS: [one, two, writer].map(({ line }) => line).join(';') };

interface Exported {
  readonly file: string;
  readonly manifest: string;
  readonly uri: string;
  readonly manifest_uri: string;
  readonly parts?: number;
  readonly rows: number;
  readonly sha256: string;
}

let directory: string;
let server: Running;
const running: Running[] = [];
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'http-exports-'));
});
afterAll(() => rmSync(directory, { recursive: true }));
afterEach(async () => {
  for (const each of running.splice(0)) await each.stop();
});

async function serve(env: Record<string, string> = {}, below = 'shared'): Promise<void> {
  server = await startServer({ ...TOKENS, CALL_LOGS_EXPORT_DIR: join(directory, below), ...env });
  running.push(server);
}
const call = (token: string, name: string, args: object) =>
  post(server.url, toolCall(name, args as Record<string, unknown>), bearer(token));
async function exported(token: string, args: object = {}) {
  const reply = await call(token, 'export_call_logs', { ...DAY, ...args });
  const { result } = messageOf(reply) as { result?: { isError?: boolean; content: unknown[] } };
  if (result === undefined || result.isError === true) throw new Error(textOf(reply));
  const { structuredContent } = result as unknown as { structuredContent: Exported };
  return { body: reply.body, text: textOf(reply), structured: structuredContent, content: result.content };
}
async function read(token: string, uri: string) {
  const { result, error } = messageOf(
    await post(
      server.url,
      { jsonrpc: '2.0', id: 1, method: 'resources/read', params: { uri } },
      bearer(token),
    ),
  );
  const { contents } = (result ?? {}) as { contents?: { uri: string; mimeType: string; text: string }[] };
  return { error, content: contents?.[0] };
}
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('an export over HTTP', () => {
  it('is read by its address, whole and by the caller who made it', async () => {
    await serve();
    const { structured, content, text } = await exported(one.token, { file_name: 'monday' });
    expect(structured).toMatchObject({
      file: 'monday.csv',
      manifest: 'monday.csv.manifest.json',
      uri: 'call-logs://exports/monday.csv',
      manifest_uri: 'call-logs://exports/monday.csv.manifest.json',
    });
    expect(content.slice(1)).toEqual([
      {
        type: 'resource_link',
        uri: structured.uri,
        name: 'monday.csv',
        mimeType: 'text/csv',
        size: expect.any(Number),
      },
      {
        type: 'resource_link',
        uri: structured.manifest_uri,
        name: structured.manifest,
        mimeType: 'application/json',
      },
    ]);
    expect(text).toContain('It is removed after 24 hours.');
    const file = await read(one.token, structured.uri);
    expect(file.content).toMatchObject({ uri: structured.uri, mimeType: 'text/csv' });
    expect(sha256(file.content?.text ?? '')).toBe(structured.sha256);
    const manifest = JSON.parse((await read(one.token, structured.manifest_uri)).content?.text ?? '');
    expect(manifest).toMatchObject({ file: 'monday.csv', rows: structured.rows, sha256: structured.sha256 });
  });

  it('names no path of the server, in no answer', async () => {
    await serve({}, 'nowhere-else');
    const { body } = await exported(one.token, { file_name: 'private' });
    const again = await call(one.token, 'export_call_logs', { ...DAY, file_name: 'private' });
    expect(textOf(again)).toContain('There is a file private.csv');
    for (const answer of [body, again.body]) {
      expect(answer).not.toContain(directory);
      expect(answer).not.toContain('nowhere-else');
    }
  });

  it('cannot be read, met or guessed at by another caller', async () => {
    await serve();
    const { structured } = await exported(one.token, { file_name: 'layoffs-q3' });
    const missing = await read(two.token, 'call-logs://exports/never-made.csv');
    for (const uri of [structured.uri, structured.manifest_uri, `${structured.uri}~1`]) {
      const { error, content } = await read(two.token, uri);
      expect(content).toBeUndefined();
      expect([error?.code, error?.message.replace(uri, '')]).toEqual([
        missing.error?.code,
        missing.error?.message.replace('call-logs://exports/never-made.csv', ''),
      ]);
    }
    // The same name is free for another caller, and the first one's file stays as it was.
    expect((await exported(two.token, { file_name: 'layoffs-q3' })).structured.file).toBe('layoffs-q3.csv');
    expect(sha256((await read(one.token, structured.uri)).content?.text ?? '')).toBe(structured.sha256);
    // A token that may only write reads no resource at all.
    expect((await read(writer.token, structured.uri)).content).toBeUndefined();
    const [callers = ''] = readdirSync(join(directory, 'shared'));
    for (const folder of readdirSync(join(directory, 'shared', callers))) {
      expect(folder).toMatch(/^[0-9a-f]{32}$/);
    }
  });

  it('is the only file that an address leads to', async () => {
    await serve();
    writeFileSync(join(directory, 'secret.csv'), 'canary');
    writeFileSync(join(directory, 'shared', 'secret.csv'), 'canary');
    for (const name of [
      '../secret.csv',
      '..%2Fsecret.csv',
      '..%2F..%2Fsecret.csv',
      '%2e%2e/secret.csv',
      `${encodeURIComponent(join(directory, 'secret.csv'))}`,
      '..%5Csecret.csv',
      '',
      '.',
      '%',
      'secret.csv%00',
      'x~0',
      'x~999999',
    ]) {
      const { error, content } = await read(one.token, `call-logs://exports/${name}`);
      expect([name, content, typeof error?.code]).toEqual([name, undefined, 'number']);
    }
  });

  it('is read in parts when it is large, which make up the file', async () => {
    await serve();
    const { structured } = await exported(one.token, { file_name: 'small', format: 'ndjson' });
    const [callers = ''] = readdirSync(join(directory, 'shared'));
    const folders = readdirSync(join(directory, 'shared', callers)).map((name) =>
      join(directory, 'shared', callers, name),
    );
    const folder = folders.find((path) => readdirSync(path).includes(structured.file)) ?? '';
    const line = (i: number) => `{"id":"${i}","comment":"ünïcödé ${'x'.repeat(i % 700)}"}\n`;
    let large = '';
    for (let i = 0; large.length < 2.3 * PART_BYTES; i += 1) large += line(i);
    writeFileSync(join(folder, 'large.ndjson'), large);
    const whole = await read(one.token, 'call-logs://exports/large.ndjson');
    expect(whole.error?.message).toContain(
      'read its 3 parts, call-logs://exports/large.ndjson~1 to call-logs://exports/large.ndjson~3',
    );
    let together = '';
    for (const part of [1, 2, 3]) {
      const { content } = await read(one.token, `call-logs://exports/large.ndjson~${part}`);
      expect(content?.text).toMatch(/^\{"id[\s\S]*\}\n$/);
      together += content?.text;
    }
    expect(sha256(together)).toBe(sha256(large));
    expect((await read(one.token, 'call-logs://exports/large.ndjson~4')).content).toBeUndefined();
  });
});

describe('the quota of a caller', () => {
  it('refuses more exports than a caller may keep, and leaves others theirs', async () => {
    await serve({ CALL_LOGS_HTTP_EXPORT_FILES: '3' }, 'few');
    // All at once: what is under way counts, too.
    const made = await Promise.allSettled(Array.from({ length: 6 }, () => exported(one.token)));
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    const text = textOf(await call(one.token, 'export_call_logs', DAY));
    expect(text).toMatch(
      /^Nothing was exported\.\nWhy: Your exports would be more than 3 exports, the most that this server keeps for one caller\.\nNext: Export a shorter window, or wait: the oldest export is removed at \d{4}-\d\d-\d\dT\d\d:\d\d UTC\.$/,
    );
    await expect(exported(two.token)).resolves.toMatchObject({ structured: { rows: expect.any(Number) } });
  });

  it('counts no export that wrote nothing or was refused', async () => {
    await serve({ CALL_LOGS_HTTP_EXPORT_FILES: '1' }, 'none');
    for (const file_name of ['../up', 'x/y'])
      await call(one.token, 'export_call_logs', { ...DAY, file_name });
    await call(one.token, 'export_call_logs', { start_time: '2027-01-01', end_time: '2027-01-02' });
    await expect(exported(one.token)).resolves.toBeDefined();
    await expect(exported(one.token)).rejects.toThrow('more than 1 exports');
  });

  it('bounds the bytes, and leaves nothing of an export that would be more', async () => {
    await serve({ CALL_LOGS_HTTP_EXPORT_MEGABYTES: '1' }, 'small');
    await expect(exported(one.token, { start_time: '2025-12-01', end_time: '2026-03-03' })).rejects.toThrow(
      'more than 1 MB',
    );
    await exported(one.token);
    const sizes = readdirSync(join(directory, 'small'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(join(entry.parentPath, entry.name)).size);
    expect(sizes).toHaveLength(2);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(1_000_000);
  });

  it('is free again once an export is old, which is then gone', async () => {
    await serve({ CALL_LOGS_HTTP_EXPORT_FILES: '1', CALL_LOGS_HTTP_EXPORT_HOURS: '2' }, 'old');
    const { structured } = await exported(one.token, { file_name: 'old' });
    await expect(exported(one.token)).rejects.toThrow('Nothing was exported.');
    const longAgo = new Date(Date.now() - 3 * 3_600_000);
    for (const entry of readdirSync(join(directory, 'old'), { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) utimesSync(join(entry.parentPath, entry.name), longAgo, longAgo);
    }
    expect((await read(one.token, structured.uri)).content).toBeUndefined();
    await expect(exported(one.token, { file_name: 'new' })).resolves.toBeDefined();
    const left = readdirSync(join(directory, 'old'), { recursive: true, withFileTypes: true });
    expect(
      left
        .filter((entry) => entry.isFile())
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['new.csv', 'new.csv.manifest.json']);
  });
});

describe('without a directory for exports', () => {
  it('offers neither the tool nor the prompt that ends in a file', async () => {
    server = await startServer(TOKENS);
    running.push(server);
    const listed = messageOf(await post(server.url, LIST_TOOLS, bearer(one.token))).result as {
      tools: { name: string }[];
    };
    expect(listed.tools.map(({ name }) => name)).toEqual([
      'search_call_logs',
      'get_call_log',
      'summarize_call_logs',
      'sample_call_logs',
      'audit_call_logs',
    ]);
    const asked = { jsonrpc: '2.0', id: 1, method: 'prompts/list', params: {} };
    const { prompts } = messageOf(await post(server.url, asked, bearer(one.token))).result as {
      prompts: { name: string }[];
    };
    expect(prompts.length).toBeGreaterThan(3);
    expect(prompts.map(({ name }) => name)).not.toContain('compliance_extract');
  });
});

describe('with a directory for exports', () => {
  it('offers the tool as one that creates files, and the prompt', async () => {
    await serve();
    const listed = messageOf(await post(server.url, LIST_TOOLS, bearer(one.token))).result as {
      tools: { name: string; annotations: object }[];
    };
    expect(listed.tools.find(({ name }) => name === 'export_call_logs')?.annotations).toMatchObject({
      readOnlyHint: false,
      destructiveHint: false,
      idempotentHint: false,
    });
    const asked = { jsonrpc: '2.0', id: 1, method: 'prompts/list', params: {} };
    expect((await post(server.url, asked, bearer(one.token))).body).toContain('compliance_extract');
  });
});
