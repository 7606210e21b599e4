import type { SandboxCall } from './calls.js';
import { dayAfter, dayOf } from './clock.js';

/** The examples on the latest day on which both had ended before this second, account time. */
export function exampleCalls(now: string): SandboxCall[] {
  const today = dayOf(now.slice(0, 10));
  const { date } = now.slice(11) > '14:40:00' ? today : dayAfter(today, -1);
  return EXAMPLES.map((call) => ({ ...call, call_date: `${date}${call.call_date.slice(10)}` }));
}

/**
 * Calls 789 and 790, field for field as in the contract's "Response Example" of Retrieve/Search. What the contract
 * does not print (names, counts, reasons) is made up to fit. The contract's update example shows 789 with another
 * agent (12345); one call has one agent here, and the retrieve example wins.
 */
const EXAMPLES: readonly SandboxCall[] = [
  {
    id: '789',
    lead_id: '12345',
    list_id: '333',
    campaign_id: '111',
    user_id: '22222',
    phone_number: '5551234567',
    number_dialed: '18001234567',
    first_name: 'Maria',
    last_name: 'Gonzalez',
    status: 'COMPLETED',
    call_length: 300,
    call_date: '2026-03-03 14:30:00',
    call_type: 'OUTBOUND',
    called_count: 1,
    recording: [
      {
        src: 'https://convoso.com/recording/rec123',
        type: 'mp3',
        recording_id: 'rec123',
        filename: 'call_123.mp3',
        public_url: 'https://convoso.com/public/rec123',
      },
    ],
    agent_comment: null,
    queue_id: null,
    queue_position: null,
    queue_seconds: null,
    caller_id_displayed: '7475550111',
    inbound_number: null,
    term_reason: 'AGENT',
    originating_agent_id: null,
    session_id: null,
  },
  {
    id: '790',
    lead_id: '12346',
    list_id: '333',
    campaign_id: '111',
    user_id: '22222',
    phone_number: '5551234568',
    number_dialed: '18001234568',
    first_name: 'Robert',
    last_name: 'Walker',
    status: 'NO_ANSWER',
    call_length: 0,
    call_date: '2026-03-03 14:35:00',
    call_type: 'OUTBOUND',
    called_count: 1,
    recording: [],
    agent_comment: null,
    queue_id: null,
    queue_position: null,
    queue_seconds: null,
    caller_id_displayed: '7475550111',
    inbound_number: null,
    term_reason: 'NOANSWER',
    originating_agent_id: null,
    session_id: null,
  },
];
