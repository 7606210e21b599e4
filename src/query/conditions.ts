import type * as z from 'zod';
import { ordinalOf, WEEKDAYS, weekdayOf } from '../account-time/stamps.js';
import type { CallLog } from '../convoso/call-log.js';
import { OUTCOME_GROUPS, type OutcomeGroup } from '../convoso/statuses.js';
import { InvalidArguments } from '../util/failure.js';
import { WHOLE_NUMBERS } from '../util/whole-numbers.js';
import type { Account } from './account.js';
import { choice, optionalFlag, several, text, wholeNumber, wordsOf } from './arguments.js';
import { CODE, FOLDED } from './forms.js';
import type { RowCheck, RowRule } from './row-checks.js';
import type { BoundSql } from './sql-dialect.js';

/** What conditions need to know of the account. */
type ConditionAccount = Pick<Account, 'statuses' | 'systemUsers' | 'masks'>;

/** A check without its name. */
type NamelessCheck = Omit<RowCheck, 'name'>;

interface Condition<Argument extends z.ZodType = z.ZodType> {
  /** The tools' argument, with its description. */
  readonly argument: Argument;
  /** What it asks of calls; undefined where it asks for nothing. @throws InvalidArguments */
  check(given: never, account: ConditionAccount): NamelessCheck | undefined;
}

function condition<Argument extends z.ZodType>(
  argument: Argument,
  check: (given: NonNullable<z.output<Argument>>, account: ConditionAccount) => NamelessCheck | undefined,
): Condition<Argument> {
  return { argument, check };
}

const DAY = 86_400;
const LONGEST = DAY;

/** Call types by the way a call went: what agents dial by hand goes out, too. */
const DIRECTIONS = { outbound: ['OUTBOUND', 'MANUAL'], inbound: ['INBOUND'] } as const;

/**
 * What the service has no filter for. Each is checked on the rows that were read. One entry makes the tools' argument, the
 * check in memory and the condition in both databases.
 */
const CONDITIONS = {
  outcome: condition(
    several(`Outcome groups, or not (!machine): ${OUTCOME_GROUPS.join(', ')}`),
    (given, { statuses }) => {
      const asked = chosen('outcome', given, OUTCOME_GROUPS, (word) => word.replace(/[\s-]+/g, '_'));
      return {
        value: asked.words,
        field: 'status',
        lacking: 'a status of unknown outcome',
        rule: {
          byStatus: (call) => {
            const outcome: OutcomeGroup = statuses.groupOf(call);
            return outcome === 'unmapped' && !asked.named.has(outcome)
              ? undefined
              : asked.wanted.has(outcome);
          },
        },
      };
    },
  ),
  min_call_length: condition(wholeNumber({ min: 0, max: LONGEST }, 'Seconds, inclusive'), (seconds) =>
    lengthCheck(seconds, '>=', (length) => length >= seconds),
  ),
  max_call_length: condition(wholeNumber({ min: 0, max: LONGEST }, 'Seconds, inclusive'), (seconds) =>
    lengthCheck(seconds, '<=', (length) => length <= seconds),
  ),
  time_of_day: condition(text('21:00-08:00: from, until before; account time'), (given) => {
    const { from, to } = timeRange(given);
    const isInside = (time: number) => (from < to ? time >= from && time < to : time >= from || time < to);
    return {
      value: `${clockTime(from)}-${clockTime(to)}`,
      field: 'call_date',
      lacking: 'no readable time',
      rule: {
        test: ({ call_date }) => {
          // A date without a time is read as midnight.
          const second = call_date?.includes(':') ? ordinalOf(call_date) : undefined;
          return second === undefined ? undefined : isInside(WHOLE_NUMBERS.remainder(second, DAY));
        },
        sql: (dialect) => {
          const time = dialect.remainder(dialect.column('second'), DAY);
          const inside = `${time} >= ${from} ${from < to ? 'AND' : 'OR'} ${time} < ${to}`;
          return unbound(
            `CASE WHEN ${dialect.matches(dialect.column('call_date'), ':')} THEN (${inside}) END`,
          );
        },
      },
    };
  }),
  weekdays: condition(several('mon,tue or mon-fri'), (given) => {
    const days = weekdaysOf(given);
    return {
      value: [...days].map((day) => WEEKDAYS[day]).join(', '),
      field: 'call_date',
      lacking: 'no readable date',
      rule: {
        test: ({ call_date }) => {
          const second = call_date === undefined ? undefined : ordinalOf(call_date);
          return second === undefined ? undefined : days.has(weekdayOf(second, WHOLE_NUMBERS));
        },
        sql: (dialect) =>
          unbound(`${weekdayOf(dialect.column('second'), dialect)} IN (${[...days].join(', ')})`),
      },
    };
  }),
  has_recording: condition(optionalFlag('1: with, 0: without'), (given) => ({
    value: String(given),
    field: 'recording',
    lacking: 'nothing that says whether there is a recording',
    rule: {
      test: ({ recording }) => (recording === undefined ? undefined : recording.length > 0 === (given === 1)),
      sql: (dialect) => unbound(`${dialect.column('recording')} ${given === 1 ? '<>' : '='} '[]'`),
    },
  })),
  has_comment: condition(optionalFlag('1: with, 0: without'), (given, { masks }) => {
    refuseMasked('has_comment', masks.has('comment'));
    return {
      value: String(given),
      field: 'agent_comment',
      lacking: 'no comment',
      rule: {
        test: ({ agent_comment }) => (agent_comment !== undefined) === (given === 1),
        sql: (dialect) =>
          unbound(`${dialect.column('agent_comment')} IS ${given === 1 ? 'NOT NULL' : 'NULL'}`),
      },
    };
  }),
  comment_contains: condition(text('Text in the comment; any letter case or accents'), (given, { masks }) => {
    refuseMasked('comment_contains', masks.has('comment'));
    const wanted = FOLDED.key(given);
    const holds = (comment: string | undefined) =>
      comment !== undefined && FOLDED.key(comment).includes(wanted);
    const contained: RowRule['sql'] = (dialect, parameter) => {
      const comment = FOLDED.sql(dialect.column('agent_comment'), dialect);
      return {
        sql: `coalesce(${dialect.contains(comment, dialect.parameter(parameter(0)))}, false)`,
        parameters: { [parameter(0)]: wanted },
      };
    };
    return {
      value: JSON.stringify(given),
      field: 'agent_comment',
      lacking: 'no comment',
      rule: {
        // Links and what is masked in a comment must not be found out by asking for it, letter by letter.
        test: (call, own) => holds(call.agent_comment) && holds(own.stored(call, false).agent_comment),
        sql: masks.words.length > 0 ? undefined : contained,
      },
    };
  }),
  agents_only: condition(optionalFlag('1: only calls of agents, not the dialer’s own'), (given, account) => {
    if (given === 0) return undefined;
    const system = new Set(account.systemUsers);
    return {
      value: '1',
      field: 'user_id',
      lacking: 'no user',
      rule: {
        test: ({ user_id }) => user_id !== undefined && !system.has(user_id),
        sql: (dialect) => {
          const user = dialect.column('user_id');
          const others = [...system].map((one) => `${user} <> ${dialect.text(one)}`);
          return unbound(`coalesce(${[`${user} IS NOT NULL`, ...others].join(' AND ')}, false)`);
        },
      },
    };
  }),
  direction: condition(choice(['outbound', 'inbound'], 'outbound: OUTBOUND and MANUAL'), (given) => {
    const types: readonly string[] = DIRECTIONS[given];
    return {
      value: given,
      field: 'call_type',
      lacking: 'no call_type',
      rule: {
        test: ({ call_type }) => (call_type === undefined ? undefined : types.includes(CODE.key(call_type))),
        sql: (dialect) => {
          const type = CODE.sql(dialect.column('call_type'), dialect);
          return unbound(`(${types.map((one) => `${type} = ${dialect.text(one)}`).join(' OR ')})`);
        },
      },
    };
  }),
} as const satisfies Record<string, Condition>;

type ConditionName = keyof typeof CONDITIONS;
type Arguments = { readonly [name in ConditionName]: (typeof CONDITIONS)[name]['argument'] };

/** The tools' arguments of all conditions. */
export const conditionFields = Object.fromEntries(
  Object.entries(CONDITIONS).map(([name, { argument }]) => [name, argument]),
) as Arguments;

export type ConditionInput = { readonly [name in ConditionName]?: z.output<Arguments[name]> };

/** What the conditions given ask of calls. @throws InvalidArguments for one that cannot be used */
export function conditionChecks(input: ConditionInput, account: ConditionAccount): RowCheck[] {
  const { min_call_length: min, max_call_length: max } = input;
  if (min !== undefined && max !== undefined && min > max) {
    throw refused(
      'max_call_length',
      `${max} s is less than min_call_length ${min} s.`,
      'Swap them, or give one only.',
    );
  }
  return Object.entries(CONDITIONS).flatMap(([name, { check }]) => {
    const given = input[name as ConditionName];
    // Each check takes what its own argument gives, which a union of them cannot say.
    const found = given === undefined ? undefined : check(given as never, account);
    return found === undefined ? [] : [{ name, ...found }];
  });
}

function lengthCheck(
  seconds: number,
  sign: '>=' | '<=',
  satisfies: (length: number) => boolean,
): NamelessCheck {
  return {
    value: `${seconds} s`,
    field: 'call_length',
    lacking: 'no length',
    lackingIsNo: true,
    rule: {
      test: ({ call_length: length }: CallLog) => (length === null ? undefined : satisfies(length)),
      sql: (dialect) => unbound(`${dialect.column('call_length')} ${sign} ${seconds}`),
    },
  };
}

/** Words of a list, `!` before those that are not wanted: without any other, all others are. @throws InvalidArguments */
function chosen<Word extends string>(
  name: string,
  given: string,
  words: readonly Word[],
  plain: (word: string) => string,
): { readonly wanted: ReadonlySet<Word>; readonly named: ReadonlySet<Word>; readonly words: string } {
  const asked = wordsOf(given).map((word) => {
    const isNot = word.startsWith('!');
    const known = words.find((one) => one === plain(word.replace(/^!\s*/, '').toLowerCase()));
    if (known === undefined)
      throw refused(
        name,
        `“${word.slice(0, 40)}” is not one of ${words.join(', ')}.`,
        'Give one or several of them.',
      );
    return { known, isNot };
  });
  const of = (isNot: boolean) => asked.flatMap((one) => (one.isNot === isNot ? [one.known] : []));
  const positive = of(false);
  const negative = new Set(of(true));
  const wanted = new Set((positive.length === 0 ? words : positive).filter((word) => !negative.has(word)));
  if (asked.length === 0 || wanted.size === 0)
    throw refused(name, 'It leaves nothing to look for.', 'Name at least one that is wanted.');
  return {
    wanted,
    named: new Set(asked.map(({ known }) => known)),
    words: asked.map(({ known, isNot }) => `${isNot ? '!' : ''}${known}`).join(', '),
  };
}

const TIME = String.raw`(\d{1,2})(?::(\d{2}))?\s*(am|pm)?`;
const TIME_RANGE = new RegExp(String.raw`^${TIME}\s*(?:-|–|to)\s*${TIME}$`, 'i');

/** Seconds of a day at which a range begins and before which it ends. @throws InvalidArguments */
function timeRange(given: string): { readonly from: number; readonly to: number } {
  const match = TIME_RANGE.exec(given.trim());
  const from = match === null ? undefined : secondOfDay(match.slice(1, 4));
  const to = match === null ? undefined : secondOfDay(match.slice(4, 7));
  if (from === undefined || to === undefined || from === DAY) {
    throw refused(
      'time_of_day',
      `“${given.slice(0, 40)}” is not a range of times.`,
      'Give HH:MM-HH:MM in account time, such as 21:00-08:00; it may go over midnight.',
    );
  }
  if (from === to)
    throw refused(
      'time_of_day',
      `It begins and ends at ${clockTime(from)}.`,
      'Give two different times, or omit it for the whole day.',
    );
  return { from, to };
}

function secondOfDay([hours = '', minutes = '0', half]: readonly (string | undefined)[]): number | undefined {
  const hour = Number(hours);
  if (half !== undefined && (hour < 1 || hour > 12)) return undefined;
  const inDay = half === undefined ? hour : (hour % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
  const second = inDay * 3600 + Number(minutes) * 60;
  return Number(minutes) > 59 || second > DAY ? undefined : second;
}

function clockTime(second: number): string {
  const two = (number: number) => String(number).padStart(2, '0');
  return `${two(Math.floor(second / 3600))}:${two(Math.floor((second % 3600) / 60))}`;
}

/** Days of the week, counted from Monday as 0, in their order. @throws InvalidArguments */
function weekdaysOf(given: string): ReadonlySet<number> {
  const days = wordsOf(given).flatMap((word) => {
    const [first, last = first, ...more] = word.split(/\s*[-–]\s*/).map(weekday);
    if (first === undefined || last === undefined || more.length > 0)
      throw refused(
        'weekdays',
        `“${word.slice(0, 40)}” is not a day of the week.`,
        'Give days such as mon, wed, or a range such as mon-fri.',
      );
    return Array.from({ length: ((last - first + 7) % 7) + 1 }, (_, step) => (first + step) % 7);
  });
  if (days.length === 0)
    throw refused('weekdays', 'It names no day.', 'Give days such as mon, wed, or a range such as mon-fri.');
  return new Set(days.sort((a, b) => a - b));
}

const FULL_NAMES = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

function weekday(word: string): number | undefined {
  const wanted = word.trim().toLowerCase();
  const day = wanted.length < 3 ? -1 : FULL_NAMES.findIndex((name) => name.startsWith(wanted));
  return day === -1 ? undefined : day;
}

function refuseMasked(name: string, isMasked: boolean): void {
  if (isMasked)
    throw refused(
      name,
      'Comments are masked by this server’s settings, and which calls have one, or which words, would tell of them.',
      'Ask without it.',
    );
}

function unbound(sql: string): BoundSql {
  return { sql, parameters: {} };
}

function refused(name: string, why: string, next: string): InvalidArguments {
  return new InvalidArguments({ what: `${name} cannot be used.`, why, next });
}
