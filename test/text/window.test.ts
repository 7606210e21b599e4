import { describe, expect, it } from 'vitest';
import { windowSentence } from '../../src/text/window.js';

const clock = { zone: 'America/Los_Angeles', now: () => new Date('2026-03-04T04:00:00Z') };
const window = (start: string, end: string) => ({ start, end, startGiven: true, endGiven: true });

describe('the sentence of a window', () => {
  it('says nothing of a future that is only the rest of today', () => {
    expect(windowSentence(window('2026-03-03 00:00:00', '2026-03-03 23:59:59'), clock)).toBe(
      'Window: 2026-03-03 (whole day), America/Los_Angeles.',
    );
  });

  it('says that it ends in the future, or lies there, by the account’s own clock', () => {
    expect(windowSentence(window('2026-03-01 00:00:00', '2026-03-31 23:59:59'), clock)).toContain(
      'It ends in the future: it is 2026-03-03 20:00:00 there.',
    );
    expect(windowSentence(window('2026-03-04 00:00:00', '2026-03-04 23:59:59'), clock)).toContain(
      'It lies in the future: it is 2026-03-03 20:00:00 there.',
    );
  });

  it('says nothing of the future where the zone is unknown, or no end was given', () => {
    const unknown = { zone: undefined, now: clock.now };
    expect(windowSentence(window('2026-03-04 00:00:00', '2026-03-31 23:59:59'), unknown)).not.toContain(
      'future',
    );
    const open = { ...window('2026-03-01 00:00:00', '2026-03-05 23:59:59'), endGiven: false };
    expect(windowSentence(open, clock)).not.toContain('future');
  });

  it('says that the clock is set back inside it', () => {
    const later = { zone: clock.zone, now: () => new Date('2026-11-23T20:00:00Z') };
    expect(windowSentence(window('2026-11-01 00:00:00', '2026-11-01 23:59:59'), later)).toContain(
      '2026-11-01 01:00:00 to 2026-11-01 01:59:59 occurs twice',
    );
  });
});
