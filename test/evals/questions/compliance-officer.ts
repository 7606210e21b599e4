import type { Floor, Question } from '../question.js';
import { abandonRate, by, having, highest, LAST_WEEK, onDays, percentWords, YESTERDAY } from '../rows.js';
import { by1, cell, counted, NONE, refusal, search, summarize, total, UNKNOWN } from '../ways.js';

/** Questions of a compliance officer. */
export function complianceQuestions({ calls }: Floor): Question[] {
  const yesterday = onDays(calls, YESTERDAY);
  const lastWeek = onDays(calls, ...LAST_WEEK);
  const month = by(onDays(calls, '2026-02-02', '2026-03-03'), (call) => call.campaign_id);
  const rates = ['111', '112', '113'].map((id) => ({ id, rate: abandonRate(month.get(id) ?? []) }));
  const doNotCall = having(yesterday, { status: 'DNC' });
  const refused = doNotCall.at(-1);
  const afterRefusal = calls.filter(
    (call) => call.lead_id === refused?.lead_id && call.call_date > refused.call_date,
  );
  const hammered = having(calls, { lead_id: '200241' });
  const phone = hammered.at(-1)?.phone_number ?? '';
  const last = hammered.at(-1)?.call_date ?? '';
  const invalid = by(having(lastWeek, { status: 'INVALID' }), (call) => call.list_id);
  const [list, listCalls] = highest(invalid, (group) => group.length);
  const blocked = having(lastWeek, { status: 'CALL_BLOCKED' }).length;
  const threeWay = having(yesterday, { call_type: '3WAY' }).length;
  const role = 'compliance officer';
  return [
    {
      id: 'do-not-call-requests',
      role,
      question: 'How many people asked us yesterday not to be called again?',
      answer: [[String(doNotCall.length)]],
      ways: [
        by1(summarize({ status: 'DNC', start_time: 'yesterday' }), counted(doNotCall.length)),
        by1(search({ status: 'Do Not Call', start_time: 'yesterday', limit: 5 }), total(doNotCall.length)),
        by1(
          summarize({ start_time: 'yesterday', group_by: 'status', top: 20 }),
          cell('DNC', 'calls', doNotCall.length),
        ),
      ],
    },
    {
      id: 'called-after-a-refusal',
      role,
      question: `Lead ${refused?.lead_id} asked not to be called on 2 March 2026. How often was the lead called after that?`,
      answer: [afterRefusal.length === 0 ? NONE : [String(afterRefusal.length)]],
      ways: [
        by1(
          search({ lead_id: refused?.lead_id }),
          total(having(calls, { lead_id: refused?.lead_id ?? '' }).length),
        ),
      ],
    },
    {
      id: 'abandon-rates',
      role,
      question: 'What was the abandon rate of each campaign from 2 February to 3 March 2026?',
      answer: rates.map(({ rate }) => percentWords(rate)),
      ways: [
        by1(
          summarize({ start_time: '2026-02-02', end_time: '2026-03-03', group_by: 'campaign' }),
          ...rates.map(({ id, rate }) => cell(id, 'abandon_rate', rate)),
        ),
      ],
    },
    {
      id: 'calls-before-eight',
      role,
      question: 'Did we call anybody before 8 in the morning yesterday?',
      answer: [NONE],
      ways: [
        by1(search({ start_time: 'yesterday', end_time: 'yesterday 07:59:59' }), total(0)),
        by1(
          summarize({ start_time: 'yesterday', group_by: 'hour' }),
          cell('08', 'calls', yesterday.filter(({ call_date }) => call_date.slice(11, 13) === '08').length),
        ),
      ],
    },
    {
      id: 'attempts-on-a-lead',
      role,
      question: 'How often has lead 200241 been called?',
      answer: [[String(hammered.length)]],
      ways: [
        by1(search({ lead_id: '200241' }), total(hammered.length)),
        by1(summarize({ lead_id: '200241' }), counted(hammered.length)),
      ],
    },
    {
      id: 'last-call-to-a-number',
      role,
      question: `When did we last speak to or dial ${phone}?`,
      answer: [[last, last.slice(0, 10), last.slice(11, 16)]],
      ways: [
        by1(
          search({ phone_number: phone, limit: 1 }),
          { text: last.slice(11), at: 'calls.0.call_date', is: last },
          { text: last.slice(0, 10), at: 'calls.0.call_date', is: last },
        ),
      ],
    },
    {
      id: 'invalid-numbers',
      role,
      question: 'Which list gave us the most invalid numbers last week?',
      answer: [[list], [String(listCalls)]],
      ways: [
        by1(
          summarize({ status: 'INVALID', start_time: 'last week', group_by: 'list' }),
          cell(list, 'calls', listCalls),
        ),
      ],
    },
    {
      id: 'blocked-calls',
      role,
      question: 'How many of our calls were blocked last week?',
      answer: [[String(blocked)]],
      ways: [by1(summarize({ status: 'CALL_BLOCKED', start_time: 'last week' }), counted(blocked))],
    },
    {
      id: 'three-way-calls',
      role,
      question: 'How many three-way calls were there yesterday?',
      answer: [[String(threeWay)]],
      ways: [
        by1(search({ call_type: '3way', start_time: 'yesterday', limit: 5 }), total(threeWay)),
        by1(summarize({ call_type: '3WAY', start_time: 'yesterday' }), counted(threeWay)),
      ],
    },
    {
      id: 'hold-time',
      role,
      question: 'How long did agents keep people on hold yesterday?',
      answer: [UNKNOWN],
      ways: [
        by1(
          summarize({ start_time: 'yesterday', sort_by: 'hold_time' }),
          refusal('call logs hold no hold time'),
        ),
      ],
    },
    {
      id: 'zone-of-another-account',
      role,
      question: 'In which time zone are the call dates of our other Convoso account, the one in Texas?',
      answer: [UNKNOWN, ['this account', 'other account', 'another account', 'America/Los_Angeles']],
      never: ['America/Chicago'],
      ways: [
        // All that can be found out is whose calls these are: this account's alone, in its own zone.
        by1(search({ limit: 1 }), {
          text: 'America/Los_Angeles',
          at: 'window.time_zone',
          is: 'America/Los_Angeles',
        }),
      ],
    },
    {
      id: 'window-turned-round',
      role,
      question: 'List the do-not-call requests from 3 March 2026 back to 1 March 2026.',
      answer: [[String(having(onDays(calls, '2026-03-01', '2026-03-03'), { status: 'DNC' }).length)]],
      ways: [
        {
          calls: [
            search({ status: 'DNC', start_time: '2026-03-03', end_time: '2026-03-01', limit: 50 }),
            search({ status: 'DNC', start_time: '2026-03-01', end_time: '2026-03-03', limit: 50 }),
          ],
          found: [
            refusal('Swap them'),
            {
              call: 1,
              ...total(having(onDays(calls, '2026-03-01', '2026-03-03'), { status: 'DNC' }).length),
            },
          ],
        },
      ],
    },
  ];
}
