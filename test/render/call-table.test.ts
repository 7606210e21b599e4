import { describe, expect, it } from 'vitest';
import type { CallLog } from '../../src/convoso/call-log.js';
import { StatusBook } from '../../src/convoso/statuses.js';
import { NameBook } from '../../src/query/names/names.js';
import { type OutgoingCall, outgoingCall } from '../../src/redact/outgoing.js';
import { legendLines, sharedLine, tableLines } from '../../src/render/call-table.js';
import { viewOf } from '../../src/render/call-view.js';

const call = (id: string, fields: Partial<CallLog> = {}): OutgoingCall =>
  outgoingCall({
    id,
    call_length: 5,
    call_date: '2026-03-03 14:30:00',
    status: 'COMPLETED',
    ...fields,
  });
const view = (...calls: OutgoingCall[]) => viewOf(calls, new StatusBook(), new NameBook());
const table = (...calls: OutgoingCall[]) => tableLines(view(...calls));
const shared = (...calls: OutgoingCall[]) => sharedLine(view(...calls));

describe('the table', () => {
  it('has one line a row under one heading', () => {
    expect(
      table(call('1', { call_length: 5 }), call('2', { call_date: '2026-03-03 14:35:00', call_length: 9 })),
    ).toStrictEqual(['time|id|call_length(s)', '2026-03-03', '14:30:00|1|5', '14:35:00|2|9']);
  });

  it('says in the heading what its blank cells stand for', () => {
    const dialed = (id: string, number_dialed: string, call_type: string) =>
      call(id, { phone_number: `212555010${id}`, number_dialed, call_type });
    expect(
      table(
        dialed('1', '2125550101', 'a|b'),
        dialed('2', '2125550102', 'a|b'),
        dialed('3', '2125550199', 'a|b'),
        dialed('4', '2125550104', 'inbound'),
        dialed('5', '2125550105', 'a|b'),
      ),
    ).toStrictEqual([
      'id|phone_number|number_dialed(blank: phone_number)|call_type(blank: a\\|b)',
      '1|2125550101||',
      '2|2125550102||',
      '3|2125550103|2125550199|',
      '4|2125550104||inbound',
      '5|2125550105||',
    ]);
  });

  it('says the date once a run of rows', () => {
    expect(
      table(
        call('1', { call_date: '2026-03-03 09:00:00' }),
        call('2', { call_date: '2026-03-02 23:00:00' }),
        call('3', { call_date: '2026-03-02 22:00:00' }),
        call('4', { call_date: '2026-03-03 10:00:00' }),
      ),
    ).toStrictEqual([
      'time|id',
      '2026-03-03',
      '09:00:00|1',
      '2026-03-02',
      '23:00:00|2',
      '22:00:00|3',
      '2026-03-03',
      '10:00:00|4',
    ]);
  });

  it('says the hour once, too, on a page within one hour, from five rows on', () => {
    const within = [12, 34, 35, 50, 59].map((minute) =>
      call(`${minute}`, { call_date: `2026-03-03 09:${minute}:07` }),
    );
    expect(table(...within)).toStrictEqual([
      'min:sec|id',
      '2026-03-03 09:',
      '12:07|12',
      '34:07|34',
      '35:07|35',
      '50:07|50',
      '59:07|59',
    ]);
    expect(table(...within.slice(1))[0]).toBe('time|id');
    expect(table(...within, call('6', { call_date: '2026-03-03 10:00:00' }))[0]).toBe('time|id');
    expect(table(...within, call('6', { call_date: 'about nine' }))[0]).toBe('time|id');
  });

  it('leaves the time of a call without one empty, and quotes one it cannot read', () => {
    expect(
      table(
        call('1'),
        outgoingCall({ id: '2', call_length: 5, status: 'COMPLETED' }),
        call('3', { call_date: 'about noon' }),
      ),
    ).toStrictEqual(['time|id', '2026-03-03', '14:30:00|1', '|2', '"about noon"|3']);
  });

  it('writes whole dates where one of them is a time only, which would be read as one of the day above it', () => {
    expect(table(call('1'), call('2', { call_date: '14:30:00' }), call('3'))).toStrictEqual([
      'time|id',
      '2026-03-03 14:30:00|1',
      '14:30:00|2',
      '2026-03-03 14:30:00|3',
    ]);
  });

  it.each([
    ['a|b', 'a\\|b'],
    ['a\\', 'a\\\\'],
    ['a\\|b', 'a\\\\\\|b'],
  ])('cannot be broken by %j in a cell', (comment, cell) => {
    expect(table(call('1', { agent_comment: comment }), call('2'))).toStrictEqual([
      'id|agent_comment',
      `1|${cell}`,
      '2|',
    ]);
  });

  it('cannot be broken by a date, a status or an id either', () => {
    const lines = table(
      call('1|9', { call_date: '2026-03-03 10:00:00|x', status: 'A|B' }),
      call('2', { status: 'C', call_date: '2026|03' }),
    );
    expect(lines).toStrictEqual([
      'time|id|status',
      '"2026-03-03 10:00:00\\|x"|"1\\|9"|A\\|B',
      '"2026\\|03"|2|C',
    ]);
  });

  it('shows of a recording its public link, and each of several', () => {
    const recording = [
      { src: 's1', public_url: 'p1', recording_id: 'r1' },
      { src: 's2', recording_id: 'r2' },
    ];
    expect(table(call('1', { recording }), call('2', { recording: [{}] }), call('3'))).toStrictEqual([
      'id|recording',
      '1|p1 s2',
      '2|yes',
      '3|',
    ]);
    expect(view(call('1', { recording })).omitted).toStrictEqual(['recording details']);
  });
});

describe('first and last names', () => {
  it('stand in one cell where they can be told apart again', () => {
    expect(
      table(
        call('1', { first_name: 'Ana', last_name: 'Ruiz' }),
        call('2', { first_name: 'Bo', last_name: 'O|x' }),
        call('3'),
      ),
    ).toStrictEqual(['id|first_name last_name', '1|Ana Ruiz', '2|Bo O\\|x', '3|']);
  });

  it.each([
    ['a name of two words', { first_name: 'Mary Ann', last_name: 'Ruiz' }],
    ['one name alone', { last_name: 'Ruiz' }],
  ])('stand apart with %s', (_what, fields) => {
    const [first] = table(call('1', { first_name: 'Bo', last_name: 'Cho' }), call('2', fields));
    expect(first).toBe('id|first_name|last_name');
  });
});

describe('what rows share', () => {
  it('is said once above the table and not in it', () => {
    const calls = [
      call('1', { first_name: 'Ana', call_date: '2026-03-03 09:00:00' }),
      call('2', { first_name: 'Ana', call_date: '2026-03-03 10:00:00' }),
    ];
    expect(shared(...calls)).toBe('All rows: first_name=Ana|status=COMPLETED|call_length=5');
    expect(table(...calls)[0]).toBe('time|id');
  });

  it('cannot be mistaken for more than it is', () => {
    expect(
      shared(
        call('1', { first_name: 'Ana|status=SALE, x' }),
        call('2', { first_name: 'Ana|status=SALE, x' }),
      ),
    ).toBe(
      'All rows: call_date=2026-03-03 14:30:00|first_name=Ana\\|status=SALE, x|status=COMPLETED|call_length=5',
    );
  });

  it('is nothing for a single row, and never a value that one row lacks', () => {
    expect(shared(call('1'))).toBeUndefined();
    const { status: _status, ...without } = call('2');
    expect(view(call('1'), without).columns).toContain('status');
  });
});

describe('names and meanings', () => {
  it('are said once below the table', () => {
    const calls = [
      call('1', { user_id: '7', user: 'Jane', campaign_id: '111', campaign: 'Solar' }),
      call('2', { user_id: '8', user: 'Zoë', campaign_id: '111', campaign: 'Solar', status: 'BUSY' }),
    ];
    expect(legendLines(view(...calls))).toStrictEqual([
      'user_id: 7 Jane; 8 Zoë',
      'campaign_id: 111 Solar',
      'status: COMPLETED = Call completed successfully; BUSY = Number was busy',
    ]);
    expect(table(...calls)[0]).toBe('id|status|user_id');
  });

  it('are not said of codes that mean their own words, and are where only one does', () => {
    const two = [
      call('1', { status: 'NO_ANSWER', status_name: 'No Answer' }),
      call('2', { status: 'BUSY', status_name: 'Busy' }),
    ];
    expect(legendLines(view(...two))).toStrictEqual(['status: as the codes read']);
    const sale = call('3', { status: 'SALE', status_name: 'Policy sold' });
    expect(legendLines(view(...two, sale))).toStrictEqual([
      'status: SALE = Policy sold; others as they read',
    ]);
    expect(legendLines(view(call('1', { status: 'BUSY', status_name: 'Busy' }), sale))).toStrictEqual([
      'status: BUSY = Busy; SALE = Policy sold',
    ]);
  });

  it('of ids with spaces are set off by a sign', () => {
    const spaced = call('1', { user_id: '7 a', user: 'Jane' });
    expect(legendLines(view(spaced, call('2', { user_id: '8', user: 'Bo' })))[0]).toBe(
      'user_id: 8 = Bo; 7 a = Jane',
    );
  });

  it('stay columns where one id goes under two names, or a name has no id', () => {
    expect(
      view(call('1', { user_id: '7', user: 'Jane' }), call('2', { user_id: '7', user: 'John' })).columns,
    ).toContain('user');
    expect(view(call('1', { user: 'Jane' }), call('2', { user: 'John' })).columns).toContain('user');
    expect(view(call('1', { status_name: 'Sold' }), call('2', { status_name: 'Talked' })).columns).toContain(
      'status_name',
    );
  });

  it('of a status are the account’s own where it has one', () => {
    const { statuses } = view(call('1', { status_name: 'Policy sold' }), call('2', { status: 'N' }));
    expect(statuses).toStrictEqual({ COMPLETED: 'Policy sold', N: 'meaning not known' });
  });

  it('are safe for codes named like members of objects', () => {
    const { statuses, names } = view(
      call('1', { status: '__proto__', user_id: '__proto__', user: 'A' }),
      call('2', { status: 'constructor', user_id: 'toString', user: 'B' }),
    );
    expect(Object.keys(statuses)).toStrictEqual(['__proto__', 'constructor']);
    expect(Object.keys(names.user_id ?? {})).toStrictEqual(['__proto__', 'toString']);
  });
});

describe('what is left out', () => {
  it('is named: fields that only the detailed view has', () => {
    const one = call('1', { session_id: 's', caller_id_displayed: 'c', other: { wrap_code: 'W' } });
    expect(view(one, call('2')).omitted).toStrictEqual(['caller_id_displayed', 'session_id', 'wrap_code']);
  });
});
