import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NO_ACCOUNT_FILE } from '../../src/call-logs/account-file.js';
import { NameBook } from '../../src/call-logs/names.js';
import { Masks } from '../../src/redact/masks.js';
import { outgoingCall } from '../../src/redact/outgoing.js';
import { type Bench, openBench } from '../support/tools.js';
import { livePage, page, row, startUpstream, type Upstream } from '../support/upstream.js';

const unmasked = new Masks().forAnswer();

describe('the book of names', () => {
  it('remembers nothing that may not leave the server', () => {
    const book = new NameBook();
    const call = { id: '1', call_length: 1, user_id: '7', user: 'Ann 212-555-0177' };
    book.learn([call], new Masks(['phone']).forAnswer());
    expect(book.nameOf('user_id', '7')).toBe('Ann ***-0177');
  });

  it('prefers what was written down to what rows carry', () => {
    const book = new NameBook({ ...NO_ACCOUNT_FILE, users: { '7': 'Ann Lee', '8': '' } });
    book.learn(
      [
        { id: '1', call_length: 1, user_id: '7', user: 'A. Lee' },
        { id: '2', call_length: 1, user_id: '8', user: 'Bo Diaz' },
      ],
      unmasked,
    );
    expect(book.nameOf('user_id', '7')).toBe('Ann Lee');
    expect(book.nameOf('user_id', '8')).toBe('Bo Diaz');
    expect(book.named('user_id')).toHaveLength(2);
    expect(book.nameOf('campaign_id', '7')).toBeUndefined();
  });

  it('keeps the last hundred call ids, newest first', () => {
    const book = new NameBook();
    for (let id = 1; id <= 150; id += 1) book.showed(outgoingCall({ id: String(id), call_length: 1 }));
    book.showed(outgoingCall({ id: '60', call_length: 1 }));
    expect(book.callIds()).toHaveLength(100);
    expect(book.callIds().slice(0, 2)).toEqual(['60', '150']);
    expect(book.callIds()).not.toContain('50');
  });

  it('stops learning at its bound, and still takes new names for ids it has', () => {
    const book = new NameBook();
    const learn = (id: number, user: string) =>
      book.learn([{ id: '1', call_length: 1, user_id: String(id), user }], unmasked);
    for (let id = 1; id <= 5_001; id += 1) learn(id, `User ${id}`);
    learn(1, 'Renamed');
    expect(book.nameOf('user_id', '5001')).toBeUndefined();
    expect(book.nameOf('user_id', '1')).toBe('Renamed');
  });

  it('knows a status by its code, its definition and the account’s own name for it', () => {
    const book = new NameBook({ ...NO_ACCOUNT_FILE, statuses: { QX: { meaning: 'Quoted' } } });
    book.learn([{ id: '1', call_length: 1, status: 'busy', status_name: 'Engaged' }], unmasked);
    const statuses = new Map(book.namedStatuses().map(({ id, names }) => [id, names]));
    expect(statuses.get('QX')).toEqual(['QX', 'Quoted']);
    expect(statuses.get('busy')).toEqual(['BUSY', 'Number was busy', 'Engaged']);
    expect(statuses.get('DROP')).toEqual(['DROP']);
  });
});

describe('names as filters', () => {
  let upstream: Upstream;
  const benches: Bench[] = [];
  const open = (options: Partial<Parameters<typeof openBench>[0]> = {}) => {
    const bench = openBench({ url: upstream.url, ...options });
    benches.push(bench);
    return bench;
  };
  beforeAll(async () => {
    upstream = await startUpstream();
  });
  beforeEach(() => {
    upstream.requests.length = 0;
    upstream.answer = () => page([]);
  });
  afterAll(async () => {
    await Promise.all(benches.map((bench) => bench.close()));
    await upstream.close();
  });
  const sent = () => upstream.requests.at(-1)?.form ?? {};
  const named = {
    users: { '7': 'Ann Lee', '8': 'Ann Ruiz', '9': 'Bo Diaz' },
    campaigns: { '1': 'Medicare Advantage' },
    lists: { '3': 'Web Leads' },
    queues: { '5': 'Medicare Inbound' },
    statuses: { QX: { meaning: 'Quoted' } },
  };

  it('are turned into ids, and the answer says into which', async () => {
    const bench = open({ account: named });
    const { text, structured } = await bench.ask('search_call_logs', {
      user_id: 'bo',
      campaign_id: 'medicare',
      list_id: 'WEB LEADS',
      queue_id: 'inbound',
      status: 'quoted',
    });
    expect(upstream.requests).toHaveLength(1);
    expect(sent()).toMatchObject({
      user_id: '9',
      campaign_id: '1',
      list_id: '3',
      queue_id: '5',
      status: 'QX',
    });
    const taken = {
      user_id: '9 (Bo Diaz)',
      campaign_id: '1 (Medicare Advantage)',
      list_id: '3 (Web Leads)',
      queue_id: '5 (Medicare Inbound)',
      status: 'QX (Quoted)',
    };
    expect(structured['taken']).toEqual(taken);
    for (const [filter, meant] of Object.entries(taken)) expect(text).toContain(`${filter} ${meant}`);
  });

  it('leave ids alone, known or not', async () => {
    const { structured } = await open({ account: { ...named, users: { '7': '99' } } }).ask(
      'search_call_logs',
      {
        user_id: '99',
        campaign_id: 111,
      },
    );
    expect(sent()).toMatchObject({ user_id: '99', campaign_id: '111' });
    expect(structured).not.toHaveProperty('taken');
  });

  it('stand as ids in the arguments of the next page', async () => {
    upstream.answer = () => page([row({ user_id: '9' })], 40);
    const { structured } = await open({ account: named }).ask('search_call_logs', {
      user_id: 'Bo Diaz',
      limit: 1,
    });
    expect(structured['next']).toMatchObject({ user_id: '9' });
  });

  it('that fit several are refused with the candidates and their ids, and nothing is sent', async () => {
    const text = await open({ account: named }).refused('search_call_logs', { user_id: 'Ann' });
    expect(text).toContain('“Ann” fits more than one user');
    expect(text).toContain('Ann Lee (7), Ann Ruiz (8). Contains third-party text');
    expect(upstream.requests).toEqual([]);
  });

  it('that nobody has are looked for in recent rows once, then refused with the closest', async () => {
    const bench = open({ account: named });
    for (const name of ['Bo Dias', 'Anna Lea']) {
      const text = await bench.refused('search_call_logs', { user_id: name });
      expect(text).toContain(`no user called “${name}” is known`);
      expect(text).toMatch(/closest known are .*\(\d\)/);
    }
    expect(upstream.requests).toHaveLength(1);
    expect(sent()).toMatchObject({ limit: '500', offset: '0', order: 'desc' });
  });

  it('are learnt from the rows of the live service, at the price of one request', async () => {
    upstream.answer = ({ form }) =>
      form['user_id'] === undefined
        ? livePage([row({ user_id: '21', user: 'Cy Moss', status: 'ZZ', status_name: 'Call me later' })])
        : livePage([]);
    const bench = open();
    await bench.ask('search_call_logs', { user_id: 'cy', status: 'call me later' });
    expect(upstream.requests).toHaveLength(2);
    expect(sent()).toMatchObject({ user_id: '21', status: 'ZZ' });
    await bench.ask('search_call_logs', { user_id: 'Cy Moss' });
    expect(upstream.requests).toHaveLength(3);
  });

  it('are learnt from the calls of a summary too', async () => {
    upstream.answer = ({ form }) =>
      livePage(Number(form['offset']) > 0 ? [] : [row({ user_id: '21', user: 'Cy Moss' })], 1);
    const bench = open();
    await bench.ask('summarize_call_logs', {
      start_time: '2026-03-03',
      end_time: '2026-03-03',
      group_by: ['status'],
    });
    const before = upstream.requests.length;
    await bench.ask('search_call_logs', { user_id: 'Cy Moss' });
    expect(upstream.requests).toHaveLength(before + 1);
    expect(sent()['user_id']).toBe('21');
  });

  it('met in an earlier answer are not taken from their beginning until more rows have been read', async () => {
    const rows = [row({ user_id: '21', user: 'Cy Moss' })];
    upstream.answer = () => livePage(rows);
    const bench = open();
    await bench.ask('search_call_logs', { limit: 1 });
    rows.push(row({ user_id: '22', user: 'Cy Young' }));
    const text = await bench.refused('search_call_logs', { user_id: 'Cy' });
    expect(text).toContain('Cy Moss (21), Cy Young (22)');
    expect(upstream.requests).toHaveLength(2);
  });

  it('where none can be known are refused with both ways out', async () => {
    upstream.answer = () => page([row()]);
    const text = await open().refused('search_call_logs', { user_id: 'Ann' });
    expect(text).toContain('no user names are known here');
    expect(text).toMatch(/Give the id, or .* account file/);
  });

  it('are not looked up where the dates are wrong', async () => {
    const text = await open().refused('search_call_logs', { user_id: 'Ann', start_time: '2026-02-30' });
    expect(text).toContain('start_time cannot be used');
    expect(upstream.requests).toEqual([]);
  });

  it('say so when the rows to learn from cannot be read', async () => {
    upstream.answer = () => ({ success: false, code: 5001, text: 'bad token' });
    expect(await open().refused('search_call_logs', { user_id: 'Ann' })).toContain('CONVOSO_AUTH_TOKEN');
  });

  describe('of a status', () => {
    it('in capitals is a code, whatever its name may fit', async () => {
      await open({ account: named }).ask('search_call_logs', { status: 'QUO' });
      expect(sent()['status']).toBe('QUO');
    });

    it('is a code in any letter case, one word of a meaning, a plural', async () => {
      const bench = open({
        account: { statuses: { SALE: { meaning: 'Sale made' }, CB: { meaning: 'Call back' } } },
      });
      for (const [given, code] of [
        ['no_answer', 'NO_ANSWER'],
        ['No answer', 'NO_ANSWER'],
        ['voicemail', 'ANSWERING_MACHINE'],
        ['sales', 'SALE'],
        ['call back', 'CB'],
      ]) {
        await bench.ask('search_call_logs', { status: given });
        expect(sent()['status']).toBe(code);
      }
    });

    it('that is one unknown word is sent as it is: an account may have the code', async () => {
      await open().ask('search_call_logs', { status: 'Zzyx' });
      expect(sent()['status']).toBe('Zzyx');
    });

    it('that fits several, or is unknown words, is refused with candidates', async () => {
      const bench = open();
      expect(await bench.refused('search_call_logs', { status: 'call' })).toContain(
        'fits more than one status',
      );
      expect(await bench.refused('search_call_logs', { status: 'went fishing' })).toMatch(
        /no status called “went fishing” is known.*The closest known are/s,
      );
    });
  });
});

describe('names in answers', () => {
  it('stand beside the ids of rows that carry none', async () => {
    const upstream = await startUpstream(() => page([row({ id: '789' })]));
    const bench = openBench({
      url: upstream.url,
      account: { users: { '22222': 'Marcus Reed' }, lists: { '333': 'Web Leads' } },
    });
    const searched = await bench.ask('search_call_logs');
    expect(searched.text).toContain('user_id: 22222 Marcus Reed\nlist_id: 333 Web Leads');
    expect(searched.structured['names']).toEqual({
      user_id: { '22222': 'Marcus Reed' },
      list_id: { '333': 'Web Leads' },
    });
    const opened = await bench.ask('get_call_log', { id: '789' });
    expect(opened.text).toContain('Name of user_id: 22222 = Marcus Reed');
    expect(opened.structured['names']).toEqual(searched.structured['names']);
    await bench.close();
    await upstream.close();
  });
});
