import { describe, expect, it } from 'vitest';
import type { CallLog } from '../../src/convoso/call-log.js';
import { MASKS, Masks, type MaskWord } from '../../src/redact/masks.js';

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
      public_url: 'https://rec.example/public/***-0123',
    });
    expect(call.other?.['alt_phone']).toBe('***-0155');
    expect(call.other?.['note']).toBe('***');
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
    expect(comment('order 123456 of 2026-03-03, 61 s')).toBe('order 123456 of 2026-03-03, 61 s');
  });

  it('of names mask the lead in the fields, in what people typed and in labels', () => {
    const call = leave(['name']);
    expect([call.first_name, call.last_name, call.user]).toStrictEqual(['***', '***', '*** Reed']);
    expect(call.agent_comment).toMatch(/^\*\*\* said: .* \*\*\*!$/);
    expect(call.recording?.[0]?.filename).toBe('20260303-143000_2125550123_***_***.mp3');
    expect(call.other?.['full_name']).toBe('***');
    expect(call.other?.['campaign_name']).toBe('Spring');
  });

  it('of names mask a name of one letter, too, and leave a status code that reads like the lead’s', () => {
    const lead = { first_name: 'J', last_name: 'Li' };
    const shared = { status_name: 'Lima', user: 'Jo Liu', campaign: 'Q', status: 'LI' };
    expect(leave(['name'], { id: '1', call_length: 0, ...lead, ...shared })).toStrictEqual({
      id: '1',
      call_length: 0,
      first_name: '***',
      last_name: '***',
      ...shared,
    });
    const call = leave(['name'], { id: '1', call_length: 0, first_name: 'Li', last_name: 'J' });
    expect([call.first_name, call.last_name]).toStrictEqual(['***', '***']);
  });

  it('of comments mask comments and undocumented notes', () => {
    const call = leave(['comment']);
    expect([call.agent_comment, call.other?.['note'], call.other?.['campaign_name']]).toStrictEqual([
      '***',
      '***',
      'Spring',
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

  it('of several kinds all apply to one label, links first', async () => {
    const call = { ...CALL, user: 'Maria 2125550123', campaign: '203.0.113.7:8080/2125550123' };
    const masks = new Masks(['phone', 'name', 'recording']).forAnswer();
    for await (const _ of masks.watched(
      (async function* () {
        yield [call];
      })(),
    )) {
      expect(masks.label('user', call.user)).toBe('*** ***-0123');
      expect(masks.label('campaign', call.campaign)).toBe('(link left out)');
    }
  });

  it('of phones apply to text that belongs to no call', () => {
    expect(new Masks(['phone']).text('no lead has 212-555-0123')).toBe('no lead has ***-0123');
    expect(new Masks(['recording']).text('no lead has 212-555-0123')).toBe('no lead has 212-555-0123');
    expect(new Masks([]).text('see HTTPS://rec.example/1')).toBe('see (link left out)');
  });

  it.each(['name', 'comment'] as const)('of %ss let no words of the service’s own out', (word) => {
    expect(new Masks([word]).text('Lead Maria Gonzalez is locked')).toBe('***');
  });

  it('of phones alone change what goes to this program’s own log', () => {
    expect(new Masks(['phone', 'name']).log('at run (file:///a/b.js:1:2) of 212-555-0123')).toBe(
      'at run (file:///a/b.js:1:2) of ***-0123',
    );
  });

  it.each(['status_name', 'user', 'campaign', 'queue', 'term_reason', 'status'] as const)(
    'look for numbers and for the lead’s name in the label %s',
    (field) => {
      const call = { id: '1', call_length: 0, first_name: 'Maria', [field]: 'Maria at 212-555-0177' };
      expect(leave(['phone'], call)[field]).toBe('Maria at ***-0177');
      expect(leave(['name', 'comment'], call)[field]).toBe('*** at 212-555-0177');
    },
  );

  it('of phones leave an id that is one, unless it is the lead’s own number, and read anything else in its place', () => {
    const masks = new Masks(['phone']).forAnswer();
    expect(masks.label('id', '2125550123')).toBe('2125550123');
    expect(masks.label('id', 'ring 212-555-0123')).toBe('ring ***-0123');
    expect(new Masks(['name']).forAnswer().label('id', 'ring 212-555-0123')).toBe('ring 212-555-0123');
    const call = { ...CALL, lead_id: '2125550123', list_id: 'ring 310-555-0155', user_id: '3105550155' };
    const { lead_id, list_id, user_id } = leave(['phone'], call);
    expect([lead_id, list_id, user_id]).toStrictEqual(['***-0123', 'ring ***-0155', '3105550155']);
    expect(leave(['phone'], { ...CALL, session_id: '1709.3105550155:a@b' }).session_id).toBe(
      '1709.3105550155:a@b',
    );
    expect(leave(['phone'], { ...CALL, session_id: 'of 310-555-0155' }).session_id).toBe('of ***-0155');
  });

  it.each([
    [{ first_name: 'Maria' }, 'MARIA, not Mariana, said maria', '***, not Mariana, said ***'],
    [{ last_name: 'Smith-Jones' }, 'Smith, Jones and Smith-Jones', '*** and ***'],
    [{ first_name: 'Ana', last_name: 'De La Cruz' }, 'Cruz: de la calle', '***: de la calle'],
    [{ first_name: 'Ana', last_name: 'Cruz' }, 'AnaCruz cruzana Cruzado', '*** *** Cruzado'],
    [{ first_name: 'J', last_name: 'Li' }, 'J told Li', 'J told ***'],
    [{ last_name: 'O.Hara' }, 'O.Hara or OxHara', '*** or OxHara'],
    [{}, 'undefined is a word', 'undefined is a word'],
  ])('of names know %j in any letter case, in parts and run together', (lead, said, masked) => {
    const call = { id: '1', call_length: 0, agent_comment: said, ...lead };
    expect(leave(['name'], call).agent_comment).toBe(masked);
  });

  it('of either kind read a field that may hold the number or the name of a caller', () => {
    const displayed = (words: readonly MaskWord[], caller_id_displayed: string) =>
      leave(words, { id: '1', call_length: 0, caller_id_displayed }).caller_id_displayed;
    expect(displayed(['name'], 'GONZALEZ M')).toBe('***');
    expect(displayed(['name'], '2125550123')).toBe('2125550123');
    expect(displayed(['name'], 'A 7')).toBe('A 7');
    expect(displayed(['phone'], 'GONZALEZ M')).toBe('GONZALEZ M');
    expect(displayed(['phone', 'name'], 'GONZALEZ M')).toBe('***');
    expect(displayed(['phone', 'name'], 'GONZALEZ 2125550123')).toBe('***-0123');
    expect(displayed(['phone'], '5501')).toBe('5501');
    expect(displayed(['phone'], '55012')).toBe('***-5012');
  });

  it.each(MASKS)('of %ss let undocumented fields out only when they are known to be harmless', (word) => {
    const harmless = {
      talk_time: '61',
      created_at: '2026-03-03 14:30:00',
      campaign_name: 'Spring',
      recorded: 'yes',
    };
    const others = {
      transcript: 'hello',
      contact: 'Ines',
      policy: 'A12',
      talk_time_note: '61',
      user_name: 'x',
    };
    const call = { id: '1', call_length: 0, other: { ...harmless, ...others } };
    expect(leave([word], call).other).toStrictEqual({
      ...harmless,
      ...Object.fromEntries(Object.keys(others).map((name) => [name, '***'])),
    });
    const sentence = { wrap_code: 'Maria said that she would rather be called at nine' };
    expect(leave([word], { ...call, other: sentence }).other).toStrictEqual({ wrap_code: '***' });
  });

  it('of names look for the lead’s in harmless fields, too', () => {
    const call = { id: '1', call_length: 0, first_name: 'Maria', other: { campaign_name: 'For Maria' } };
    expect(leave(['name'], call).other).toStrictEqual({ campaign_name: 'For ***' });
  });

  it('of phones keep the last digits of an undocumented number', () => {
    const names = ['mobile', 'cell', 'callerid', 'caller_id', 'dialed', 'ani', 'dnis'];
    const other = Object.fromEntries(names.map((name) => [name, '(310) 555-0155']));
    const left = leave(['phone'], { id: '1', call_length: 0, other }).other ?? {};
    expect(new Set(Object.values(left))).toStrictEqual(new Set(['***-0155']));
  });

  it('of any kind let a field name out only when it is one', () => {
    const call = { id: '1', call_length: 0, other: { 'asked 212-555-0177': 'yes' } };
    expect(leave(['phone'], call).other).toStrictEqual({ '***': '***' });
  });

  it('without any setting let no link out that was not asked for', () => {
    const other = {
      record_url: 'https://rec.example/1',
      audio: 'a.mp3',
      recorded: 'yes',
      home: 'a.example/x',
    };
    const call = { id: '1', call_length: 0, other };
    const out = '(link left out)';
    expect(leave([], call, false).other).toStrictEqual({
      record_url: out,
      audio: out,
      recorded: 'yes',
      home: out,
    });
    expect(leave([], call, true)).toBe(call);
    const plain = { id: '1', call_length: 0, agent_comment: 'Asked for Tue. Calls at 5.30, 50/50' };
    expect(leave([], plain, false)).toBe(plain);
  });

  it('find links that contain each other', () => {
    const recording = [
      { src: 'https://rec.example/1', public_url: 'https://rec.example/1/public', filename: 'a.mp3' },
      { recording_id: 'r2', filename: 'call.mp3' },
    ];
    const agent_comment = 'https://rec.example/1/public https://rec.example/1 a.mp3 call.mp3 rec.example';
    const call = leave([], { id: '1', call_length: 0, agent_comment, recording }, false);
    const out = '(recording link left out)';
    expect(call.agent_comment).toBe(`${out} ${out} (link left out) ${out} ${out}`);
    expect(call.recording).toStrictEqual([{}, { recording_id: 'r2' }]);
  });
});

describe('numbers in text', () => {
  const text = (words: string) => new Masks(['phone']).text(words);

  it.each([
    ['ref 123456789', 'ref ***-6789'],
    ['ref 12345678', 'ref ***-5678'],
    ['ref 1234567890123456', 'ref ***-3456'],
    ['ref 123456', 'ref 123456'],
    ['at 20 7946 0958', 'at ***-0958'],
    ['at 20 79 46 09', 'at ***-4609'],
    ['250, 212-555-0177, 45 and 310.555.0155', '250, ***-0177, 45 and ***-0155'],
    ['2125550177 3105550155', '***-0177 ***-0155'],
    ['2, 1, 2, 5, 5, 5, 0, 1, 7, 7', '***-0177'],
    ['3 of 4, 12 on 03/04/2026', '3 of 4, 12 on 03/04/2026'],
    ['at +49 30 1234', 'at ***-1234'],
    ['at +49 30 12', 'at +49 30 12'],
    ['at 555-0177', 'at ***-0177'],
    ['at 555-01777', 'at ***-1777'],
    ['1 (212) 555-0177', '***-0177'],
    ['on 2026-03-04 and 2026-03-04 10:00:01', 'on 2026-03-04 and 2026-03-04 10:00:01'],
  ])('%s', (words, masked) => {
    expect(text(words)).toBe(masked);
  });

  it('in file names are those of the shapes a number is dialled in, and the call’s own', () => {
    const filename = (name: string, inbound_number: string) =>
      leave(['phone'], { id: '1', call_length: 0, inbound_number, recording: [{ filename: name }] })
        .recording?.[0]?.filename;
    expect(filename('a_995550123_b.mp3', '8005550199')).toBe('a_995550123_b.mp3');
    expect(filename('a_995550123_b.mp3', '5550123')).toBe('a_99***-0123_b.mp3');
    expect(filename('a_99550123_b.mp3', '550123')).toBe('a_99550123_b.mp3');
    expect(filename('a_3105550155_b.mp3', '8005550199')).toBe('a_***-0155_b.mp3');
  });
});

describe('a text that is written in another way', () => {
  const leaving = (agent_comment: string, words: readonly MaskWord[], more: Partial<CallLog> = {}) =>
    leave(
      words,
      {
        id: '1',
        call_length: 1,
        phone_number: '3125550174',
        first_name: 'Bob',
        last_name: 'Smith',
        agent_comment,
        ...more,
      },
      false,
    ).agent_comment ?? '';

  it.each(['\\n', '\\r\\n', '\\t', '\\u00a0', '\\u002d', '\\u200b', '\\u{20}', '&ZeroWidthSpace;', '&shy;'])(
    'has numbers and names masked that %j divides in its own escapes',
    (sign) => {
      expect(leaving(`call 312${sign}555${sign}0174 now`, ['phone'])).not.toMatch(/312.{0,16}555/);
      expect(leaving(`said${sign}Bob${sign}Smith`, ['name'])).not.toMatch(/Smith/);
    },
  );

  it('has links found whose path reads like an escape', () => {
    expect(leaving('see \\\\nas.example.com\\recordings\\new\\1.mp3 there', [])).toBe(
      'see (link left out) there',
    );
  });

  it.each([
    ['3125550174', ['phone']],
    ['call Bob Smith back', ['name']],
    ['https://rec.example.com/public/1', []],
  ] as const)('in Base64 and hexadecimal is masked where it holds “%s”', (secret, words) => {
    for (const encoding of ['base64', 'base64url', 'hex'] as const) {
      const coded = Buffer.from(`${secret}, as told`).toString(encoding);
      expect(leaving(`note ${coded} end`, words)).not.toContain(coded);
    }
    const id = 'c2f1d0aa94e84b0f9f3a7b1d5a66c901';
    expect(leaving(`trace ${id}`, words)).toBe(`trace ${id}`);
  });

  it.each([
    ['李', '小龙', '客户李先生说', '李'],
    ['철수', '김', '김철수님이 전화', '철수'],
    ['أحمد', '', 'اتصل وأحمد', 'أحمد'],
    ['Иван', 'Петров', 'говорил с Иваном Петровым', 'Иваном'],
    ['Иван', 'Петров', 'говорил с Иваном Петровым', 'Петровым'],
  ])('has the name %s %s masked in “%s”', (first_name, last_name, comment, leak) => {
    expect(leaving(comment, ['name'], { first_name, last_name })).not.toContain(leak);
  });

  it('has a name masked that came as a list', () => {
    const other = { first_name: '["Quentin"]' };
    const { first_name: _first, last_name: _last, ...rest } = CALL;
    const call = { ...rest, other, agent_comment: 'Quentin called' };
    expect(leave(['name'], call).agent_comment).toBe('*** called');
  });
});
