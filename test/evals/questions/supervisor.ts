import { USER_NAMES } from '../../../src/sandbox/floor.js';
import type { Floor, Question } from '../question.js';
import {
  by,
  connectRate,
  finished,
  having,
  highest,
  LAST_WEEK,
  meanTalk,
  onDays,
  percentWords,
  secondsWords,
  TODAY,
  YESTERDAY,
} from '../rows.js';
import { by1, cell, counted, NONE, refusal, search, summarize, total, UNKNOWN } from '../ways.js';

/** Questions of a supervisor about the floor. */
export function supervisorQuestions({ calls }: Floor): Question[] {
  const yesterday = onDays(calls, YESTERDAY);
  const lastWeek = onDays(calls, ...LAST_WEEK);
  const jane = having(yesterday, { user_id: '12345' });
  const [campaign] = highest(
    by(jane, (call) => call.campaign_id),
    (group) => group.length,
  );
  const peers = having(yesterday, { campaign_id: campaign });
  const janeThere = having(peers, { user_id: '12345' });
  const byAgent = by(
    yesterday.filter(({ user_id }) => user_id !== '666666'),
    (call) => call.user_id,
  );
  const [busiest, busiestCalls] = highest(byAgent, (group) => group.length);
  const autoAgents = by(
    having(lastWeek, { campaign_id: '112' }).filter(({ user_id }) => user_id !== '666666'),
    (call) => call.user_id,
  );
  const [best, bestRate] = highest(autoAgents, connectRate);
  const sales = by(having(yesterday, { status: 'SALE' }), (call) => call.campaign_id);
  const [hour, hourCalls] = highest(
    by(yesterday, (call) => call.call_date.slice(11, 13)),
    (group) => group.length,
  );
  const inProgress = having(onDays(calls, TODAY), { status: 'INCALL' });
  const marcus = having(yesterday, { user_id: '22222' });
  const todayDone = finished(onDays(calls, TODAY)).length;
  const count = (group: ReadonlyMap<string, readonly unknown[]>, key: string) => group.get(key)?.length ?? 0;
  const role = 'supervisor';
  return [
    {
      id: 'calls-yesterday',
      role,
      question: 'How many calls did we make and take yesterday?',
      answer: [[String(yesterday.length)]],
      ways: [
        by1(summarize({ start_time: 'yesterday' }), counted(yesterday.length)),
        by1(search({ start_time: 'yesterday', limit: 1 }), total(yesterday.length)),
      ],
    },
    {
      id: 'jane-smith-against-campaign',
      role,
      question: 'How did Jane Smith do yesterday compared with the rest of her campaign?',
      answer: [
        ['Medicare Advantage'],
        [String(janeThere.length)],
        percentWords(connectRate(janeThere)),
        // The rest, the whole campaign, or an agent of it: whatever she is compared with starts from one of these.
        [...percentWords(connectRate(peers)), String(peers.length - janeThere.length), String(peers.length)],
      ],
      ways: [
        {
          calls: [
            summarize({ user_id: 'Jane Smith', start_time: 'yesterday', group_by: 'campaign' }),
            summarize({ campaign_id: 'Medicare Advantage', start_time: 'yesterday', group_by: 'user' }),
          ],
          found: [
            cell(campaign, 'calls', janeThere.length),
            { call: 1, ...cell('12345', 'calls', janeThere.length) },
            { call: 1, ...cell('12345', 'contact_rate', connectRate(janeThere)) },
            { call: 1, ...counted(peers.length) },
          ],
        },
        by1(
          summarize({ start_time: 'yesterday', group_by: ['campaign', 'user'], top: 40 }),
          cell(`${campaign}|Medicare Advantage|12345`, 'calls', janeThere.length),
          cell(`${campaign}|Medicare Advantage|12345`, 'contact_rate', connectRate(janeThere)),
        ),
      ],
    },
    {
      id: 'which-jane',
      role,
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
          cell('12345', 'calls', jane.length),
          cell('22223', 'calls', count(byAgent, '22223')),
        ),
      ],
    },
    {
      id: 'busiest-agent',
      role,
      question: 'Which agent handled the most calls yesterday, and how many?',
      answer: [['Derek Hall'], [String(busiestCalls)]],
      never: ['System User'],
      ways: [
        by1(
          summarize({ start_time: 'yesterday', group_by: 'user' }),
          cell(busiest, 'calls', busiestCalls),
          cell(busiest, 'user_name', 'Derek Hall'),
        ),
      ],
    },
    {
      id: 'best-connect-rate',
      role,
      question: 'Which agent had the best connect rate on Auto Insurance last week?',
      answer: [[USER_NAMES.get(best) ?? best], percentWords(bestRate)],
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
      id: 'sales-by-campaign',
      role,
      question: 'How many sales did each campaign close yesterday?',
      answer: ['111', '112', '113'].map((id) => [String(count(sales, id))]),
      ways: [
        by1(
          summarize({ status: 'SALE', start_time: 'yesterday', group_by: 'campaign' }),
          ...[...sales.keys()].map((id) => cell(id, 'calls', count(sales, id))),
        ),
        by1(
          summarize({ status: 'Sale Made', start_time: 'yesterday', group_by: ['campaign'] }),
          ...[...sales.keys()].map((id) => cell(id, 'calls', count(sales, id))),
        ),
      ],
    },
    {
      id: 'busiest-hour',
      role,
      question: 'What was our busiest hour yesterday?',
      answer: [[`${hour}:00`, `hour ${hour}`, `${((Number(hour) + 11) % 12) + 1}`], [String(hourCalls)]],
      ways: [by1(summarize({ start_time: 'yesterday', group_by: 'hour' }), cell(hour, 'calls', hourCalls))],
    },
    {
      id: 'calls-in-progress',
      role,
      question: 'How many calls are going on right now?',
      answer: [[String(inProgress.length), 'five']],
      ways: [
        by1(search({ status: 'INCALL', start_time: 'today' }), total(inProgress.length)),
        by1(summarize({ start_time: 'today' }), {
          text: `${inProgress.length} in progress`,
          at: 'total.in_progress',
          is: inProgress.length,
        }),
      ],
    },
    {
      id: 'campaign-that-does-not-exist',
      role,
      question: 'How is the Solar Roofing campaign doing this week?',
      answer: [NONE, ['Home Solar']],
      ways: [
        by1(
          summarize({ campaign_id: 'Solar Roofing', start_time: 'this week' }),
          refusal('The closest known are Home Solar (113)'),
        ),
      ],
    },
    {
      id: 'window-in-the-future',
      role,
      question: 'How many calls did we have from 9 to 15 March 2026?',
      answer: [[...NONE, 'future']],
      ways: [
        by1(
          summarize({ start_time: '2026-03-09', end_time: '2026-03-15' }),
          { text: 'No calls match.', at: 'total.calls', is: 0 },
          { text: 'the window lies in the future', at: 'total.calls', is: 0 },
        ),
        by1(search({ start_time: '2026-03-09', end_time: '2026-03-15' }), total(0)),
      ],
    },
    {
      id: 'window-over-the-spring-change',
      role,
      question: 'How many calls per day from 2 March to 9 March 2026?',
      answer: [[String(yesterday.length)], [String(todayDone), String(onDays(calls, TODAY).length)]],
      ways: [
        by1(
          summarize({ start_time: '2026-03-02', end_time: '2026-03-09', group_by: 'date' }),
          cell(YESTERDAY, 'calls', yesterday.length),
          cell(TODAY, 'calls', todayDone),
          {
            text: 'The end given, 2026-03-09 23:59:59, lies in the future.',
            at: 'window.asked_end',
            is: '2026-03-09 23:59:59',
          },
        ),
      ],
    },
    {
      id: 'hour-that-occurs-twice',
      role,
      question: 'How many calls did we take between 1 and 2 in the morning on 2 November 2025?',
      answer: [NONE],
      ways: [
        by1(
          summarize({ start_time: '2025-11-02 01:00:00', end_time: '2025-11-02 01:59:59' }),
          { text: 'No calls match.', at: 'total.calls', is: 0 },
          {
            text: 'occurs twice',
            at: 'window.start',
            is: '2025-11-02 01:00:00',
          },
        ),
      ],
    },
    {
      id: 'mean-talk-time',
      role,
      question: 'What was the average talk time of Marcus Reed yesterday?',
      answer: [secondsWords(meanTalk(marcus))],
      ways: [
        by1(summarize({ user_id: 'marcus', start_time: 'yesterday' }), {
          text: `mean ${meanTalk(marcus)}`,
          at: 'total.talk_seconds.mean',
          is: meanTalk(marcus),
        }),
      ],
    },
    {
      id: 'average-handle-time',
      role,
      question: 'Rank the agents by average handle time for yesterday.',
      answer: [UNKNOWN],
      ways: [
        by1(
          summarize({ start_time: 'yesterday', group_by: 'user', sort_by: 'aht' }),
          refusal('asks for handle time, which cannot be computed'),
        ),
      ],
    },
  ];
}
