import { CAMPAIGN_NAMES } from '../../../src/sandbox/floor.js';
import type { Floor, Question } from '../question.js';
import {
  abandonRate,
  by,
  byCampaign,
  contactRate,
  having,
  highest,
  LAST_MONTH,
  LAST_WEEK,
  lineTime,
  lowest,
  machines,
  onDays,
  outbound,
  percent,
  reached,
  size,
  successRate,
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
  secondsWords,
  summarize,
  TALK,
  UNKNOWN,
} from '../ways.js';

const CAMPAIGNS = ['111', '112', '113'] as const;
const nameOf = (id: string) => CAMPAIGN_NAMES.get(id) ?? id;

/** What the campaigns did. */
export function campaignQuestions({ calls, dialect }: Floor): Question[] {
  const yesterday = onDays(calls, YESTERDAY);
  const lastWeek = onDays(calls, ...LAST_WEEK);
  const lastMonth = onDays(calls, ...LAST_MONTH);
  const campaigns = byCampaign(yesterday);
  const of = (id: string) => campaigns.get(id) ?? [];
  const sales = byCampaign(having(yesterday, { status: 'SALE' }));
  const month = byCampaign(onDays(calls, '2026-02-02', '2026-03-03'));
  const [reaching, rate] = highest(byCampaign(lastWeek), contactRate);
  const [talking, seconds] = highest(byCampaign(lastMonth), lineTime);
  const [asking, doNotCall] = highest(byCampaign(having(lastMonth, { status: 'DNC' })), size);
  const pilot = having(onDays(calls, '2026-01-15', '2026-01-21'), { campaign_id: '113' });
  const out = outbound(pilot);
  const surveys = having(out, { status: 'SURVEY' }).length;
  const least = percent(reached(out).length, out.length);
  const most = percent(reached(out).length + surveys, out.length);
  const callerIds = by(outbound(lastMonth), (call) => call.caller_id_displayed);
  const [worstNumber, worstRate] = lowest(callerIds, contactRate);
  const solar = outbound(having(lastWeek, { campaign_id: '113' }));
  return [
    {
      id: 'calls-by-campaign',
      question: 'How many calls did each campaign have yesterday?',
      answer: CAMPAIGNS.map((id) => [String(of(id).length)]),
      ways: [
        by1(
          summarize({ start_time: 'yesterday', group_by: 'campaign' }),
          ...CAMPAIGNS.map((id) => cell(id, 'calls', of(id).length)),
        ),
      ],
    },
    {
      id: 'sales-by-campaign',
      question: 'How many sales did each campaign close yesterday?',
      answer: CAMPAIGNS.map((id) => [String(sales.get(id)?.length ?? 0)]),
      ways: [
        by1(
          summarize({ status: 'SALE', start_time: 'yesterday', group_by: 'campaign' }),
          ...[...sales].map(([id, group]) => cell(id, 'calls', group.length)),
        ),
        by1(
          summarize({ status: 'Sale Made', start_time: 'yesterday', group_by: ['campaign'] }),
          ...[...sales].map(([id, group]) => cell(id, 'calls', group.length)),
        ),
      ],
    },
    {
      id: 'share-that-bought',
      question: 'What share of the people reached yesterday bought, by campaign?',
      answer: CAMPAIGNS.map((id) => percentWords(successRate(of(id)))),
      ways: [
        by1(
          summarize({ start_time: 'yesterday', group_by: 'campaign' }),
          ...CAMPAIGNS.map((id) => cell(id, 'success_rate', successRate(of(id)))),
        ),
      ],
    },
    {
      id: 'abandon-rates',
      question: 'What was the abandon rate of each campaign from 2 February to 3 March 2026?',
      answer: CAMPAIGNS.map((id) => percentWords(abandonRate(month.get(id) ?? []))),
      ways: [
        by1(
          summarize({
            start_time: '2026-02-02',
            end_time: '2026-03-03',
            group_by: 'campaign',
            metrics: 'rates',
          }),
          ...CAMPAIGNS.map((id) => cell(id, 'abandon_rate', abandonRate(month.get(id) ?? []))),
        ),
      ],
    },
    {
      id: 'best-reaching-campaign',
      question: 'Which campaign reached people best last week?',
      answer: [[nameOf(reaching)], percentWords(rate)],
      ways: [
        by1(
          summarize({ start_time: 'last week', group_by: 'campaign', sort_by: 'contact_rate' }),
          cell(reaching, 'contact_rate', rate),
        ),
      ],
    },
    {
      id: 'campaign-with-most-talk',
      question: 'On which campaign did we talk longest last month, in all?',
      answer: [[nameOf(talking)], secondsWords(seconds)],
      ways: [
        by1(
          summarize({ start_time: 'last month', group_by: 'campaign', metrics: 'talk', sort_by: TALK }),
          cell(talking, TALK, seconds),
        ),
      ],
    },
    {
      id: 'campaign-with-most-do-not-calls',
      question: 'Which campaign brought the most do-not-call requests last month?',
      answer: [[nameOf(asking)], [String(doNotCall)]],
      ways: [
        by1(
          summarize({ start_time: 'last month', status: 'DNC', group_by: 'campaign' }),
          cell(asking, 'calls', doNotCall),
        ),
      ],
    },
    {
      id: 'statuses-unknown',
      question: 'What was the contact rate of Home Solar from 15 to 21 January 2026?',
      answer: [percentWords(least), percentWords(most)],
      ways: [
        by1(
          summarize({ campaign_id: 'Home Solar', start_time: '2026-01-15', end_time: '2026-01-21' }),
          { text: `${least} % to ${most} %`, at: 'total.rates.contact_rate.percent_min', is: least },
          { text: 'SURVEY', at: 'total.rates.contact_rate.percent_max', is: most },
        ),
      ],
    },
    countQuestion(
      'how-often-an-unknown-status',
      'How often was the status SURVEY used in January?',
      { status: 'SURVEY', start_time: '2026-01-01', end_time: '2026-01-31' },
      having(onDays(calls, '2026-01-01', '2026-01-31'), { status: 'SURVEY' }),
    ),
    {
      id: 'campaign-that-does-not-exist',
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
      id: 'worst-of-our-numbers',
      question: 'Which of our numbers got the worst answer rate last month?',
      ...(dialect === 'live'
        ? {
            answer: [[worstNumber], percentWords(worstRate)],
            ways: [
              by1(
                summarize({
                  start_time: 'last month',
                  direction: 'outbound',
                  group_by: 'caller_id',
                  sort_by: 'contact_rate',
                  sort_order: 'asc',
                }),
                cell(worstNumber, 'contact_rate', worstRate),
              ),
            ],
          }
        : {
            answer: [UNKNOWN],
            ways: [
              by1(summarize({ start_time: 'last month', direction: 'outbound', group_by: 'caller_id' }), {
                text: 'carries caller_id',
                at: 'groups.rows.0.0',
                is: '(none)',
              }),
            ],
          }),
    },
    countQuestion(
      'machines-of-a-campaign',
      'How many answering machines did Home Solar meet last week?',
      { campaign_id: 'Home Solar', start_time: 'last week', outcome: 'machine', direction: 'outbound' },
      machines(solar),
    ),
    countQuestion(
      'two-campaigns',
      'How many calls did Medicare Advantage and Auto Insurance have last week together?',
      { campaign_id: 'Medicare Advantage, Auto Insurance', start_time: 'last week' },
      lastWeek.filter(({ campaign_id }) => campaign_id !== '113'),
    ),
    countQuestion(
      'all-but-one-campaign',
      'How many calls did we have yesterday apart from Home Solar?',
      { campaign_id: '!Home Solar', start_time: 'yesterday' },
      yesterday.filter(({ campaign_id }) => campaign_id !== '113'),
    ),
    {
      id: 'campaign-by-part-of-its-name',
      question: 'What was the contact rate of Medicare last week?',
      answer: [percentWords(contactRate(having(lastWeek, { campaign_id: '111' })))],
      ways: [
        by1(summarize({ campaign_id: 'Medicare', start_time: 'last week' }), {
          text: String(contactRate(having(lastWeek, { campaign_id: '111' }))),
          at: 'total.rates.contact_rate.percent',
          is: contactRate(having(lastWeek, { campaign_id: '111' })),
        }),
      ],
    },
    {
      id: 'statuses-as-columns',
      question: 'How many sales, refusals and do-not-call requests did each campaign have last week?',
      answer: CAMPAIGNS.flatMap((id) =>
        ['SALE', 'NI', 'DNC'].map((status) => [String(having(lastWeek, { campaign_id: id, status }).length)]),
      ),
      ways: [
        by1(
          summarize({ start_time: 'last week', group_by: 'campaign', count_statuses: 'SALE,NI,DNC' }),
          ...CAMPAIGNS.flatMap((id) =>
            ['SALE', 'NI', 'DNC'].map((status) =>
              cell(id, status, having(lastWeek, { campaign_id: id, status }).length),
            ),
          ),
        ),
      ],
    },
    {
      id: 'campaign-before-it-ran',
      question: 'How many calls did Home Solar have in January 2025?',
      answer: [NONE],
      ways: [
        by1(
          summarize({ campaign_id: 'Home Solar', start_time: '2025-01-01', end_time: '2025-01-31' }),
          counted(0),
        ),
      ],
    },
  ];
}
