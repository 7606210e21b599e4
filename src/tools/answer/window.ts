import * as z from 'zod';
import type { AccountClock, ResolvedWindow } from '../../query/window.js';
import { historyLines, repeatedWords, windowSentence } from '../../render/window.js';
import { present } from '../../util/present.js';
import { open } from '../advertised-schema.js';
import type { AnswerPart } from './part.js';

const text = z.string().optional();

/** The window that was searched. */
export const windowSchema = {
  window: open(
    z.object({
      start: z.string().describe('Account time, inclusive'),
      end: z.string().describe('Account time, inclusive'),
      start_given: z.literal(false).optional().describe('Present when no start was given: all history'),
      end_given: z.literal(false).optional(),
      ends_now: z.enum(['exactly', 'at the latest']).optional().describe('At the latest: zone unknown'),
      asked_end: text.describe('The end given, where it lies in the future'),
      time_zone: text.describe('IANA zone of account time; absent when not known'),
      history_begins: text.describe('The account’s first call, where it lies inside the window'),
      clock_set_back: text.describe('Present when an hour of the window occurs twice'),
    }),
  ).describe('start and end of what was searched, inclusive, account time; time_zone, where it is known'),
};

/** The window of an answer; `begins` is the date of the account's first call, where it lies inside. */
export function windowPart(
  window: ResolvedWindow,
  clock: AccountClock,
  begins?: string,
): AnswerPart<typeof windowSchema> {
  return {
    lines: [windowSentence(window, clock), ...historyLines(begins)],
    structured: {
      window: present({
        start: window.start,
        end: window.end,
        start_given: window.startGiven ? undefined : (false as const),
        end_given: window.endGiven ? undefined : (false as const),
        ends_now: window.endsNow,
        asked_end: window.askedEnd,
        time_zone: clock.zone,
        history_begins: begins,
        clock_set_back: repeatedWords(window, clock),
      }),
    },
  };
}
