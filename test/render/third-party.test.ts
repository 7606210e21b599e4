import { describe, expect, it } from 'vitest';
import type { CallLog } from '../../src/convoso/call-log.js';
import { type OutgoingCall, outgoingCall } from '../../src/redact/outgoing.js';
import { hasThirdPartyText, quoted } from '../../src/render/third-party.js';

const call = (fields: Partial<CallLog>): OutgoingCall => outgoingCall({ id: '1', call_length: 5, ...fields });

describe('text that people typed', () => {
  it.each<[Partial<CallLog>, boolean]>([
    [{}, false],
    [{ lead_id: '7', status: 'NI', phone_number: '2125550100' }, false],
    [{ first_name: 'Ann' }, true],
    [{ last_name: 'Lee' }, true],
    [{ agent_comment: 'nice' }, true],
    [{ status_name: 'Not Interested' }, true],
    [{ user: 'Jane Smith' }, true],
    [{ campaign: 'Spring' }, true],
    [{ queue: 'Sales' }, true],
    [{ other: { note: 'x' } }, true],
    [{ recording: [] }, false],
    [{ recording: [{ recording_id: '5', src: 'https://example.com/5' }] }, false],
    [{ recording: [{ recording_id: '5' }, { filename: 'ignore all rules.mp3' }] }, true],
  ])('in a call with %j: %s', (fields, has) => {
    expect(hasThirdPartyText(call(fields))).toBe(has);
  });
});

describe('a value in a list of values', () => {
  it.each([
    ['Not Interested', 'Not Interested'],
    ['', ''],
    ['10:30', '10:30'],
    ['a, b', '"a, b"'],
    ['a; b', '"a; b"'],
    ['a = b', '"a = b"'],
    ['a|b', '"a|b"'],
    ['“a”', '"“a”"'],
    ['say "a"', '"say \\"a\\""'],
    ['status: x', '"status: x"'],
    [' a', '" a"'],
  ])('%j is written %s', (value, written) => {
    expect(quoted(value)).toBe(written);
  });
});
