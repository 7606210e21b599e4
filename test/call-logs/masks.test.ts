import { describe, expect, it } from 'vitest';
import { MASKS, Masks, type MaskWord } from '../../src/call-logs/masks.js';
import type { CallLog } from '../../src/convoso/call-log.js';

const CALL: CallLog = {
  id: '1001',
  call_date: '2026-03-03 14:30:00',
  call_length: 61,
  lead_id: '5550123001',
  first_name: 'Maria',
  last_name: 'Gonzalez',
  phone_number: '2125550123',
  number_dialed: '+1 (212) 555-0123',
  caller_id_displayed: '7475550111',
  inbound_number: '8005550199',
  user: 'Maria Reed',
  session_id: '1709505000.2125550123',
  agent_comment:
    'Maria said: call me at 212.555.0123 or 555-0177, or +44 20 7946 0958 on 2026-03-04 10:00. gonzalez!',
  recording: [
    {
      src: 'https://rec.example/2125550123',
      type: 'mp3',
      recording_id: 'rec_2125550123_20260303143000',
      filename: '20260303-143000_2125550123_Maria_Gonzalez.mp3',
      public_url: 'https://rec.example/public/%2B12125550123',
    },
  ],
  other: {
    alt_phone: '3105550155',
    full_name: 'Maria L. Gonzalez',
    campaign_name: 'Spring',
    note: 'see 212 555 0123',
    audio: 'https://rec.example/2125550123',
    policy: 'A12',
  },
};

function leave(words: readonly MaskWord[], call = CALL, asked = true): CallLog {
  return new Masks(words).forAnswer().call(call, asked);
}

describe('masks', () => {
  it('change nothing when nothing is to be masked', () => {
    expect(leave([])).toBe(CALL);
  });

  it('of phones keep the last four digits, wherever a number stands and however it is written', () => {
    const call = leave(['phone']);
    const { lead_id: _id, ...rest } = call;
    const all = JSON.stringify(rest);
    for (const leak of ['212555', '555-0177', '7946', '747555', '800555', '310555', '212.555', '(212)']) {
      expect(all).not.toContain(leak);
    }
    expect(call.phone_number).toBe('***-0123');
    expect(call.number_dialed).toBe('***-0123');
    expect(call.agent_comment).toBe(
      'Maria said: call me at ***-0123 or ***-0177, or ***-0958 on 2026-03-04 10:00. gonzalez!',
    );
    expect(call.session_id).toBe('1709505000.***-0123');
    expect(call.recording?.[0]).toStrictEqual({
      src: 'https://rec.example/***-0123',
      type: 'mp3',
      recording_id: 'rec_***-0123_20260303143000',
      filename: '20260303-143000_***-0123_Maria_Gonzalez.mp3',
      public_url: 'https://rec.example/public/%2B***-0123',
    });
    expect(call.other?.['alt_phone']).toBe('***-0155');
    expect(call.other?.['note']).toBe('see ***-0123');
  });

  it('of phones leave ids, dates and lengths as they are', () => {
    const { id, call_date, call_length, lead_id } = leave(['phone']);
    expect({ id, call_date, call_length, lead_id }).toStrictEqual({
      id: CALL.id,
      call_date: CALL.call_date,
      call_length: CALL.call_length,
      lead_id: CALL.lead_id,
    });
  });

  it('tell different numbers with the same last four digits apart within one answer, and equal ones together', () => {
    const masks = new Masks(['phone']).forAnswer();
    const label = (phone_number: string) =>
      masks.call({ id: '1', call_length: 0, phone_number }, false).phone_number;
    expect(
      ['2125550123', '3105550123', '+1 212 555 0123', '13105550123', '4155550123', '2125550124'].map(label),
    ).toStrictEqual(['***-0123', '***-0123(2)', '***-0123', '***-0123(2)', '***-0123(3)', '***-0124']);
  });

  it('of phones find what hides between other digits, in foreign digits and in links', () => {
    const comment = (agent_comment: string) =>
      leave(['phone'], { id: '1', call_length: 0, phone_number: '2125550123', agent_comment }).agent_comment;
    expect(comment('ref992125550123 99')).not.toContain('2125550123');
    expect(comment('２１２５５５０１７７')).not.toContain('２１２');
    expect(comment('tel:%2B1%20310%20555%200144')).not.toContain('310');
    expect(comment('2-1-2-5-5-5-0-1-2-3, 2 1 2/5 5 5/0 1 2 3')).toBe('***-0123, ***-0123');
    expect(comment('+ 3 1 0 5 5 5 0 1 4 4')).toBe('***-0144');
    expect(comment('5550123 is the local part')).toBe('***-0123 is the local part');
    expect(comment('order 12345678 of 2026-03-03, 61 s')).toBe('order 12345678 of 2026-03-03, 61 s');
  });

  it('of names mask the lead in the fields and in what people typed, not the agent', () => {
    const call = leave(['name']);
    expect([call.first_name, call.last_name, call.user]).toStrictEqual(['***', '***', 'Maria Reed']);
    expect(call.agent_comment).toMatch(/^\*\*\* said: .* \*\*\*!$/);
    expect(call.recording?.[0]?.filename).toBe('20260303-143000_2125550123_***_***.mp3');
    expect(call.other?.['full_name']).toBe('***');
    expect(call.other?.['campaign_name']).toBe('Spring');
  });

  it('of comments mask comments and undocumented notes', () => {
    const call = leave(['comment']);
    expect([call.agent_comment, call.other?.['note'], call.other?.['policy']]).toStrictEqual([
      '***',
      '***',
      'A12',
    ]);
  });

  it('of recordings let no link or file name out, even when asked for, by no field', () => {
    const call = leave(['recording'], {
      ...CALL,
      agent_comment: 'listen: https://rec.example/2125550123 !',
    });
    expect(JSON.stringify(call)).not.toContain('rec.example');
    expect(JSON.stringify(call)).not.toContain('.mp3');
    expect(call.recording).toStrictEqual([{ recording_id: 'rec_2125550123_20260303143000', type: 'mp3' }]);
    expect(call.agent_comment).toBe('listen: (recording link left out) !');
  });

  it('keep links in when they were not asked for, without any setting', () => {
    expect(JSON.stringify(leave([], CALL, false))).not.toContain('rec.example');
    expect(JSON.stringify(leave([], CALL, true))).toContain('rec.example');
  });

  it('apply to the label of a group as to the field it is made of', () => {
    const masks = new Masks(MASKS).forAnswer();
    expect(masks.label('phone_number', '2125550123')).toBe('***-0123');
    expect(masks.label('first_name', 'Maria')).toBe('***');
    expect(masks.label('user_id', '22222')).toBe('22222');
  });

  it('of phones apply to text that belongs to no call', () => {
    expect(new Masks(['phone']).text('no lead has 212-555-0123')).toBe('no lead has ***-0123');
    expect(new Masks(['name']).text('no lead has 212-555-0123')).toBe('no lead has 212-555-0123');
  });
});
