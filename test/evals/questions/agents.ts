import { USER_NAMES } from '../../../src/sandbox/floor.js';
import type { Floor, Question } from '../question.js';
import {
  byUser,
  contactRate,
  having,
  highest,
  LAST_MONTH,
  LAST_WEEK,
  lineTime,
  lowest,
  onDays,
  reached,
  size,
  successRate,
  talk,
  YESTERDAY,
} from '../rows.js';
import {
  by1,
  cell,
  counted,
  countQuestion,
  NONE,
  percentWords,
  refusal,
  search,
  secondsWords,
  summarize,
  TALK,
  talkMean,
  UNKNOWN,
} from '../ways.js';

const nameOf = (id: string) => USER_NAMES.get(id) ?? id;

/** Who did how much, and how well. */
export function agentQuestions({ calls }: Floor): Question[] {
  const yesterday = onDays(calls, YESTERDAY);
  const lastWeek = onDays(calls, ...LAST_WEEK);
  const lastMonth = onDays(calls, ...LAST_MONTH);
  const users = byUser(yesterday);
  const weekUsers = byUser(lastWeek);
  const [busiest, busiestCalls] = highest(users, size);
  const [talker, talkerSeconds] = highest(weekUsers, lineTime);
  const [best, bestRate] = highest(byUser(having(lastWeek, { campaign_id: '112' })), contactRate);
  const [seller, sales] = highest(byUser(having(lastMonth, { status: 'SALE' })), size);
  const [worst, worstRate] = lowest(byUser(lastMonth), successRate);
  const [closer, closerRate] = highest(byUser(lastMonth), successRate);
  const [asked, callbacks] = highest(byUser(having(lastMonth, { status: 'CALLBK' })), size);
  const [refused, refusals] = highest(byUser(having(lastMonth, { status: 'DNC' })), size);
  const of = (id: string) => having(yesterday, { user_id: id });
  const marcus = of('22222');
  const marcusMean = Math.round((talk(marcus) / reached(marcus).length) * 10) / 10;
  const dialers = having(yesterday, { user_id: '666666' }).length;
  const derekMonth = having(lastMonth, { user_id: '22230' });
  return [
    {
      id: 'busiest-agent',
      question: 'Which agent handled the most calls yesterday, and how many?',
      answer: [[nameOf(busiest)], [String(busiestCalls)]],
      never: ['System User'],
      ways: [
        by1(
          summarize({ start_time: 'yesterday', group_by: 'user' }),
          cell(busiest, 'calls', busiestCalls),
          cell(busiest, 'user_name', nameOf(busiest)),
        ),
      ],
    },
    {
      id: 'most-talk-time',
      question: 'Who had the most talk time last week?',
      answer: [[nameOf(talker)], secondsWords(talkerSeconds)],
      ways: [
        by1(
          summarize({ start_time: 'last week', group_by: 'user', metrics: 'talk', sort_by: TALK }),
          cell(talker, TALK, talkerSeconds),
        ),
      ],
    },
    {
      id: 'which-jane',
      question: 'How many calls did Jane make yesterday?',
      answer: [['Jane Smith'], ['Jane Okafor']],
      ways: [
        by1(
          summarize({ user_id: 'Jane', start_time: 'yesterday' }),
          refusal('Jane Smith (12345)'),
          refusal('Jane Okafor (22223)'),
        ),
        by1(
          summarize({ start_time: 'yesterday', group_by: 'user' }),
          cell('12345', 'calls', of('12345').length),
          cell('22223', 'calls', of('22223').length),
        ),
      ],
    },
    countQuestion(
      'calls-of-jane-smith',
      'How many calls did Jane Smith have yesterday?',
      { user_id: 'Jane Smith', start_time: 'yesterday' },
      of('12345'),
    ),
    countQuestion(
      'calls-of-both-janes',
      'How many calls did the two Janes, Smith and Okafor, have yesterday together?',
      { user_id: 'Jane Smith, Jane Okafor', start_time: 'yesterday' },
      [...of('12345'), ...of('22223')],
    ),
    countQuestion(
      'name-without-accents',
      'How many calls had Zoe Lindqvist yesterday?',
      { user_id: 'zoe lindqvist', start_time: 'yesterday' },
      of('22231'),
    ),
    countQuestion(
      'name-with-an-apostrophe',
      'And how many did Tom O’Brien have on Saturday?',
      { user_id: 'tom o’brien', start_time: '2026-02-28', end_time: '2026-02-28' },
      having(onDays(calls, '2026-02-28'), { user_id: '22226' }),
    ),
    {
      id: 'mean-talk-time',
      question: 'What was the average talk time of Marcus Reed yesterday, when he had a person on the line?',
      answer: [secondsWords(marcusMean)],
      ways: [
        by1(summarize({ user_id: 'marcus', start_time: 'yesterday', metrics: 'talk' }), talkMean(marcusMean)),
      ],
    },
    {
      id: 'best-contact-rate',
      question: 'Which agent reached people best on Auto Insurance last week?',
      answer: [[nameOf(best)], percentWords(bestRate)],
      ways: [
        by1(
          summarize({
            campaign_id: 'Auto Insurance',
            start_time: 'last week',
            group_by: 'user',
            sort_by: 'contact_rate',
          }),
          cell(best, 'contact_rate', bestRate),
        ),
      ],
    },
    {
      id: 'most-sales',
      question: 'Who sold the most last month?',
      answer: [[nameOf(seller)], [String(sales)]],
      ways: [
        by1(
          summarize({ start_time: 'last month', status: 'SALE', group_by: 'user' }),
          cell(seller, 'calls', sales),
        ),
      ],
    },
    {
      id: 'best-closer',
      question: 'Who turned the largest share of conversations into sales last month?',
      answer: [[nameOf(closer)], percentWords(closerRate)],
      ways: [
        by1(
          summarize({ start_time: 'last month', group_by: 'user', sort_by: 'success_rate' }),
          cell(closer, 'success_rate', closerRate),
        ),
      ],
    },
    {
      id: 'worst-closer',
      question: 'And who sold least often per conversation last month, of those with at least 100 calls?',
      answer: [[nameOf(worst)], percentWords(worstRate)],
      ways: [
        by1(
          summarize({
            start_time: 'last month',
            group_by: 'user',
            sort_by: 'success_rate',
            sort_order: 'asc',
            min_calls: 100,
            top: 3,
          }),
          cell(worst, 'success_rate', worstRate),
        ),
      ],
    },
    {
      id: 'most-callbacks',
      question: 'Which agent promised the most callbacks last month?',
      answer: [[nameOf(asked)], [String(callbacks)]],
      ways: [
        by1(
          summarize({ start_time: 'last month', status: 'Call Back', group_by: 'user', top: 3 }),
          cell(asked, 'calls', callbacks),
        ),
      ],
    },
    {
      id: 'most-do-not-calls',
      question: 'With which agent did the most people ask not to be called again last month?',
      answer: [[nameOf(refused)], [String(refusals)]],
      ways: [
        by1(
          summarize({ start_time: 'last month', status: 'DNC', group_by: 'user', top: 3 }),
          cell(refused, 'calls', refusals),
        ),
      ],
    },
    countQuestion(
      'calls-without-an-agent',
      'How many of yesterday’s calls were the dialer’s alone, without an agent?',
      { start_time: 'yesterday', user_id: 'System User' },
      Array.from({ length: dialers }),
    ),
    countQuestion(
      'agents-only',
      'How many calls did agents handle yesterday, without the dialer’s own?',
      { start_time: 'yesterday', agents_only: 1 },
      yesterday.filter(({ user_id }) => user_id !== '666666'),
    ),
    countQuestion(
      'neither-sale-nor-refusal',
      'How many of Derek Hall’s calls last month ended in neither a sale nor “not interested”?',
      { start_time: 'last month', user_id: 'Derek Hall', status: '!SALE,!NI' },
      derekMonth.filter(({ status }) => status !== 'SALE' && status !== 'NI'),
    ),
    {
      id: 'average-handle-time',
      question: 'Rank the agents by average handle time for yesterday.',
      answer: [UNKNOWN],
      ways: [
        by1(
          summarize({ start_time: 'yesterday', group_by: 'user', sort_by: 'aht' }),
          refusal('asks for handle time, which cannot be computed'),
        ),
      ],
    },
    {
      id: 'agent-that-does-not-exist',
      question: 'The customer says that Bob Dole rang yesterday. Is that so?',
      answer: [NONE],
      ways: [
        by1(
          search({ user_id: 'Bob Dole', start_time: 'yesterday' }),
          refusal('no user called “Bob Dole” is known'),
        ),
      ],
    },
    {
      id: 'day-off',
      question: 'How many calls did Sofia Marino take last Tuesday, 24 February?',
      answer: [NONE],
      ways: [
        by1(
          summarize({ user_id: 'Sofia Marino', start_time: '2026-02-24', end_time: '2026-02-24' }),
          counted(0),
        ),
      ],
    },
  ];
}
