import type { Floor, Question } from '../question.js';
import { callOf, having, onDays, YESTERDAY } from '../rows.js';
import { by1, counted, field, NONE, open, refusal, search, summarize, total } from '../ways.js';

/** Questions of a support agent with a customer on the line. */
export function supportQuestions({ calls }: Floor): Question[] {
  const yesterday = onDays(calls, YESTERDAY);
  const complaint = callOf(calls, '123497');
  const named = callOf(calls, '124146');
  const namesakes = having(calls, { first_name: named.first_name, last_name: named.last_name });
  const queue = having(yesterday, { queue_id: '501' });
  const hungUp = having(queue, { status: 'DROP' }).length;
  const renewals = having(yesterday, { list_id: '336' }).length;
  const lead = having(calls, { lead_id: '206249' });
  const role = 'support agent';
  return [
    {
      id: 'what-became-of-a-call',
      role,
      question: 'What happened on call 790?',
      answer: [['no answer', "didn't answer", 'not answer', 'didn’t answer', 'NO_ANSWER', 'unanswered']],
      ways: [by1(open('790'), field('status', 'NO_ANSWER'), field('number_dialed', '18001234568'))],
    },
    {
      id: 'calls-of-a-lead',
      role,
      question: 'Lead 12345 says somebody rang. Who, and when?',
      answer: [['Marcus Reed'], ['14:30', '2:30']],
      // 12345 is an agent's id, too.
      never: ['Jane Smith'],
      ways: [
        by1(
          search({ lead_id: '12345' }),
          total(1),
          { text: '14:30:00', at: 'calls.0.call_date', is: '2026-03-03 14:30:00' },
          { text: '22222 Marcus Reed', at: 'names.user_id.22222', is: 'Marcus Reed' },
        ),
      ],
    },
    {
      id: 'call-that-does-not-exist',
      role,
      question: 'Open call 99999999 for me.',
      answer: [NONE],
      ways: [by1(open('99999999'), { text: 'No call log has the id 99999999', at: 'found', is: false })],
    },
    {
      id: 'who-rang-this-number',
      role,
      question: `Which agent talked to ${complaint.phone_number} yesterday?`,
      answer: [["Tom O'Brien", 'Tom O’Brien']],
      ways: [
        by1(search({ phone_number: complaint.phone_number, start_time: 'yesterday' }), {
          text: "22226 Tom O'Brien",
          at: 'names.user_id.22226',
          is: "Tom O'Brien",
        }),
      ],
    },
    {
      id: 'customer-by-name',
      role,
      question: `${named.first_name} ${named.last_name} is on the line. How many calls have we had with anybody of that name?`,
      answer: [[String(namesakes.length)]],
      ways: [
        by1(search({ first_name: named.first_name, last_name: named.last_name }), total(namesakes.length)),
        by1(
          summarize({ first_name: named.first_name, last_name: named.last_name }),
          counted(namesakes.length),
        ),
      ],
    },
    {
      id: 'calls-of-a-queue',
      role,
      question:
        'How many calls came in through Medicare Inbound yesterday, and how many of them hung up waiting?',
      answer: [[String(queue.length)], [String(hungUp)]],
      ways: [
        by1(summarize({ queue_id: 'Medicare Inbound', start_time: 'yesterday' }), counted(queue.length), {
          text: `abandoned ${hungUp}`,
          at: 'total.outcomes.abandoned',
          is: hungUp,
        }),
      ],
    },
    {
      id: 'agent-that-does-not-exist',
      role,
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
      id: 'calls-of-a-list',
      role,
      question: 'How many calls did we make to the Auto Renewals list yesterday?',
      answer: [[String(renewals)]],
      ways: [
        by1(summarize({ list_id: 'auto renewals', start_time: 'yesterday' }), counted(renewals)),
        by1(search({ list_id: 'Auto Renewals', start_time: 'yesterday', limit: 1 }), total(renewals)),
      ],
    },
    {
      id: 'was-it-recorded',
      role,
      question: 'Was call 789 recorded?',
      answer: [['yes', 'rec123', 'was recorded']],
      ways: [
        by1(open('789'), { text: 'recording_id rec123', at: 'call.recording.0.recording_id', is: 'rec123' }),
      ],
    },
    {
      id: 'first-call-of-a-lead',
      role,
      question: 'When did we call lead 206249 for the first time, and how often since the start?',
      answer: [[lead[0]?.call_date.slice(0, 10) ?? ''], [String(lead.length)]],
      ways: [
        by1(search({ lead_id: '206249', order: 'asc' }), total(lead.length), {
          text: lead[0]?.call_date.slice(0, 10) ?? '',
          at: 'calls.0.call_date',
          is: lead[0]?.call_date ?? '',
        }),
      ],
    },
  ];
}
