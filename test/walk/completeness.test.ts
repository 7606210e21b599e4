import { describe, expect, it } from 'vitest';
import { missingWindows } from '../../src/walk/completeness.js';
import { ordinal } from '../support/stand-in.js';

const part = (start: string, end: string) => ({
  start: ordinal(`2026-03-03 ${start}`),
  end: ordinal(`2026-03-03 ${end}`),
});
const missing = (...parts: ReturnType<typeof part>[]) =>
  missingWindows(parts).map(({ start, end }) => `${start.slice(11)}-${end.slice(11)}`);

describe('what is missing', () => {
  it('is nothing when no part is', () => {
    expect(missingWindows([])).toStrictEqual([]);
  });

  it('is given as stamps, in order of time', () => {
    expect(missingWindows([part('12:00:00', '12:59:59'), part('09:00:00', '09:00:00')])).toStrictEqual([
      { start: '2026-03-03 09:00:00', end: '2026-03-03 09:00:00' },
      { start: '2026-03-03 12:00:00', end: '2026-03-03 12:59:59' },
    ]);
  });

  it('is one window where parts touch or overlap, and two where a second lies between', () => {
    expect(missing(part('09:00:00', '09:59:59'), part('10:00:00', '10:59:59'))).toStrictEqual([
      '09:00:00-10:59:59',
    ]);
    expect(missing(part('09:00:00', '09:59:59'), part('10:00:01', '10:59:59'))).toStrictEqual([
      '09:00:00-09:59:59',
      '10:00:01-10:59:59',
    ]);
    expect(missing(part('09:00:00', '12:00:00'), part('10:00:00', '10:59:59'))).toStrictEqual([
      '09:00:00-12:00:00',
    ]);
  });

  it('is listed window by window up to twenty; past that the last one spans all that is left', () => {
    const minutes = (count: number) =>
      Array.from({ length: count }, (_, i) => {
        const minute = String(i * 2).padStart(2, '0');
        return part(`09:${minute}:00`, `09:${minute}:59`);
      });
    expect(missing(...minutes(20))).toHaveLength(20);
    expect(missing(...minutes(20)).at(-1)).toBe('09:38:00-09:38:59');
    expect(missing(...minutes(23))).toHaveLength(20);
    expect(missing(...minutes(23)).slice(-2)).toStrictEqual(['09:36:00-09:36:59', '09:38:00-09:44:59']);
  });
});
