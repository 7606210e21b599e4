import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { SandboxCall } from '../../src/sandbox/calls.js';
import { AGENTS, CAMPAIGNS, LISTS, QUEUES, STATUSES, SYSTEM_USER } from '../../src/sandbox/floor.js';
import { CallHistory } from '../../src/sandbox/history.js';
import { HOSTILE_COMMENTS } from '../../src/sandbox/words.js';

const NOW = '2026-03-03 20:00:00';
const calls = new CallHistory(NOW).until(NOW);
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
  const SHA_256 = '38097989a8715d358cbaf71a9b5570c0af07fef737416bf2e782d68cadf445e5';
  it.each([
    ['UTC', 0],
    ['Pacific/Kiritimati', -840],
    ['America/Los_Angeles', 480],
  ])('has the same rows in %s', (name, offset) => {
    process.env['TZ'] = name;
    expect(new Date(Date.UTC(2026, 1, 2)).getTimezoneOffset()).toBe(offset);
    expect(
      createHash('sha256')
        .update(JSON.stringify(new CallHistory(NOW).until(NOW)))
        .digest('hex'),
    ).toBe(SHA_256);
  });
});

describe('the shape of the floor', () => {
  it('has some 50,000 calls, in order, in thirteen months that end before 20:00 today', () => {
    expect(calls.length).toBeGreaterThan(48_000);
    expect(calls.length).toBeLessThan(54_000);
    const dates = calls.map((call) => call.call_date);
    expect(dates).toEqual([...dates].sort());
    expect(new Set(dates.map((date) => date.slice(0, 10))).size).toBe(396);
    expect(dates.at(0)?.slice(0, 10)).toBe('2025-02-01');
    expect((dates.at(-1) ?? '') < NOW).toBe(true);
    const open = calls.filter(({ call_date }) => / (0[89]|1\d):/.test(call_date));
    expect(calls.filter((call) => !open.includes(call) && call.status !== 'AHXFER')).toEqual([]);
    expect(open.filter(({ status }) => status === 'AHXFER')).toEqual([]);
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
    expect(new Set(countBy((call) => call.status).keys())).toEqual(
      // Nobody waits in a queue as the floor closes.
      new Set([...STATUSES.keys()].filter((status) => status !== 'QUEUE')),
    );
    expect([CAMPAIGNS.length, LISTS.length, QUEUES.length]).toEqual([3, 5, 3]);
    for (const status of (
      'COMPLETED NO_ANSWER BUSY INVALID DISCONNECTED FAILED ANSWERING_MACHINE CALL_BLOCKED WRONG_PARTY ' +
      'SALE NI DNC CALLBK DROP A AHXFER'
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
    const recent = [...countBy((call) => call.call_date.slice(0, 10))].filter(
      ([date]) => String(date) >= '2026-02-02',
    );
    const perDay = recent.map(([date, count]) => ({
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

  it('shows calls that had not ended by 20:00 in progress, each with another agent, and no others', () => {
    const running = calls.filter((call) => call.call_length === null);
    expect(running.length).toBeGreaterThan(2);
    expect(running.every((call) => call.status === 'INCALL' && call.recording.length === 0)).toBe(true);
    expect(new Set(running.map((call) => call.user_id)).size).toBe(running.length);
    const now = Date.parse('2026-03-03T20:00:00Z');
    const ends = (call: SandboxCall) =>
      Date.parse(`${call.call_date.replace(' ', 'T')}Z`) + (call.call_length ?? 0) * 1_000;
    expect(calls.filter((call) => ends(call) >= now)).toEqual([]);
    const later = new CallHistory(NOW).until('2026-03-03 23:00:00');
    expect(running.map(({ id }) => later.find((call) => call.id === id)?.status)).not.toContain('INCALL');
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
      const facts = [call.queue_id, call.queue_seconds, call.inbound_number];
      const isInbound = call.call_type === 'INBOUND';
      const isThreeWay = call.call_type === '3WAY';
      return (
        facts.some((fact) => (fact !== null) !== isInbound) ||
        (call.queue_position !== null) !== (isInbound && call.status !== 'AHXFER') ||
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

  it('lets callers wait in every queue, longest in Support, and some give up', () => {
    const meanWait = QUEUES.map(({ id, name }) => {
      const offered = calls.filter((call) => call.queue_id === id && call.status !== 'AHXFER');
      const gaveUp = offered.filter((call) => call.status === 'DROP');
      expect(gaveUp.length / offered.length).toBeGreaterThan(0.03);
      expect(gaveUp.every((call) => call.queue_seconds === call.call_length)).toBe(true);
      return { name, wait: sum(offered.map((call) => call.queue_seconds ?? 0)) / offered.length };
    });
    const [longest] = meanWait.sort((a, b) => b.wait - a.wait);
    expect(longest?.name).toBe('Support');
  });

  it('calls many, not all, of those who asked for it back, by hand and by the same agent', () => {
    const asked = calls.filter((call) => call.status === 'CALLBK' && call.call_date < '2026-02-20');
    const kept = asked.filter((call) =>
      calls.some(
        (later) =>
          later.call_type === 'MANUAL' &&
          later.lead_id === call.lead_id &&
          later.user_id === call.user_id &&
          later.call_date > call.call_date,
      ),
    );
    expect(kept.length / asked.length).toBeGreaterThan(0.2);
    expect(kept.length / asked.length).toBeLessThan(0.6);
  });

  it('has a call in the hour that comes twice, and none in the hour that is left out', () => {
    const at = (start: string) => calls.filter(({ call_date }) => call_date.startsWith(start)).length;
    expect(at('2025-11-02 01')).toBeGreaterThan(3);
    expect(at('2025-03-09 02')).toBe(0);
    expect(at('2025-03-09 03')).toBeGreaterThan(0);
  });

  it('uses a code that no account file knows, in one week of Home Solar', () => {
    const surveys = calls.filter((call) => call.status === 'SURVEY');
    expect(surveys.length).toBeGreaterThan(10);
    expect(surveys.every((call) => call.campaign_id === '113')).toBe(true);
    const dates = surveys.map(({ call_date }) => call_date.slice(0, 10));
    expect(dates.every((date) => date >= '2026-01-15' && date <= '2026-01-21')).toBe(true);
  });
});

describe('a floor on another day', () => {
  it('has the contract’s examples on the latest day that they fit, and two clock changes behind it', () => {
    for (const [now, day] of [
      ['2026-11-25 09:00:00', '2026-11-24'],
      ['2026-11-25 20:00:00', '2026-11-25'],
    ] as const) {
      const history = new CallHistory(now).until(now);
      expect(history.find(({ id }) => id === '789')?.call_date).toBe(`${day} 14:30:00`);
      expect(history[0]?.call_date.slice(0, 10)).toBe('2025-10-01');
      expect(history.at(-1)?.call_date.slice(0, 10)).toBe('2026-11-25');
      expect((history.at(-1)?.call_date ?? '') < now).toBe(true);
    }
  });

  it('grows as time passes, and keeps what it had', () => {
    const history = new CallHistory('2026-11-25 10:00:00');
    const before = [...history.until('2026-11-25 10:00:00')];
    const after = history.until('2026-11-26 12:00:00');
    expect(after.length).toBeGreaterThan(before.length + 300);
    const ended = (call: SandboxCall) => call.call_length !== null;
    expect(after.slice(0, before.length).filter((_, i) => ended(before[i] as SandboxCall))).toEqual(
      before.filter(ended),
    );
  });
});
