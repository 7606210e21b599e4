import { LIST_NAMES } from '../../../src/sandbox/floor.js';
import type { Floor, Question } from '../question.js';
import {
  between,
  by,
  contactRate,
  different,
  having,
  highest,
  LAST_MONTH,
  LAST_WEEK,
  onDays,
  outbound,
  size,
  successRate,
  TODAY,
  YESTERDAY,
} from '../rows.js';
import {
  by1,
  cell,
  counted,
  countQuestion,
  NONE,
  open,
  percentWords,
  search,
  summarize,
  total,
} from '../ways.js';

const nameOf = (id: string) => LIST_NAMES.get(id) ?? id;

/** Who is called, and how often. */
export function leadQuestions({ calls, dialect }: Floor): Question[] {
  const yesterday = onDays(calls, YESTERDAY);
  const today = outbound(onDays(calls, TODAY));
  const lastWeek = onDays(calls, ...LAST_WEEK);
  const lastMonth = onDays(calls, ...LAST_MONTH);
  const [invalidList, invalid] = highest(
    by(having(lastWeek, { status: 'INVALID' }), ({ list_id }) => list_id),
    size,
  );
  const [bestList, bestRate] = highest(
    by(lastMonth, ({ list_id }) => list_id),
    successRate,
  );
  const [reachedList, reachedRate] = highest(
    by(lastWeek, ({ list_id }) => list_id),
    contactRate,
  );
  const many = [...by(today, ({ phone_number }) => phone_number)].filter(([, rows]) => rows.length > 3);
  const manyLeads = [...by(outbound(onDays(calls, '2026-02-24')), ({ lead_id }) => lead_id)].filter(
    ([, rows]) => rows.length > 3,
  );
  const [hammered, times] = highest(
    by(calls, ({ lead_id }) => lead_id),
    size,
  );
  const history = having(calls, { lead_id: hammered });
  const [area, areaCalls] = highest(
    by(outbound(lastMonth), ({ phone_number }) => phone_number.slice(0, 3)),
    size,
  );
  const phone = history.at(-1)?.phone_number ?? '';
  const last = history.at(-1)?.call_date ?? '';
  const doNotCall = having(yesterday, { status: 'DNC' });
  const refused = doNotCall.at(-1);
  const after = having(calls, { lead_id: refused?.lead_id ?? '' });
  const renewals = having(yesterday, { list_id: '336' });
  const named = history[0];
  const namesakes = having(lastMonth, { first_name: 'Lisa', last_name: 'Garcia' });
  const numbers = new Map<string, number>();
  const attempts = outbound(yesterday).map((call) => {
    const attempt = (numbers.get(call.phone_number) ?? 0) + 1;
    numbers.set(call.phone_number, attempt);
    return attempt;
  });
  const attempt = (wanted: number) => attempts.filter((one) => one === wanted).length;
  return [
    {
      id: 'called-more-than-three-times',
      question: 'Whom did we call more than three times on Tuesday?',
      answer: many.map(([number]) => [number]),
      ways: [
        by1(
          summarize({
            start_time: 'today',
            direction: 'outbound',
            group_by: 'phone_number',
            min_calls: 4,
          }),
          ...many.map(([number, rows]) => cell(number, 'calls', rows.length)),
        ),
      ],
    },
    {
      id: 'leads-called-more-than-three-times',
      question: 'Which leads did we dial more than three times on 24 February?',
      answer: manyLeads.map(([lead]) => [lead]),
      ways: [
        by1(
          summarize({
            start_time: '2026-02-24',
            end_time: '2026-02-24',
            direction: 'outbound',
            group_by: 'lead',
            min_calls: 4,
          }),
          ...manyLeads.map(([lead, rows]) => cell(lead, 'calls', rows.length)),
        ),
      ],
    },
    {
      id: 'attempts',
      question: 'Of the numbers dialed yesterday, how many were dialed a second time that day?',
      answer: [[String(attempt(2))]],
      ways: [
        by1(
          summarize({ start_time: 'yesterday', direction: 'outbound', group_by: 'attempt' }),
          cell('1', 'calls', attempt(1)),
          cell('2', 'calls', attempt(2)),
        ),
      ],
    },
    {
      id: 'invalid-numbers',
      question: 'Which list gave us the most invalid numbers last week?',
      answer: [[nameOf(invalidList)], [String(invalid)]],
      ways: [
        by1(
          summarize({ status: 'INVALID', start_time: 'last week', group_by: 'list' }),
          cell(invalidList, 'calls', invalid),
        ),
      ],
    },
    {
      id: 'best-list',
      question: 'Which list sold best per conversation last month?',
      answer: [[nameOf(bestList)], percentWords(bestRate)],
      ways: [
        by1(
          summarize({ start_time: 'last month', group_by: 'list', sort_by: 'success_rate' }),
          cell(bestList, 'success_rate', bestRate),
        ),
      ],
    },
    {
      id: 'best-reached-list',
      question: 'On which list did we reach people best last week?',
      answer: [[nameOf(reachedList)], percentWords(reachedRate)],
      ways: [
        by1(
          summarize({ start_time: 'last week', group_by: 'list', sort_by: 'contact_rate' }),
          cell(reachedList, 'contact_rate', reachedRate),
        ),
      ],
    },
    {
      id: 'area-codes',
      question: 'Into which area code did we dial most last month?',
      answer: [[area], [String(areaCalls)]],
      ways: [
        by1(
          summarize({ start_time: 'last month', direction: 'outbound', group_by: 'area_code', top: 5 }),
          cell(area, 'calls', areaCalls),
        ),
      ],
    },
    {
      id: 'attempts-on-a-lead',
      question: `How often has lead ${hammered} been called?`,
      answer: [[String(times)]],
      ways: [
        by1(search({ lead_id: hammered, limit: 1 }), total(times)),
        by1(summarize({ lead_id: hammered }), counted(times)),
      ],
    },
    {
      id: 'last-call-to-a-number',
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
      id: 'number-as-people-write-it',
      question: `How often have we been in touch with (${phone.slice(0, 3)}) 555-${phone.slice(6)}?`,
      answer: [[String(times)]],
      ways: [
        by1(
          search({ phone_number: `+1 (${phone.slice(0, 3)}) 555-${phone.slice(6)}`, limit: 1 }),
          total(times),
        ),
      ],
    },
    {
      id: 'first-call-of-a-lead',
      question: `When did we call lead ${hammered} for the first time?`,
      answer: [[named?.call_date.slice(0, 10) ?? '']],
      ways: [
        by1(search({ lead_id: hammered, order: 'asc', limit: 1 }), total(times), {
          text: named?.call_date.slice(0, 10) ?? '',
          at: 'calls.0.call_date',
          is: named?.call_date ?? '',
        }),
      ],
    },
    {
      id: 'called-after-a-refusal',
      question: `Lead ${refused?.lead_id} asked not to be called on 2 March 2026. Was the lead called after that?`,
      answer: [after.at(-1) === refused ? NONE : ['yes']],
      ways: [
        by1(search({ lead_id: refused?.lead_id, limit: 2 }), total(after.length), {
          text: refused?.id ?? '',
          at: 'calls.0.id',
          is: after.at(-1)?.id ?? '',
        }),
      ],
    },
    {
      id: 'do-not-call-requests',
      question: 'How many people asked us yesterday not to be called again?',
      answer: [[String(doNotCall.length)]],
      ways: [
        by1(summarize({ status: 'DNC', start_time: 'yesterday' }), counted(doNotCall.length)),
        by1(search({ status: 'Do Not Call', start_time: 'yesterday', limit: 1 }), total(doNotCall.length)),
      ],
    },
    countQuestion(
      'calls-of-a-list',
      'How many calls did we have with the Auto Renewals list yesterday?',
      { list_id: 'auto renewals', start_time: 'yesterday' },
      renewals,
    ),
    {
      id: 'leads-of-a-list',
      question: 'How many different leads of Solar Homeowners were on a call last week?',
      answer: [[String(different(having(lastWeek, { list_id: '337' }), 'lead_id'))]],
      ways: [
        by1(summarize({ list_id: 'Solar Homeowners', start_time: 'last week', metrics: 'leads' }), {
          text: `${different(having(lastWeek, { list_id: '337' }), 'lead_id')} leads`,
          at: 'total.leads',
          is: different(having(lastWeek, { list_id: '337' }), 'lead_id'),
        }),
      ],
    },
    countQuestion(
      'customers-of-a-name',
      'Lisa Garcia is on the line. How many calls did we have with anybody of that name last month?',
      { first_name: 'Lisa', last_name: 'Garcia', start_time: 'last month' },
      namesakes,
    ),
    {
      id: 'calls-of-a-lead',
      question: 'Lead 12345 says somebody rang. Who, and when?',
      answer: [['Marcus Reed'], ['14:30', '2:30']],
      // 12345 is an agent's id, too.
      never: ['Jane Smith'],
      ways: [
        by1(
          search({ lead_id: '12345' }),
          total(1),
          { text: '14:30:00', at: 'calls.0.call_date', is: '2026-03-03 14:30:00' },
          { text: 'Marcus Reed', at: 'names.user_id.22222', is: 'Marcus Reed' },
        ),
      ],
    },
    {
      id: 'what-became-of-a-call',
      question: 'What happened on call 790?',
      answer: [['no answer', 'not answer', 'NO_ANSWER', 'unanswered']],
      ways: [by1(open('790'), { text: 'status: NO_ANSWER', at: 'call.status', is: 'NO_ANSWER' })],
    },
    countQuestion(
      'early-callers-of-a-list',
      'How many calls of Turning 65 CA fell between 8 and 9 in the morning last week?',
      { list_id: 'Turning 65 CA', start_time: 'last week', time_of_day: '08:00-09:00' },
      between(having(lastWeek, { list_id: '333' }), '08:00:00', '09:00:00'),
    ),
    ...(dialect === 'live'
      ? [
          countQuestion(
            'first-attempts',
            'How many calls yesterday were the first ever to their lead?',
            { called_count: 1, start_time: 'yesterday' },
            having(yesterday, { called_count: 1 }),
          ),
        ]
      : []),
  ];
}
