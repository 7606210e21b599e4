import { describe, expect, it } from 'vitest';
import type { CallLog } from '../../src/convoso/call-log.js';
import { type OutgoingCall, outgoingCall } from '../../src/redact/outgoing.js';
import { recordLines } from '../../src/render/call-record.js';
import { shortCall, shortened } from '../../src/render/short-call.js';

const call = (fields: Partial<CallLog> = {}): OutgoingCall =>
  outgoingCall({ id: '8', call_length: 5, ...fields });
/** Undocumented fields, `count` of them, each with a value of `length` characters. */
const others = (count: number, length: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, 'x'.repeat(length)]));
const cutTo = (length: number, entries: number) =>
  `This record is cut: values to ${length} characters, undocumented fields and recordings to ${entries}. The rest: search_call_logs {"id":"8","response_format":"detailed"}`;

describe('a call in an answer', () => {
  it('is left as it is when it fits, whatever it holds', () => {
    const usual = call({ agent_comment: 'x'.repeat(13_000), recording: [{ recording_id: '1' }] });
    expect(shortCall(usual)).toStrictEqual({ call: usual, cut: undefined });
  });

  it('is left as it is up to 14,000 characters, as text and as JSON', () => {
    const frame = JSON.stringify(call({ agent_comment: '' })).length;
    const full = call({ agent_comment: 'x'.repeat(14_000 - frame) });
    expect(shortCall(full).cut).toBeUndefined();
    expect(shortCall(call({ agent_comment: 'x'.repeat(14_001 - frame) })).cut).toBe(cutTo(1_000, 50));
    // Escapes count: twice as long in JSON.
    expect(shortCall(call({ agent_comment: '"'.repeat(7_500) })).cut).toBe(cutTo(1_000, 50));
  });

  it('is cut with a mark where values are longer, and says how to get the rest', () => {
    const { call: short, cut } = shortCall(
      call({ agent_comment: 'x'.repeat(20_000), user: 'y'.repeat(1_000) }),
    );
    expect(short).toStrictEqual(call({ agent_comment: `${'x'.repeat(999)}…`, user: 'y'.repeat(1_000) }));
    expect(cut).toBe(cutTo(1_000, 50));
  });

  it('is cut no further than it must be', () => {
    const many = shortCall(call({ other: others(60, 400) }));
    expect(many.cut).toBe(cutTo(300, 30));
    expect(Object.keys(many.call.other ?? {})).toHaveLength(30);
    expect(Object.values(many.call.other ?? {})[0]).toBe(`${'x'.repeat(299)}…`);
    const more = shortCall(call({ other: others(60, 250) }));
    expect(more.cut).toBe(cutTo(1_000, 50));
    expect(Object.keys(more.call.other ?? {})).toHaveLength(50);
    expect(Object.values(more.call.other ?? {})[0]).toBe('x'.repeat(250));
  });

  it('keeps as many recordings, and of each as many fields and characters', () => {
    const recording = Array.from({ length: 60 }, () => ({ src: 'x'.repeat(2_000), type: 'mp3' }));
    const { call: short, cut } = shortCall(call({ recording }));
    expect(cut).toBe(cutTo(300, 30));
    expect(short.recording).toHaveLength(30);
    expect(short.recording?.[0]).toStrictEqual({ src: `${'x'.repeat(299)}…`, type: 'mp3' });
  });

  it('is cut to the last step where no step makes it fit', () => {
    // Escaped, 100 characters become 600.
    const hostile = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [`${i}${'f'.repeat(800)}`, '\u0001'.repeat(500)]),
    );
    const { call: short, cut } = shortCall(call({ other: hostile }));
    expect(cut).toBe(cutTo(100, 20));
    expect(Object.keys(short.other ?? {})).toHaveLength(20);
    expect(recordLines(short).join('\n').length).toBeGreaterThan(14_000);
  });
});

describe('the calls of an answer', () => {
  const long = call({ agent_comment: 'x'.repeat(20_000) });

  it('are cut only where one is left', () => {
    expect(shortened([])).toStrictEqual({ calls: [], cut: undefined });
    expect(shortened([long, call()])).toStrictEqual({ calls: [long, call()], cut: undefined });
    const { calls, cut } = shortened([long]);
    expect(calls).toStrictEqual([call({ agent_comment: `${'x'.repeat(999)}…` })]);
    expect(cut).toBe(cutTo(1_000, 50));
  });
});
