import { describe, expect, it } from 'vitest';
import type { CallLog } from '../../src/convoso/call-log.js';
import { outgoingCall } from '../../src/redact/outgoing.js';
import { recordLines } from '../../src/render/call-record.js';

const recordLinesOf = (call: CallLog) => recordLines(outgoingCall(call));

describe('recordLines', () => {
  it('says everything known of a call, a field a line, and nothing of what is not', () => {
    expect(
      recordLinesOf({
        id: '789',
        call_date: '2026-03-03 14:30:00',
        call_length: 300,
        lead_id: '12345',
        first_name: 'Maria',
        user: 'Jane Smith',
        session_id: 'abc',
        recording: [{ recording_id: 'rec1', type: 'mp3', public_url: 'https://convoso.com/public/rec1' }, {}],
        other: { wrap_code: 'W1' },
      }),
    ).toStrictEqual([
      'id: 789',
      'call_date: 2026-03-03 14:30:00',
      'call_length: 300 s',
      'lead_id: 12345',
      'first_name: Maria',
      'user: Jane Smith',
      'session_id: abc',
      'other.wrap_code: W1',
      'recording 1: recording_id rec1, type mp3, public_url https://convoso.com/public/rec1',
      'recording 2: exists',
    ]);
  });

  it('tells a call without length from one of zero seconds, and no recording from none mentioned', () => {
    expect(recordLinesOf({ id: '1', call_length: null, recording: [] })).toStrictEqual([
      'id: 1',
      'call_length: not given (the call may be in progress)',
      'recording: none',
    ]);
    expect(recordLinesOf({ id: '1', call_length: 0 })).toStrictEqual(['id: 1', 'call_length: 0 s']);
  });
});
