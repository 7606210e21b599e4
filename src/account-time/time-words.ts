import { WHOLE_NUMBERS } from '../util/whole-numbers.js';
import { edgeStamp, ordinalOf, stampInZone, stampOf, type Window, weekdayOf } from './stamps.js';

/** The words that stand for a whole period; weeks start on Monday. */
export const PERIODS = ['today', 'yesterday', 'this week', 'last week', 'this month', 'last month'] as const;

const DAY = 86_400;
const INSTANT = /^(?:now|-\s?(\d{1,5})\s?([dh]))$/;
const DAY_AT = /^(today|yesterday|- ?\d{1,5} ?d) (?:at )?(\d{1,2}):(\d{2})(?::(\d{2}))?$/;

/**
 * What a time word stands for: a `period` (both ends), or a `moment`. Undefined for anything else.
 * `-7d` is the day seven calendar days ago: its beginning as a start, so that seven whole days lie before today, and its end
 * as an end. `-2h` is two real hours ago, whatever the clock did in between.
 */
export type TimeWord = { readonly period: Window } | { readonly moment: (edge: 'start' | 'end') => string };

/** True when the text is a time word, whether or not the zone is known. */
export function isTimeWord(text: string): boolean {
  return readTimeWord(text, new Date(0), 'UTC') !== undefined;
}

/** Reads a time word on the wall clock of an IANA zone. */
export function readTimeWord(text: string, now: Date, zone: string): TimeWord | undefined {
  const word = text
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, ' ');
  const clock = stampInZone(now, zone);
  const today = ordinalOf(clock.slice(0, 10)) ?? 0;
  const period = PERIODS.find((name) => name === word);
  if (period !== undefined) return { period: periodOf(period, today) };
  const at = DAY_AT.exec(word);
  if (at !== null) return dayAt(at, today);
  const relative = INSTANT.exec(word);
  if (relative === null) return undefined;
  const [, count = '0', unit] = relative;
  if (unit === 'd') {
    const day = days(today - Number(count) * DAY, 1);
    return { moment: (edge) => day[edge] };
  }
  const instant = new Date(now.getTime() - Number(count) * 3_600_000);
  return { moment: (edge) => edgeStamp(instant, edge, zone) };
}

function periodOf(name: (typeof PERIODS)[number], today: number): Window {
  const monday = today - weekdayOf(today, WHOLE_NUMBERS) * DAY;
  switch (name) {
    case 'today':
      return days(today, 1);
    case 'yesterday':
      return days(today - DAY, 1);
    case 'this week':
      return days(monday, 7);
    case 'last week':
      return days(monday - 7 * DAY, 7);
    case 'this month':
      return month(today, 0);
    case 'last month':
      return month(today, -1);
  }
}

function days(first: number, count: number): Window {
  return { start: stampOf(first), end: stampOf(first + count * DAY - 1) };
}

function month(today: number, shift: number): Window {
  const date = new Date(today * 1000);
  const first = (months: number) => Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1) / 1000;
  return { start: stampOf(first(shift)), end: stampOf(first(shift + 1) - 1) };
}

/** `yesterday 13:00` or `-7d 13:00`, with or without seconds. */
function dayAt([, day, hour, minute, second]: RegExpExecArray, today: number): TimeWord | undefined {
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second ?? 0) > 59) return undefined;
  const daysAgo = day === 'today' ? 0 : day === 'yesterday' ? 1 : Number(day?.replace(/\D/g, ''));
  const start = today - daysAgo * DAY + Number(hour) * 3600 + Number(minute) * 60;
  const stamp = stampOf(start + Number(second ?? 0));
  return { moment: () => stamp };
}
