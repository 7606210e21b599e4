import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { SandboxCall } from '../../src/sandbox/calls.js';
import { AGENTS, CAMPAIGNS, LISTS, QUEUES, STATUSES, SYSTEM_USER } from '../../src/sandbox/floor.js';
import { generateCalls } from '../../src/sandbox/generate.js';
import { HOSTILE_COMMENTS } from '../../src/sandbox/words.js';

const calls = generateCalls();
const generated = calls.filter((call) => Number(call.id) >= 100_001);

function countBy(key: (call: SandboxCall) => string | number | null): Map<string | number | null, number> {
  const counts = new Map<string | number | null, number>();
  for (const call of calls) counts.set(key(call), (counts.get(key(call)) ?? 0) + 1);
  return counts;
}
const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);

describe('the same floor everywhere', () => {
  const zone = process.env['TZ'];
  afterEach(() => {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });

  // A change to the generator changes every answer anyone has written down: let it be on purpose.
  const SHA_256 = 'd31d53e6a42f4fd9fda0e24054af4498797591e357d623d7642d1cc53a9bf27c';
  it.each([
    ['UTC', 0],
    ['Pacific/Kiritimati', -840],
    ['America/Los_Angeles', 480],
  ])('has the same rows in %s', (name, offset) => {
    process.env['TZ'] = name;
    expect(new Date(Date.UTC(2026, 1, 2)).getTimezoneOffset()).toBe(offset);
    expect(createHash('sha256').update(JSON.stringify(generateCalls())).digest('hex')).toBe(SHA_256);
  });
});

describe('the shape of the floor', () => {
  it('has some 25,000 calls, in order, in thirty days that end before 20:00 today', () => {
    expect(calls.length).toBeGreaterThan(24_000);
    expect(calls.length).toBeLessThan(26_500);
    const dates = calls.map((call) => call.call_date);
    expect(dates).toEqual([...dates].sort());
    expect(new Set(dates.map((date) => date.slice(0, 10))).size).toBe(30);
    expect(dates.at(0)?.slice(0, 10)).toBe('2026-02-02');
    expect((dates.at(-1) ?? '') < '2026-03-03 20:00:00').toBe(true);
    const usual = /^2026-0[23]-\d\d (0[89]|1\d):[0-5]\d:[0-5]\d$/;
    expect(dates.filter((date) => !usual.test(date))).toEqual([]);
  });

  it('numbers generated calls upward with time, from 100001, without a gap', () => {
    expect(generated.map((call) => Number(call.id))).toEqual(generated.map((_, i) => 100_001 + i));
    expect(calls.length - generated.length).toBe(2);
  });

  it('uses every campaign, list, queue and status, and nothing else', () => {
    const ids = (things: readonly { id: string }[]) => new Set(things.map(({ id }) => id));
    expect(new Set(countBy((call) => call.campaign_id).keys())).toEqual(ids(CAMPAIGNS));
    expect(new Set(countBy((call) => call.list_id).keys())).toEqual(ids(LISTS));
    expect(new Set(countBy((call) => call.queue_id).keys())).toEqual(new Set([...ids(QUEUES), null]));
    expect(new Set(countBy((call) => call.status).keys())).toEqual(new Set(STATUSES.keys()));
    expect([CAMPAIGNS.length, LISTS.length, QUEUES.length]).toEqual([3, 5, 2]);
    for (const status of (
      'COMPLETED NO_ANSWER BUSY INVALID DISCONNECTED FAILED ANSWERING_MACHINE CALL_BLOCKED WRONG_PARTY ' +
      'SALE NI DNC CALLBK DROP A'
    ).split(' ')) {
      expect(countBy((call) => call.status).get(status)).toBeGreaterThan(100);
    }
  });

  it('keeps a list, and a queue, to its campaign', () => {
    const pairs = new Set(calls.map((call) => `${call.list_id}/${call.campaign_id}`));
    expect(pairs).toEqual(new Set(LISTS.map((list) => `${list.id}/${list.campaignId}`)));
    const queued = calls.filter((call) => call.queue_id !== null);
    expect(new Set(queued.map((call) => `${call.queue_id}/${call.campaign_id}`))).toEqual(
      new Set(QUEUES.map((queue) => `${queue.id}/${queue.campaignId}`)),
    );
  });

  it('has twelve agents at work, two of them called Jane, and the dialer', () => {
    const users = countBy((call) => call.user_id);
    expect(new Set(users.keys())).toEqual(new Set([...AGENTS, SYSTEM_USER].map(({ id }) => id)));
    expect(AGENTS).toHaveLength(12);
    for (const agent of AGENTS) expect(users.get(agent.id)).toBeGreaterThan(200);
    const janes = AGENTS.filter(({ name }) => name.startsWith('Jane '));
    expect(new Set(janes.map(({ name }) => name)).size).toBe(2);
    expect(AGENTS.find(({ id }) => id === '12345')?.name).toBe('Jane Smith');
    expect(SYSTEM_USER).toEqual({ id: '666666', name: 'System User' });
  });

  it('is busy on weekdays, slow on Saturdays, nearly still on Sundays', () => {
    const perDay = [...countBy((call) => call.call_date.slice(0, 10))].map(([date, count]) => ({
      weekday: new Date(`${date}T00:00:00Z`).getUTCDay(),
      count,
    }));
    const of = (is: (weekday: number) => boolean) =>
      perDay.filter(({ weekday }) => is(weekday)).map(({ count }) => count);
    const weekdays = of((day) => day > 0 && day < 6);
    expect(weekdays).toHaveLength(22);
    expect(Math.max(...of((day) => day === 6))).toBeLessThan(Math.min(...weekdays) / 2);
    expect(Math.max(...of((day) => day === 0))).toBeLessThan(Math.min(...of((day) => day === 6)) / 3);
  });

  it('dips at lunch', () => {
    const hours = countBy((call) => call.call_date.slice(11, 13));
    const at = (hour: string) => hours.get(hour) ?? 0;
    expect(hours.size).toBe(12);
    expect(at('12')).toBeLessThan(at('11') * 0.7);
    expect(at('12')).toBeLessThan(at('14') * 0.7);
  });

  it('dials leads several times and counts as it goes', () => {
    const counts = new Map<string, number>();
    const miscounted = calls.filter((call) => {
      const expected = (counts.get(call.lead_id) ?? 0) + 1;
      counts.set(call.lead_id, expected);
      return call.called_count !== expected;
    });
    expect(miscounted).toEqual([]);
    const repeated = [...counts.values()].filter((count) => count >= 3).length;
    expect(repeated).toBeGreaterThan(counts.size / 3);
  });

  it('leaves abandoned calls with the dialer, never without length', () => {
    const drops = calls.filter((call) => call.status === 'DROP');
    expect(drops.filter((call) => call.queue_id !== null).length).toBeGreaterThan(50);
    for (const call of drops) {
      expect(call.call_length).toBeGreaterThan(0);
      expect(call.user_id).toBe('666666');
      expect(call.recording).toEqual([]);
    }
  });

  it('abandons too much in Home Solar alone', () => {
    const human = new Set(['COMPLETED', 'WRONG_PARTY', 'SALE', 'NI', 'DNC', 'CALLBK']);
    const rates = CAMPAIGNS.map(({ id }) => {
      const outbound = calls.filter((call) => call.campaign_id === id && call.call_type === 'OUTBOUND');
      const dropped = outbound.filter((call) => call.status === 'DROP').length;
      return dropped / (dropped + outbound.filter((call) => human.has(call.status)).length);
    });
    expect(rates.map((rate) => rate > 0.03)).toEqual([false, false, true]);
  });

  it('ends with five calls in progress, each with another agent; all others were over by 20:00', () => {
    const running = calls.filter((call) => call.call_length === null);
    expect(running).toEqual(calls.slice(-5));
    expect(running.every((call) => call.status === 'INCALL')).toBe(true);
    expect(new Set(running.map((call) => call.user_id)).size).toBe(5);
    const now = Date.parse('2026-03-03T20:00:00Z');
    const late = calls.filter((call) => {
      const start = Date.parse(`${call.call_date.replace(' ', 'T')}Z`);
      return start + (call.call_length ?? 0) * 1_000 >= now;
    });
    expect(late).toEqual([]);
  });

  it('has a whole length, not below zero, wherever the call is over', () => {
    const lengths = calls.map((call) => call.call_length).filter((length) => length !== null);
    expect(lengths.every((length) => Number.isInteger(length) && length >= 0)).toBe(true);
    expect(sum(lengths) / lengths.length).toBeGreaterThan(60);
  });

  it('uses only numbers kept for fiction', () => {
    const fictional = /^[2-9]\d\d55501\d\d$/;
    const numbers = generated.flatMap((call) => [
      call.phone_number,
      call.number_dialed,
      call.caller_id_displayed,
      call.inbound_number ?? [],
    ]);
    expect(numbers.flat().filter((number) => !fictional.test(number))).toEqual([]);
    expect(new Set(generated.map((call) => call.phone_number.slice(0, 3))).size).toBeGreaterThan(80);
  });

  it('gives a lead one number and a number one lead', () => {
    const pairs = new Set(calls.map((call) => `${call.lead_id}/${call.phone_number}`));
    expect(pairs.size).toBe(countBy((call) => call.lead_id).size);
    expect(pairs.size).toBe(countBy((call) => call.phone_number).size);
  });

  it('records most conversations, under names that carry the number', () => {
    const talks = generated.filter((call) => call.status === 'COMPLETED');
    const recorded = talks.filter((call) => call.recording.length > 0);
    expect(recorded.length / talks.length).toBeGreaterThan(0.85);
    expect(recorded.length).toBeLessThan(talks.length);
    const all = generated.flatMap((call) => call.recording.map((recording) => ({ call, recording })));
    expect(new Set(all.map(({ recording }) => recording.recording_id)).size).toBe(all.length);
    const misnamed = all.filter(({ call, recording: { filename, public_url, src, type } }) => {
      const stamp = call.call_date.replaceAll(/[-:]/g, '').replace(' ', '-');
      const pattern = new RegExp(`^${stamp}_${call.phone_number}_\\d{4}-(all|transfer)\\.${type}$`);
      const isPublic =
        public_url.startsWith('https://convoso.com/public/rec') && public_url.endsWith(filename);
      return !(pattern.test(filename) && isPublic && src.endsWith(filename));
    });
    expect(misnamed).toEqual([]);
  });

  it('has queue facts on queue calls only, and somebody who brought in a third party', () => {
    const odd = calls.filter((call) => {
      const facts = [call.queue_id, call.queue_seconds, call.queue_position, call.inbound_number];
      const isInbound = call.call_type === 'INBOUND';
      const isThreeWay = call.call_type === '3WAY';
      return (
        facts.some((fact) => (fact !== null) !== isInbound) ||
        (call.originating_agent_id !== null) !== isThreeWay ||
        call.originating_agent_id === call.user_id
      );
    });
    expect(odd).toEqual([]);
    expect(calls.filter((call) => call.call_type === '3WAY').length).toBeGreaterThan(100);
  });

  it('holds every hostile remark at least once', () => {
    const remarks = countBy((call) => call.agent_comment);
    for (const hostile of HOSTILE_COMMENTS) expect(remarks.get(hostile)).toBeGreaterThan(0);
    const text = HOSTILE_COMMENTS.join(' ');
    for (const trap of ['Ignore previous', '|', '\n', '\u202E', '\u200B', '🎉', '"', '</']) {
      expect(text).toContain(trap);
    }
  });
});
