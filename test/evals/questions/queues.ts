import { QUEUES } from '../../../src/sandbox/floor.js';
import type { Finding, Floor, Question } from '../question.js';
import {
  answered,
  between,
  by,
  having,
  highest,
  inbound,
  LAST_MONTH,
  LAST_WEEK,
  offered,
  onDays,
  percent,
  quantile,
  type Rows,
  TODAY,
  YESTERDAY,
} from '../rows.js';
import {
  by1,
  cell,
  counted,
  countQuestion,
  percentWords,
  secondsWords,
  summarize,
  UNKNOWN,
} from '../ways.js';

const within = (calls: Rows, seconds: number) =>
  percent(
    answered(calls).filter(({ queue_seconds }) => (queue_seconds ?? 0) <= seconds).length,
    offered(calls).length,
  );
const waits = (calls: Rows) => offered(calls).map(({ queue_seconds }) => queue_seconds ?? 0);

/** Who came in, how long they waited, and who gave up. */
export function queueQuestions({ calls, dialect }: Floor): Question[] {
  const yesterday = onDays(calls, YESTERDAY);
  const lastWeek = onDays(calls, ...LAST_WEEK);
  const lastMonth = onDays(calls, ...LAST_MONTH);
  const support = having(lastWeek, { queue_id: '503' });
  const medicare = having(yesterday, { queue_id: '501' });
  const abandonedOf = (rows: Rows) => having(offered(rows), { status: 'DROP' }).length;
  const byQueue = (rows: Rows) => by(inbound(rows), ({ queue_id }) => queue_id ?? '');
  const [worstQueue] = highest(byQueue(lastMonth), (rows) => quantile(waits(rows), 0.9));
  const [leaving] = highest(byQueue(lastMonth), (rows) => percent(abandonedOf(rows), offered(rows).length));
  const nameOf = (id: string) => QUEUES.find((queue) => queue.id === id)?.name ?? id;

  /** Waits are on live rows alone; where they are missing an answer says so. */
  const wait = (
    id: string,
    question: string,
    args: object,
    answer: string[][],
    ...found: Finding[]
  ): Question =>
    dialect === 'live'
      ? { id, question, answer, ways: [by1(summarize({ ...args, metrics: 'queue' }), ...found)] }
      : {
          id,
          question,
          answer: [UNKNOWN],
          ways: [
            by1(summarize({ ...args, metrics: 'queue' }), {
              text: 'queue_seconds',
              at: 'completeness.complete',
              // No documented row shows its queue, either.
              is: !('queue_id' in args),
            }),
          ],
        };
  const queue = (column: string, is: number): Finding => ({
    text: String(is),
    at: `total.metrics.${column}`,
    is,
  });
  return [
    wait(
      'wait-in-support',
      'How long do callers wait in Support, and what share was answered within 20 seconds, last week?',
      { queue_id: 'Support', start_time: 'last week' },
      [secondsWords(quantile(waits(support), 0.5)), percentWords(within(support, 20))],
      queue('wait_median', quantile(waits(support), 0.5)),
      queue('service_level', within(support, 20)),
    ),
    wait(
      'service-level-of-a-minute',
      'What share of Support’s callers was answered within a minute last week?',
      { queue_id: 'Support', start_time: 'last week', service_level_seconds: 60 },
      [percentWords(within(support, 60))],
      queue('service_level', within(support, 60)),
    ),
    wait(
      'offered-and-abandoned',
      'How many callers were offered to Support last week, and how many gave up?',
      { queue_id: 'Support', start_time: 'last week' },
      [[String(offered(support).length)], [String(abandonedOf(support))]],
      queue('offered', offered(support).length),
      queue('queue_abandoned', abandonedOf(support)),
    ),
    wait(
      'longest-waits',
      'In which queue do one in ten callers wait longest, last month?',
      { start_time: 'last month', direction: 'inbound', group_by: 'queue' },
      [[nameOf(worstQueue)]],
      cell(worstQueue, 'wait_p90', quantile(waits(byQueue(lastMonth).get(worstQueue) ?? []), 0.9)),
    ),
    wait(
      'queue-that-loses-most',
      'Which queue loses the largest share of its callers, last month?',
      { start_time: 'last month', direction: 'inbound', group_by: 'queue' },
      [[nameOf(leaving)]],
      ...QUEUES.map(({ id }) => cell(id, 'queue_abandoned', abandonedOf(byQueue(lastMonth).get(id) ?? []))),
    ),
    wait(
      'service-level-by-queue',
      'Give me the service level (20 seconds) of every queue for yesterday.',
      { start_time: 'yesterday', direction: 'inbound', group_by: 'queue' },
      QUEUES.map(({ id }) => percentWords(within(having(yesterday, { queue_id: id }), 20))),
      ...QUEUES.map(({ id }) => cell(id, 'service_level', within(having(yesterday, { queue_id: id }), 20))),
    ),
    wait(
      'median-wait-today',
      'What is the median wait in Auto Service today so far?',
      { queue_id: 'Auto Service', start_time: 'today' },
      [secondsWords(quantile(waits(having(onDays(calls, TODAY), { queue_id: '502' })), 0.5))],
      queue('wait_median', quantile(waits(having(onDays(calls, TODAY), { queue_id: '502' })), 0.5)),
    ),
    wait(
      'waits-by-hour',
      'At which hours did callers wait longest yesterday?',
      { start_time: 'yesterday', direction: 'inbound', group_by: 'hour' },
      [[highest(by(offered(yesterday), hourOf), (rows) => quantile(waits(rows), 0.9))[0]]],
      cell(
        highest(by(offered(yesterday), hourOf), (rows) => quantile(waits(rows), 0.9))[0],
        'wait_p90',
        highest(by(offered(yesterday), hourOf), (rows) => quantile(waits(rows), 0.9))[1],
      ),
    ),
    {
      id: 'calls-of-a-queue',
      question: 'How many calls came in through Medicare Inbound yesterday?',
      answer: [[String(medicare.length)]],
      ways: [
        by1(summarize({ queue_id: 'Medicare Inbound', start_time: 'yesterday' }), counted(medicare.length)),
      ],
    },
    countQuestion(
      'hung-up-in-the-queue',
      'How many callers of Medicare Inbound were abandoned yesterday?',
      { queue_id: 'Medicare Inbound', start_time: 'yesterday', outcome: 'abandoned' },
      having(medicare, { status: 'DROP' }),
    ),
    countQuestion(
      'after-hours-calls',
      'How many callers met a closed floor last month?',
      { start_time: 'last month', status: 'After Hours' },
      having(lastMonth, { status: 'AHXFER' }),
    ),
    countQuestion(
      'answered-in-a-queue',
      'How many calls of Support did agents take last week?',
      { queue_id: 'Support', start_time: 'last week', agents_only: 1 },
      support.filter(({ user_id }) => user_id !== '666666'),
    ),
    {
      id: 'sales-of-callers',
      question: 'How many sales came from people who rang us last week?',
      answer: [[String(having(inbound(lastWeek), { status: 'SALE' }).length)]],
      ways: [
        by1(
          summarize({ start_time: 'last week', status: 'SALE', direction: 'inbound' }),
          counted(having(inbound(lastWeek), { status: 'SALE' }).length),
        ),
        by1(
          summarize({ start_time: 'last week', status: 'SALE', call_type: 'INBOUND' }),
          counted(having(inbound(lastWeek), { status: 'SALE' }).length),
        ),
      ],
    },
    countQuestion(
      'night-callers-at-clock-change',
      'How many people rang us on 9 March 2025 before six in the morning?',
      { start_time: '2025-03-09', end_time: '2025-03-09', time_of_day: '00:00-06:00', direction: 'inbound' },
      between(onDays(calls, '2025-03-09'), '00:00:00', '06:00:00'),
    ),
    {
      id: 'hold-time',
      question: 'How long did agents keep people on hold yesterday?',
      answer: [UNKNOWN],
      ways: [
        {
          calls: [summarize({ start_time: 'yesterday', sort_by: 'hold_time' })],
          found: [{ refusal: 'call logs hold no hold time' }],
        },
      ],
    },
  ];
}

const hourOf = ({ call_date }: { readonly call_date: string }) => call_date.slice(11, 13);
