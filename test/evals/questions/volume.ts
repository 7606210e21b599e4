import type { Floor, Question } from '../question.js';
import {
  atLeast,
  between,
  by,
  byDay,
  different,
  ended,
  having,
  highest,
  inbound,
  LAST_MONTH,
  LAST_WEEK,
  lowest,
  onDays,
  outbound,
  reached,
  size,
  TODAY,
  weekday,
  YESTERDAY,
} from '../rows.js';
import { by1, cell, counted, countQuestion, NONE, search, summarize, total } from '../ways.js';

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** How many calls, and when. */
export function volumeQuestions({ calls, asOf }: Floor): Question[] {
  const yesterday = onDays(calls, YESTERDAY);
  const lastWeek = onDays(calls, ...LAST_WEEK);
  const lastMonth = onDays(calls, ...LAST_MONTH);
  const [hour, hourCalls] = highest(
    by(yesterday, ({ call_date }) => call_date.slice(11, 13)),
    size,
  );
  const [busiestDay, busiestDayCalls] = highest(byDay(lastWeek), size);
  const [quietDay, quietDayCalls] = lowest(byDay(lastWeek), size);
  const [dayName, dayNameCalls] = highest(
    by(lastMonth, (call) => WEEKDAYS[weekday(call)] ?? ''),
    size,
  );
  const inProgress = having(onDays(calls, TODAY), { status: 'INCALL' });
  const late = between(lastMonth, '21:00:00', '24');
  const weekend = lastMonth.filter((call) => [0, 6].includes(weekday(call)));
  const night = between(onDays(calls, '2025-11-02'), '01:00:00', '02:00:00');
  const people = different(outbound(yesterday), 'phone_number');
  const month = (first: string, last: string) => onDays(calls, first, last);
  const winter = [month('2025-12-01', '2025-12-31'), month('2026-01-01', '2026-01-31'), lastMonth];
  return [
    {
      ...countQuestion(
        'calls-yesterday',
        'How many calls did we make and take yesterday?',
        { start_time: 'yesterday' },
        yesterday,
      ),
      ways: [
        by1(summarize({ start_time: 'yesterday' }), counted(yesterday.length)),
        by1(search({ start_time: 'yesterday', limit: 1 }), total(yesterday.length)),
      ],
    },
    countQuestion(
      'calls-made-yesterday',
      'How many calls did we make yesterday, without those that came in?',
      { start_time: 'yesterday', direction: 'outbound' },
      outbound(yesterday),
    ),
    countQuestion(
      'calls-taken-yesterday',
      'How many calls came in yesterday?',
      { start_time: 'yesterday', direction: 'inbound' },
      inbound(yesterday),
    ),
    countQuestion(
      'calls-today',
      'How many calls have ended today so far?',
      { start_time: 'today' },
      ended(onDays(calls, TODAY)),
    ),
    {
      id: 'calls-in-progress',
      question: 'How many calls are going on right now?',
      answer: [[String(inProgress.length)]],
      ways: [
        by1(search({ status: 'INCALL', start_time: 'today' }), total(inProgress.length)),
        by1(summarize({ start_time: 'today' }), {
          text: `${inProgress.length} calls in progress`,
          at: 'total.in_progress',
          is: inProgress.length,
        }),
      ],
    },
    countQuestion(
      'calls-last-week',
      'How many calls did we have last week?',
      { start_time: 'last week' },
      lastWeek,
    ),
    countQuestion(
      'calls-last-month',
      'How many calls were there last month?',
      { start_time: 'last month' },
      lastMonth,
    ),
    {
      id: 'busiest-hour',
      question: 'What was our busiest hour yesterday?',
      answer: [[`${hour}:00`, `hour ${hour}`, `${((Number(hour) + 11) % 12) + 1}`], [String(hourCalls)]],
      ways: [by1(summarize({ start_time: 'yesterday', group_by: 'hour' }), cell(hour, 'calls', hourCalls))],
    },
    {
      id: 'busiest-day',
      question: 'Which day of last week had the most calls?',
      answer: [[busiestDay], [String(busiestDayCalls)]],
      ways: [
        by1(
          summarize({ start_time: 'last week', group_by: 'date' }),
          cell(busiestDay, 'calls', busiestDayCalls),
          cell(quietDay, 'calls', quietDayCalls),
        ),
      ],
    },
    {
      id: 'busiest-weekday',
      question: 'On which weekday did we have the most calls last month, all together?',
      answer: [[dayName], [String(dayNameCalls)]],
      ways: [
        by1(
          summarize({ start_time: 'last month', group_by: 'weekday' }),
          cell(dayName, 'calls', dayNameCalls),
        ),
      ],
    },
    countQuestion(
      'late-calls',
      'Calls after nine in the evening, last month: how many?',
      { start_time: 'last month', time_of_day: '21:00-24:00' },
      late,
    ),
    countQuestion(
      'weekend-calls',
      'How many calls fell on Saturdays and Sundays last month?',
      { start_time: 'last month', weekdays: 'sat,sun' },
      weekend,
    ),
    countQuestion(
      'before-eight',
      'Did we call anybody before 8 in the morning yesterday?',
      { start_time: 'yesterday', time_of_day: '00:00-08:00', direction: 'outbound' },
      between(outbound(yesterday), '00:00:00', '08:00:00'),
    ),
    {
      ...countQuestion(
        'three-way-calls',
        'How many three-way calls were there yesterday?',
        { call_type: '3WAY', start_time: 'yesterday' },
        having(yesterday, { call_type: '3WAY' }),
      ),
      ways: [
        by1(
          summarize({ call_type: '3WAY', start_time: 'yesterday' }),
          counted(having(yesterday, { call_type: '3WAY' }).length),
        ),
        by1(
          search({ call_type: '3way', start_time: 'yesterday', limit: 5 }),
          total(having(yesterday, { call_type: '3WAY' }).length),
        ),
      ],
    },
    countQuestion(
      'people-reached',
      'In how many calls last week did we get a person on the line?',
      { start_time: 'last week', outcome: 'human' },
      reached(lastWeek),
    ),
    countQuestion(
      'long-calls',
      'How many calls lasted at least ten minutes yesterday?',
      { start_time: 'yesterday', min_call_length: 600 },
      atLeast(yesterday, 600),
    ),
    {
      id: 'numbers-dialed',
      question: 'How many different numbers did we dial yesterday?',
      answer: [[String(people)]],
      ways: [
        by1(summarize({ start_time: 'yesterday', direction: 'outbound', metrics: 'leads' }), {
          text: `${people} phone numbers`,
          at: 'total.numbers',
          is: people,
        }),
      ],
    },
    {
      id: 'calls-by-month',
      question: 'How many calls did we have in each month from December to February?',
      answer: winter.map(({ length }) => [String(length)]),
      ways: [
        by1(
          summarize({ start_time: '2025-12-01', end_time: '2026-02-28', group_by: 'month' }),
          ...['2025-12', '2026-01', '2026-02'].map((name, i) => cell(name, 'calls', winter[i]?.length ?? 0)),
        ),
      ],
    },
    {
      id: 'future-window',
      question: 'How many calls did we have from 9 to 15 March 2026?',
      answer: [[...NONE, 'future']],
      ways: [
        by1(summarize({ start_time: '2026-03-09', end_time: '2026-03-15' }), counted(0), {
          text: 'in the future',
          at: 'total.calls',
          is: 0,
        }),
      ],
    },
    {
      id: 'hour-that-comes-twice',
      question: 'How many calls came in between 1 and 2 in the night of 2 November 2025?',
      answer: [[String(night.length)]],
      ways: [
        by1(
          summarize({ start_time: '2025-11-02 01:00:00', end_time: '2025-11-02 01:59:59' }),
          counted(night.length),
          { text: 'occurs twice', at: 'window.start', is: '2025-11-02 01:00:00' },
        ),
      ],
    },
    countQuestion(
      'yesterday-when-clocks-went-back',
      'How many calls did we have yesterday?',
      { start_time: 'yesterday' },
      onDays(asOf('2025-11-03'), '2025-11-02'),
      { today: '2025-11-03' },
    ),
  ];
}
