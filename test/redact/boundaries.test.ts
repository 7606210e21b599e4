import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const SOURCES = new URL('../../src', import.meta.url).pathname;
const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .sort()
  .map((name) => ({ name, source: readFileSync(join(SOURCES, name), 'utf8') }));

function using(pattern: RegExp): string[] {
  return files.filter(({ source }) => pattern.test(source)).map(({ name }) => name);
}

describe('what may leave', () => {
  it('is made in src/redact alone', () => {
    expect(using(/\boutgoingCall\(/).filter((name) => !name.startsWith('redact/'))).toStrictEqual([]);
    expect(using(/\bas (unknown as )?Outgoing/).filter((name) => !name.startsWith('redact/'))).toStrictEqual(
      [],
    );
    // Text of the program's own, of the operator's account file, and ids of calls that have been redacted.
    expect(using(/\boutgoingText\(/).filter((name) => !name.startsWith('redact/'))).toStrictEqual([
      'audit/screen.ts',
      'query/groupings.ts',
      'query/names/names.ts',
      'tools/define-tool.ts',
    ]);
  });

  it('is all that tools, texts, resources and prompts know of calls', () => {
    const outward = /^(tools|render|mcp|http)\//;
    expect(using(/\bCallLog\b|\.raw\b/).filter((name) => outward.test(name))).toStrictEqual([
      'render/short-call.ts',
    ]);
  });
});
