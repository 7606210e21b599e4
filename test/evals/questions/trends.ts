import type { Finding, Floor, Question } from '../question.js';
import {
  byAgents,
  byCampaign,
  byUser,
  contactRate,
  ended,
  having,
  LAST_MONTH,
  LAST_WEEK,
  onDays,
  percent,
  type Rows,
  reached,
  successRate,
  TODAY,
  WEEK_BEFORE,
  YESTERDAY,
} from '../rows.js';
import { by1, cell, counted, countQuestion, percentWords, summarize } from '../ways.js';

const CAMPAIGNS = ['111', '112', '113'] as const;

/** Against earlier times, and against the others. */
export function trendQuestions({ calls, asOf }: Floor): Question[] {
  const yesterday = onDays(calls, YESTERDAY);
  const lastWeek = onDays(calls, ...LAST_WEEK);
  const weekBefore = onDays(calls, ...WEEK_BEFORE);
  const lastMonth = onDays(calls, ...LAST_MONTH);
  const january = onDays(calls, '2026-01-01', '2026-01-31');
  const weeks = [
    ['2026-02-09', '2026-02-15'],
    ['2026-02-16', '2026-02-22'],
    ['2026-02-23', '2026-03-01'],
  ] as const;
  const jane = having(yesterday, { user_id: '12345' });
  const others = byAgents(yesterday).filter(({ user_id }) => user_id !== '12345');
  const rank = (rows: Rows, id: string, value: (calls: Rows) => number) =>
    [...byUser(rows)]
      .map(([key, group]) => [key, value(group)] as const)
      .toSorted((a, b) => b[1] - a[1])
      .findIndex(([key]) => key === id) + 1;
  const figure = (at: string, is: number): Finding => ({ text: String(is), at, is });
  const sales = (rows: Rows) => having(rows, { status: 'SALE' });
  const clock = asOf('2025-11-09');
  const clockWeek = onDays(clock, '2025-11-03', '2025-11-09');
  const clockBefore = onDays(clock, '2025-10-27', '2025-11-02');
  const compared = (
    id: string,
    question: string,
    args: object,
    now: Rows,
    before: Rows,
    today?: string,
  ): Question => ({
    id,
    question,
    answer: [[String(ended(now).length)], [String(ended(before).length)]],
    ways: [
      by1(
        summarize(args as Record<string, unknown>),
        counted(ended(now).length),
        figure('comparison.measures.calls.before', ended(before).length),
      ),
    ],
    ...(today === undefined ? {} : { today }),
  });
  return [
    {
      id: 'sales-by-campaign-and-week',
      question: 'Sales per campaign for each of the last three weeks?',
      answer: CAMPAIGNS.flatMap((id) =>
        weeks.map(([first, last]) => [
          String(sales(having(onDays(calls, first, last), { campaign_id: id })).length),
        ]),
      ),
      ways: [
        by1(
          summarize({
            start_time: '2026-02-09',
            end_time: '2026-03-01',
            status: 'SALE',
            group_by: ['campaign', 'week'],
          }),
          ...CAMPAIGNS.flatMap((id) =>
            weeks.map(([first, last]) =>
              cell(
                `${id}|${first}`,
                'calls',
                sales(having(onDays(calls, first, last), { campaign_id: id })).length,
              ),
            ),
          ),
        ),
      ],
    },
    compared(
      'last-week-against-the-one-before',
      'How many calls did we have last week, and how many in the week before?',
      { start_time: 'last week', compare_to: 'previous_period' },
      lastWeek,
      weekBefore,
    ),
    compared(
      'yesterday-against-a-week-ago',
      'How many calls yesterday, and how many on the same day last week?',
      { start_time: 'yesterday', compare_to: 'last_week' },
      yesterday,
      onDays(calls, '2026-02-23'),
    ),
    compared(
      'february-against-january',
      'How did the number of calls in February compare with January?',
      { start_time: '2026-02-01', end_time: '2026-02-28', compare_to: '2026-01-01..2026-01-31' },
      lastMonth,
      january,
    ),
    {
      id: 'contact-rate-change',
      question: 'Did we reach people better last week than in the week before?',
      answer: [percentWords(contactRate(lastWeek)), percentWords(contactRate(weekBefore))],
      ways: [
        by1(
          summarize({ start_time: 'last week', compare_to: 'previous_period' }),
          figure('total.rates.contact_rate.percent', contactRate(lastWeek)),
          figure('comparison.measures.contact_rate.before.percent', contactRate(weekBefore)),
        ),
      ],
    },
    {
      id: 'chance-or-not',
      question: 'Is the change of our success rate from the week before to last week more than chance?',
      answer: [percentWords(successRate(lastWeek)), percentWords(successRate(weekBefore))],
      ways: [
        by1(
          summarize({ start_time: 'last week', compare_to: 'previous_period' }),
          figure('total.rates.success_rate.percent', successRate(lastWeek)),
          figure('comparison.measures.success_rate.before.percent', successRate(weekBefore)),
        ),
      ],
    },
    {
      id: 'campaigns-against-the-week-before',
      question: 'Which campaigns had more calls last week than in the week before?',
      answer: CAMPAIGNS.map((id) => [String(having(lastWeek, { campaign_id: id }).length)]),
      ways: [
        by1(
          summarize({ start_time: 'last week', group_by: 'campaign', compare_to: 'previous_period' }),
          ...CAMPAIGNS.map((id) => cell(id, 'calls', having(lastWeek, { campaign_id: id }).length)),
          ...CAMPAIGNS.map((id) => cell(id, 'calls_before', having(weekBefore, { campaign_id: id }).length)),
        ),
      ],
    },
    {
      id: 'jane-against-the-others',
      question: 'How did Jane Smith do yesterday compared with the others?',
      answer: [[String(jane.length)], percentWords(successRate(jane)), percentWords(successRate(others))],
      ways: [
        by1(
          summarize({ start_time: 'yesterday', group_by: 'user', focus: 'Jane Smith' }),
          figure('focus.measures.calls.value', jane.length),
          figure('focus.measures.success_rate.value.percent', successRate(jane)),
          figure('focus.measures.success_rate.others.percent', successRate(others)),
        ),
      ],
    },
    {
      id: 'rank-of-an-agent',
      question: 'Where does Wei Chen stand among the agents by calls last month?',
      answer: [[String(rank(lastMonth, '22228', (rows) => rows.length))]],
      ways: [
        by1(
          summarize({ start_time: 'last month', group_by: 'user', focus: 'Wei Chen' }),
          figure('focus.measures.calls.value', having(lastMonth, { user_id: '22228' }).length),
          figure(
            'focus.measures.calls.rank.place',
            rank(lastMonth, '22228', (rows) => rows.length),
          ),
        ),
      ],
    },
    {
      id: 'which-jane-to-compare',
      question: 'How did Jane do yesterday compared with the others?',
      answer: [['Jane Smith'], ['Jane Okafor']],
      ways: [
        {
          calls: [summarize({ start_time: 'yesterday', group_by: 'user', focus: 'Jane' })],
          found: [{ refusal: 'Jane Smith (12345)' }, { refusal: 'Jane Okafor (22223)' }],
        },
      ],
    },
    {
      id: 'home-solar-against-the-others',
      question: 'Does Home Solar reach people worse than our other campaigns, last month?',
      answer: [percentWords(contactRate(having(lastMonth, { campaign_id: '113' })))],
      ways: [
        by1(
          summarize({ start_time: 'last month', group_by: 'campaign', focus: 'Home Solar' }),
          figure(
            'focus.measures.contact_rate.value.percent',
            contactRate(having(lastMonth, { campaign_id: '113' })),
          ),
          figure(
            'focus.measures.contact_rate.others.percent',
            contactRate(lastMonth.filter(({ campaign_id }) => campaign_id !== '113')),
          ),
        ),
      ],
    },
    {
      id: 'days-of-last-week',
      question: 'How did the calls develop day by day last week?',
      answer: [['2026-02-23'], [String(onDays(calls, '2026-02-23').length)]],
      ways: [
        by1(
          summarize({ start_time: 'last week', group_by: 'date' }),
          ...['2026-02-23', '2026-02-25', '2026-03-01'].map((date) =>
            cell(date, 'calls', onDays(calls, date).length),
          ),
        ),
      ],
    },
    {
      id: 'weeks-of-last-month',
      question: 'How many calls in each of the weeks from 2 February to 1 March?',
      answer: weeks.map(([first, last]) => [String(onDays(calls, first, last).length)]),
      ways: [
        by1(
          summarize({ start_time: '2026-02-02', end_time: '2026-03-01', group_by: 'week' }),
          ...weeks.map(([first, last]) => cell(first, 'calls', onDays(calls, first, last).length)),
        ),
      ],
    },
    compared(
      'weeks-around-the-clock-change',
      'How many calls this week, and how many in the one before, in which the clocks went back?',
      { start_time: '2025-11-03', end_time: '2025-11-09', compare_to: 'previous_period' },
      clockWeek,
      clockBefore,
      '2025-11-09',
    ),
    countQuestion(
      'days-over-the-spring-change',
      'How many calls from 7 to 10 March 2025?',
      { start_time: '2025-03-07', end_time: '2025-03-10' },
      onDays(calls, '2025-03-07', '2025-03-10'),
    ),
    {
      id: 'sale-share-by-month',
      question: 'What share of the people reached bought, in January and in February?',
      answer: [percentWords(percent(sales(lastMonth).length, reached(lastMonth).length))],
      ways: [
        by1(
          summarize({ start_time: '2026-01-01', end_time: '2026-02-28', group_by: 'month' }),
          cell('2026-02', 'success_rate', successRate(lastMonth)),
        ),
      ],
    },
    {
      id: 'today-by-hour',
      question: 'How is today going, hour by hour?',
      answer: [[String(onDays(calls, TODAY).length), String(ended(onDays(calls, TODAY)).length)]],
      ways: [
        by1(
          summarize({ start_time: 'today', group_by: 'hour' }),
          cell(
            '11',
            'calls',
            onDays(calls, TODAY).filter(({ call_date }) => call_date.slice(11, 13) === '11').length,
          ),
        ),
      ],
    },
    {
      id: 'campaigns-by-month',
      question: 'How many calls did each campaign have in January and in February?',
      answer: CAMPAIGNS.map((id) => [String(byCampaign(lastMonth).get(id)?.length ?? 0)]),
      ways: [
        by1(
          summarize({ start_time: '2026-01-01', end_time: '2026-02-28', group_by: ['month', 'campaign'] }),
          ...CAMPAIGNS.map((id) =>
            cell(`2026-02|${id}`, 'calls', byCampaign(lastMonth).get(id)?.length ?? 0),
          ),
          ...CAMPAIGNS.map((id) => cell(`2026-01|${id}`, 'calls', byCampaign(january).get(id)?.length ?? 0)),
        ),
      ],
    },
  ];
}
