import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AuditTrail } from '../../src/calls/update-log.js';
import { openBench } from '../support/tools.js';
import { page, row, startUpstream, type Upstream } from '../support/upstream.js';

let directory: string;
let upstream: Upstream;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'audit-'));
  upstream = await startUpstream(() => ({ success: true, ...row({ id: '789' }) }));
});
afterEach(async () => {
  await upstream.close();
  rmSync(directory, { recursive: true });
});

const CHANGE = { call_log_id: '789', extra_field_01: 'a\nb', clear_fields: ['extra_field_02'] };

function bench(values = false, file = join(directory, 'audit.jsonl'), lineMs = 5_000) {
  const lost: unknown[] = [];
  const audit = new AuditTrail({
    file,
    values,
    principal: 'tester',
    onLostOutcome: (error) => lost.push(error),
    lineMs,
  });
  return { ...openBench({ url: upstream.url, audit }), audit, file, lost };
}

const read = (file: string): Record<string, unknown>[] =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('the audit trail', () => {
  it('records the attempt before the request and the outcome after it, without values', async () => {
    const one = bench();
    let seenBefore: Record<string, unknown>[] = [];
    upstream.answer = () => {
      seenBefore = read(one.file);
      return { success: true, ...row({ id: '789' }) };
    };
    await one.ask('update_call_log_fields', CHANGE);
    await one.close();
    expect(seenBefore).toHaveLength(1);
    const [attempt, outcome] = read(one.file);
    expect(attempt).toMatchObject({
      event: 'attempt',
      principal: 'tester',
      call_log_id: '789',
      set: ['extra_field_01'],
      cleared: ['extra_field_02'],
    });
    expect(attempt).not.toHaveProperty('values');
    expect(outcome).toMatchObject({ event: 'outcome', attempt: attempt?.['attempt'], outcome: 'made' });
    expect(statSync(one.file).mode & 0o777).toBe(0o600);
  });

  it('records values when it is told to', async () => {
    const one = bench(true);
    await one.ask('update_call_log_fields', CHANGE);
    await one.close();
    expect(read(one.file)[0]?.['values']).toStrictEqual({ extra_field_02: '', extra_field_01: 'a\nb' });
  });

  it.each([
    ['refused', () => ({ success: false, code: 6061, text: 'x' }), 'not_made', 'refused'],
    ['not readable', () => [], 'unknown', 'unreadable'],
  ] as const)('records how an update ended that was %s', async (_name, answer, outcome, reason) => {
    upstream.answer = answer;
    const one = bench();
    await one.refused('update_call_log_fields', CHANGE);
    await one.close();
    expect(read(one.file)[1]).toMatchObject({ outcome, reason });
  });

  it('that cannot be written refuses the update, and nothing is sent', async () => {
    const one = bench(false, join(directory, 'none', 'audit.jsonl'));
    const text = await one.refused('update_call_log_fields', CHANGE);
    await one.close();
    expect(text).toBe(
      'The update was not made.\nWhy: The audit trail, which has to record it first, cannot be written (ENOENT).\nNext: The server operator must make the file that CALL_LOGS_AUDIT_FILE names writable.',
    );
    expect(upstream.requests).toHaveLength(0);
  });

  it('tells of an outcome that could not be recorded; the update stands', async () => {
    const one = bench();
    upstream.answer = () => {
      rmSync(directory, { recursive: true });
      return { success: true, ...row({ id: '789' }) };
    };
    await one.ask('update_call_log_fields', CHANGE);
    await one.close();
    expect(one.lost).toHaveLength(1);
    directory = mkdtempSync(join(tmpdir(), 'audit-'));
  });

  it.each([
    ['does not show the change', { success: true, updated: 0 }],
    ['carries another call', { success: true, ...row({ id: '790' }) }],
  ])(
    'records an update as unknown whose reply %s, for a caller who may not read too',
    async (_what, reply) => {
      const one = bench();
      upstream.answer = () => reply;
      const text = await one.refused('update_call_log_fields', CHANGE);
      const unread = await one.run('update_call_log_fields', CHANGE, { writeOnly: true });
      await one.close();
      expect(text).toMatch(/may have changed another call|may or may not have been made/);
      expect([unread.isError, unread.text]).toEqual([true, text]);
      const outcomes = read(one.file).map((line) => line['outcome']);
      expect(outcomes).toStrictEqual([undefined, 'unknown', undefined, 'unknown']);
    },
  );

  it('records what is under way as unknown when the server stops', async () => {
    const one = bench();
    upstream.answer = () => {
      one.audit.close();
      return page([]);
    };
    await one.run('update_call_log_fields', CHANGE);
    await one.close();
    expect(read(one.file).map((line) => line['outcome'])).toStrictEqual([undefined, 'unknown']);
  });

  it('begins a line of its own after one that was cut short', async () => {
    const one = bench();
    writeFileSync(one.file, '{"event":"attempt","cut');
    await one.ask('update_call_log_fields', CHANGE);
    appendFileSync(one.file, '{"torn');
    await one.ask('update_call_log_fields', CHANGE);
    await one.close();
    const lines = readFileSync(one.file, 'utf8').split('\n');
    const whole = (line = '') => (JSON.parse(line) as Record<string, unknown>)['event'];
    expect([lines[0], whole(lines[1]), whole(lines[2]), lines[3], whole(lines[4]), whole(lines[5])]).toEqual([
      '{"event":"attempt","cut',
      'attempt',
      'outcome',
      '{"torn',
      'attempt',
      'outcome',
    ]);
    expect(lines.slice(6)).toEqual(['']);
  });

  it('keeps a hundred updates at once in whole lines, each attempt before its outcome', async () => {
    const one = bench();
    await Promise.all(Array.from({ length: 100 }, () => one.ask('update_call_log_fields', CHANGE)));
    await one.close();
    const open = new Set<unknown>();
    for (const { event, attempt } of read(one.file)) {
      if (event === 'attempt') open.add(attempt);
      else expect(open.delete(attempt)).toBe(true);
    }
    expect([read(one.file).length, open.size]).toEqual([200, 0]);
  });

  it.runIf(process.platform !== 'win32')('takes no pipe, device or folder for its file', async () => {
    const pipe = join(directory, 'pipe');
    execFileSync('mkfifo', [pipe]);
    for (const [file, why] of [
      [pipe, 'it is a pipe or a device, not a file'],
      ['/dev/null', 'it is a pipe or a device, not a file'],
      [directory, 'EISDIR'],
    ] as const) {
      const one = bench(false, file);
      const text = await one.refused('update_call_log_fields', CHANGE);
      await one.close();
      expect(text).toContain(`cannot be written (${why}).`);
    }
    expect(upstream.requests).toHaveLength(0);
  });

  it('gives up a file that does not answer in time, and nothing is sent', async () => {
    const one = bench(false, undefined, 0);
    const text = await one.refused('update_call_log_fields', CHANGE);
    await one.close();
    expect(text).toContain('cannot be written (it took longer than 0 seconds).');
    expect(upstream.requests).toHaveLength(0);
  });
});
