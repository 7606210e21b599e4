import { describe, expect, it } from 'vitest';
import { NO_ACCOUNT_FILE } from '../../src/config/account-file.js';
import type { CallLog } from '../../src/convoso/call-log.js';
import { StatusBook } from '../../src/convoso/statuses.js';
import { NameBook } from '../../src/query/names/names.js';
import { type OutgoingCall, outgoingCall } from '../../src/redact/outgoing.js';
import { statusMeanings, unnamedIds, viewOf } from '../../src/render/call-view.js';

const call = (id: string, fields: Partial<CallLog> = {}): OutgoingCall =>
  outgoingCall({
    id,
    call_length: Number(id),
    ...fields,
  });
const calls = (...fields: Partial<CallLog>[]) => fields.map((one, i) => call(String(i + 1), one));
const view = (...fields: Partial<CallLog>[]) => viewOf(calls(...fields), new StatusBook(), new NameBook());
const BOOK = new NameBook({
  ...NO_ACCOUNT_FILE,
  users: { '7': 'Jane', '8': 'Joe' },
  lists: { '333': 'Spring leads' },
});

describe('columns', () => {
  it('are those that differ, in reading order; what every row has is said once', () => {
    const { columns, shared } = view(
      { status: 'NI', lead_id: '5', campaign_id: '111', list_id: '333' },
      { status: 'SALE', lead_id: '6', campaign_id: '111', list_id: '333' },
    );
    expect(columns).toStrictEqual(['id', 'lead_id', 'status', 'call_length']);
    expect(shared).toStrictEqual({ campaign_id: '111', list_id: '333' });
  });

  it('share a length of zero, and never an id, a recording, or a length that was not given', () => {
    expect(view({ call_length: 0 }, { call_length: 0 }).shared).toStrictEqual({ call_length: 0 });
    const open = view({ call_length: null }, { call_length: null });
    expect([open.shared, open.columns]).toStrictEqual([{}, ['id']]);
    const recording = [{ public_url: 'https://example.com/1' }];
    const recorded = view({ recording }, { recording });
    expect([recorded.shared, recorded.columns]).toStrictEqual([{}, ['id', 'call_length', 'recording']]);
    const one = viewOf([call('1', { status: 'NI' })], new StatusBook(), new NameBook());
    expect([one.shared, one.columns]).toStrictEqual([{}, ['id', 'status', 'call_length']]);
    const same = viewOf([call('1'), call('1')], new StatusBook(), new NameBook());
    expect(same.columns).toStrictEqual(['id']);
  });

  it('leave out what no row has; one row that has it is enough', () => {
    expect(view({ recording: [] }, {}).columns).toStrictEqual(['id', 'call_length']);
    expect(view({ agent_comment: 'x' }, {}).columns).toStrictEqual(['id', 'call_length', 'agent_comment']);
  });

  it('of calls that were not made are none', () => {
    expect(view()).toMatchObject({ columns: [], shared: {}, statuses: {}, omitted: [] });
  });
});

describe('names', () => {
  it('are said once for an id, though some of its rows carry none', () => {
    const { names, columns } = view(
      { user_id: '7', user: 'Jane', campaign_id: '1', campaign: 'Spring', queue_id: '3', queue: 'Sales' },
      { user_id: '7' },
      { user_id: '8', user: 'Joe', campaign_id: '2', queue_id: '4' },
    );
    expect(names).toStrictEqual({
      user_id: { '7': 'Jane', '8': 'Joe' },
      campaign_id: { '1': 'Spring' },
      queue_id: { '3': 'Sales' },
    });
    expect(columns).not.toContain('user');
    expect(columns).not.toContain('campaign');
    expect(columns).not.toContain('queue');
  });

  it('stay a column where one id goes under two, or a name has no id', () => {
    const two = view({ user_id: '7', user: 'Jane' }, { user_id: '7', user: 'Janet' });
    expect(two.columns).toStrictEqual(['id', 'call_length', 'user']);
    expect(two.names).toStrictEqual({});
    const none = view({ campaign: 'Spring' }, { campaign_id: '1', campaign: 'Autumn' });
    expect(none.columns).toStrictEqual(['id', 'call_length', 'campaign_id', 'campaign']);
  });

  it('of statuses are said with their meanings', () => {
    const { names, statuses, columns } = view(
      { status: 'NI', status_name: 'Not Interested' },
      { status: 'BUSY' },
    );
    expect(names).toStrictEqual({});
    expect(statuses).toStrictEqual({ NI: 'Not Interested', BUSY: 'Number was busy' });
    expect(columns).not.toContain('status_name');
  });

  it('of the account file are used where the rows carry none', () => {
    const given = calls(
      { user_id: '7', list_id: '333' },
      { user_id: '8', user: 'Joseph' },
      { user_id: '9' },
      {},
    );
    expect(unnamedIds(given, BOOK)).toStrictEqual({
      user_id: { '7': 'Jane' },
      list_id: { '333': 'Spring leads' },
    });
    expect(viewOf(given, new StatusBook(), BOOK).names).toStrictEqual({
      user_id: { '7': 'Jane', '8': 'Joseph' },
      list_id: { '333': 'Spring leads' },
    });
    expect(unnamedIds(calls({ user_id: '7' }, { user_id: '8' }), BOOK)).toStrictEqual({
      user_id: { '7': 'Jane', '8': 'Joe' },
    });
  });
});

describe('meanings of statuses', () => {
  it('are the account’s own, all of them where rows disagree, and of each status that occurs', () => {
    expect(
      statusMeanings(
        calls(
          { status: 'NI', status_name: 'Not Interested' },
          { status: 'NI', status_name: 'No Interest' },
          { status: 'NI' },
          { status: 'XYZ' },
          { status_name: 'Lost' },
        ),
        new StatusBook(),
      ),
    ).toStrictEqual({ NI: 'Not Interested / No Interest', XYZ: 'meaning not known' });
  });
});

describe('cells left blank', () => {
  const dialed = (numbers: readonly (string | undefined)[]) =>
    view(
      ...numbers.map((number_dialed, i) => ({
        phone_number: `212555010${i}`,
        ...(number_dialed === undefined ? {} : { number_dialed }),
      })),
    ).blanks;
  const same = ['2125550100', '2125550101', '2125550102', '2125550103', '2125550104'];

  it('stand for the phone number, where two rows or more dialed it and all tell what they dialed', () => {
    expect(dialed(same)).toStrictEqual({ number_dialed: { sameAs: 'phone_number' } });
    expect(dialed([...same.slice(0, 3), '2125550198', '2125550199'])).toStrictEqual({
      number_dialed: { sameAs: 'phone_number' },
    });
    expect(dialed([...same.slice(0, 2), '2125550197', '2125550198', '2125550199'])).toStrictEqual({
      number_dialed: { sameAs: 'phone_number' },
    });
    expect(dialed([same[0], '2125550196', '2125550197', '2125550198', '2125550199'])).toStrictEqual({});
    expect(dialed([...same.slice(0, 4), undefined])).toStrictEqual({});
    const shared = same.map(() => ({ phone_number: '2125550100' }));
    expect(view(...shared.map((one, i) => ({ ...one, number_dialed: same[i] ?? '' }))).blanks).toStrictEqual(
      {},
    );
  });

  it('stand for the most frequent type of call, where four rows or more have it and all have one', () => {
    const types = (...given: (string | undefined)[]) =>
      view(...given.map((call_type) => (call_type === undefined ? {} : { call_type }))).blanks;
    const [out, into] = ['outbound', 'inbound'];
    expect(types(out, into, out, into, out, out)).toStrictEqual({ call_type: { value: 'outbound' } });
    expect(types(into, out, into, into, into)).toStrictEqual({ call_type: { value: 'inbound' } });
    expect(types(out, into, out, into, out)).toStrictEqual({});
    expect(types(out, out, out, out, undefined)).toStrictEqual({});
    // Said once for all rows instead.
    expect(types(out, out, out, out)).toStrictEqual({});
  });

  it('are none on fewer than four rows', () => {
    expect(dialed(same.slice(0, 3))).toStrictEqual({});
    expect(dialed(same.slice(0, 4))).toStrictEqual({ number_dialed: { sameAs: 'phone_number' } });
  });
});

describe('recordings', () => {
  it('are one link each, or what else stands for it', () => {
    const shown = view({
      recording: [
        { src: 'https://example.com/s', public_url: 'https://example.com/p' },
        { src: 'https://example.com/s', recording_id: '5' },
        { recording_id: '5', filename: 'a.mp3', type: 'mp3' },
        { filename: 'a.mp3', type: 'mp3' },
        { type: 'mp3' },
        {},
      ],
    }).calls[0]?.recording;
    expect(shown).toStrictEqual([
      { public_url: 'https://example.com/p' },
      { src: 'https://example.com/s' },
      { recording_id: '5' },
      { filename: 'a.mp3' },
      { type: 'mp3' },
      {},
    ]);
  });
});

describe('what is left out', () => {
  it('is named, each once: fields of the detailed view, undocumented ones, and more of a recording', () => {
    expect(
      view(
        {
          called_count: '3',
          term_reason: 'x',
          queue_seconds: '1',
          caller_id_displayed: '2125550100',
          inbound_number: '2125550101',
          queue_position: '1',
          originating_agent_id: '4',
          session_id: '9',
          other: { note: 'x' },
          recording: [{ src: 'https://example.com/s', type: 'mp3' }],
        },
        { called_count: '4', other: { note: 'y', extra: 'z' } },
      ).omitted,
    ).toStrictEqual([
      'called_count',
      'term_reason',
      'queue_seconds',
      'caller_id_displayed',
      'inbound_number',
      'queue_position',
      'originating_agent_id',
      'session_id',
      'note',
      'recording details',
      'extra',
    ]);
    expect(view({ recording: [{ src: 'https://example.com/s' }] }).omitted).toStrictEqual([]);
  });
});
