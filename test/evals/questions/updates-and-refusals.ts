import type { Floor, Question } from '../question.js';
import { ended, having, onDays, TODAY } from '../rows.js';
import {
  by1,
  cell,
  counted,
  NONE,
  open,
  refusal,
  sample,
  search,
  summarize,
  UNKNOWN,
  update,
} from '../ways.js';

/** Changes, and what cannot be answered or must not be done. */
export function updateQuestions({ calls, dialect }: Floor): Question[] {
  const running = having(onDays(calls, TODAY), { status: 'INCALL' }).at(-1);
  const missed = having(onDays(calls, '2026-03-02'), { status: 'NO_ANSWER', user_id: '666666' }).at(-1);
  const early = onDays(calls, '2026-03-01', '2026-03-03').filter(({ status }) => status === 'DNC').length;
  const set = (id: string, value: string) => [{ call_log_id: id, extra_field_01: value }];
  return [
    {
      id: 'note-a-review',
      question: 'Set extra_field_01 of call 789 to "QA pass".',
      answer: [['789'], ['extra_field_01', 'QA pass']],
      updates: set('789', 'QA pass'),
      ways: [
        by1(
          update({ call_log_id: '789', extra_field_01: 'QA pass' }),
          { text: 'extra_field_01', at: 'set.0', is: 'extra_field_01' },
          { text: 'COMPLETED', at: 'call.status', is: 'COMPLETED' },
        ),
      ],
    },
    {
      id: 'take-a-review-back',
      question: 'Empty extra_field_01 of call 789 again.',
      answer: [['789'], ['empt', 'clear', 'remov']],
      updates: [{ call_log_id: '789', clear_fields: ['extra_field_01'] }],
      ways: [
        by1(update({ call_log_id: '789', clear_fields: ['extra_field_01'] }), {
          text: 'extra_field_01',
          at: 'cleared.0',
          is: 'extra_field_01',
        }),
      ],
    },
    {
      id: 'two-fields-at-once',
      question: 'On call 790, note "voicemail full" in extra field 1 and "retry" in extra field 2.',
      answer: [['790'], ['voicemail full', 'extra_field_01']],
      updates: [{ call_log_id: '790', extra_field_01: 'voicemail full', extra_field_02: 'retry' }],
      ways: [
        by1(
          update({ call_log_id: '790', extra_field_01: 'voicemail full', extra_field_02: 'retry' }),
          { text: 'extra_field_01', at: 'set.0', is: 'extra_field_01' },
          { text: 'extra_field_02', at: 'set.1', is: 'extra_field_02' },
        ),
      ],
    },
    {
      id: 'review-of-a-call-nobody-took',
      question: `Set extra_field_01 of call ${missed?.id} to "QA fail: greeting".`,
      answer: [[missed?.id ?? ''], ['no answer', 'NO_ANSWER', 'nobody', 'no agent', 'no person']],
      updates: set(missed?.id ?? '', 'QA fail: greeting'),
      ways: [
        by1(update({ call_log_id: missed?.id, extra_field_01: 'QA fail: greeting' }), {
          text: 'NO_ANSWER',
          at: 'call.status',
          is: 'NO_ANSWER',
        }),
      ],
    },
    {
      id: 'value-of-an-extra-field',
      question: 'What is in extra_field_01 of call 790?',
      answer: [UNKNOWN],
      ways: [by1(open('790'), { text: 'Extra-field values cannot be read', at: 'found', is: true })],
    },
    {
      id: 'update-of-a-call-that-does-not-exist',
      question: 'Set extra_field_02 of call 99999999 to "Coaching".',
      answer: [[...NONE, ...UNKNOWN]],
      ways: [
        by1(
          update({ call_log_id: '99999999', extra_field_02: 'Coaching' }),
          refusal('No call log has this call_log_id.'),
        ),
      ],
    },
    {
      id: 'update-without-a-value',
      question: 'Update call 789.',
      answer: [[...NONE, 'which', 'what']],
      ways: [by1(update({ call_log_id: '789' }), refusal('extra_field'))],
    },
    {
      id: 'change-of-a-status',
      question: 'Change the status of call 789 to SALE.',
      answer: [[...NONE, ...UNKNOWN]],
      ways: [by1(update({ call_log_id: '789', status: 'SALE' }), refusal('Unknown argument: status.'))],
    },
    {
      id: 'call-that-does-not-exist',
      question: 'Open call 99999999 for me.',
      answer: [NONE],
      ways: [by1(open('99999999'), { text: 'No call log has the id 99999999', at: 'found', is: false })],
    },
    {
      id: 'thirtieth-of-february',
      question: 'Show me three calls from 30 February 2026.',
      answer: [[...NONE, 'exist']],
      ways: [
        by1(
          search({ start_time: '2026-02-30', end_time: '2026-02-30', limit: 3 }),
          refusal('“2026-02-30” is not a date and time that exists'),
        ),
      ],
    },
    {
      id: 'window-turned-around',
      question: 'How many do-not-call requests were there from 3 March 2026 back to 1 March 2026?',
      answer: [[String(early)]],
      ways: [
        {
          calls: [
            summarize({ status: 'DNC', start_time: '2026-03-03', end_time: '2026-03-01' }),
            summarize({ status: 'DNC', start_time: '2026-03-01', end_time: '2026-03-03' }),
          ],
          found: [refusal('Swap them'), { call: 1, ...counted(early) }],
        },
      ],
    },
    {
      id: 'zone-of-another-account',
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
      id: 'length-of-a-call-that-goes-on',
      question: `How long has call ${running?.id} taken?`,
      answer: [[...UNKNOWN, 'progress', 'still', 'going on']],
      ways: [by1(open(running?.id ?? ''), { text: 'INCALL', at: 'call.status', is: 'INCALL' })],
    },
    {
      id: 'status-that-does-not-exist',
      question: 'How many calls ended in VOICEMAIL_FULL yesterday?',
      answer: [NONE],
      ways: [
        by1(
          summarize({ status: 'VOICEMAIL_FULL', start_time: 'yesterday' }),
          ...(dialect === 'live'
            ? NO_SUCH_STATUS
            : [refusal('The account has no call status of this name.')]),
        ),
      ],
    },
    {
      id: 'whole-reading',
      question: 'How many calls were there from 1 to 3 March, and is that all of them?',
      answer: [[String(ended(onDays(calls, '2026-03-01', '2026-03-03')).length)]],
      ways: [
        by1(
          summarize({ start_time: '2026-03-01', end_time: '2026-03-03' }),
          counted(ended(onDays(calls, '2026-03-01', '2026-03-03')).length),
          { text: 'Complete', at: 'completeness.complete', is: true },
        ),
      ],
    },
    {
      id: 'incomplete-reading-of-a-month',
      question: 'How many calls were there last month, and is that all of them?',
      answer: [[...NONE, 'part', 'incomplete', 'at least']],
      never: [String(onDays(calls, '2026-02-01', '2026-02-28').length)],
      env: { CALL_LOGS_WALK_ROWS: '2000' },
      ways: [
        by1(
          summarize({ start_time: 'last month' }),
          { text: 'Partial', at: 'completeness.complete', is: false },
          { text: 'CALL_LOGS_WALK_ROWS', at: 'completeness.complete', is: false },
        ),
      ],
    },
    {
      id: 'grouping-that-does-not-exist',
      question: 'Break yesterday down by supervisor.',
      answer: [[...NONE, ...UNKNOWN]],
      ways: [
        by1(
          summarize({ start_time: 'yesterday', group_by: 'supervisor' }),
          refusal('group_by.0 must be one of'),
        ),
      ],
    },
    {
      id: 'sample-of-nothing',
      question: 'Pick three calls of Sunday, 1 March, between 2 and 3 in the afternoon with Grace Kim.',
      answer: [NONE],
      ways: [
        by1(
          sample({
            user_id: 'Grace Kim',
            start_time: '2026-03-01 14:00:00',
            end_time: '2026-03-01 14:59:59',
            size: 3,
          }),
          { text: 'No call', at: 'population', is: 0 },
        ),
      ],
    },
    {
      id: 'hour-that-is-left-out',
      question: 'How many calls came in between 2 and 3 in the night of 9 March 2025?',
      answer: [[...NONE, 'exist']],
      ways: [
        by1(
          summarize({ start_time: '2025-03-09', end_time: '2025-03-09', group_by: 'hour' }),
          cell(
            '03',
            'calls',
            onDays(calls, '2025-03-09').filter(({ call_date }) => call_date.slice(11, 13) === '03').length,
          ),
        ),
      ],
    },
  ];
}

const NO_SUCH_STATUS = [{ text: 'VOICEMAIL_FULL', at: 'total.calls', is: 0 }];
