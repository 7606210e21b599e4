/**
 * The rows of the sandbox, before a dialect renders them. Field names are the contract's own, so that a test
 * can compare a row and a reply without a translation table in between.
 */

/** A recording of a call ("Recording Object" in the contract). */
export interface SandboxRecording {
  readonly src: string;
  readonly type: string;
  readonly recording_id: string;
  readonly filename: string;
  readonly public_url: string;
}

/** The call types of the contract's `call_type` filter. */
export const CALL_TYPES = ['OUTBOUND', 'INBOUND', 'MANUAL', '3WAY'] as const;
export type SandboxCallType = (typeof CALL_TYPES)[number];

/** One call as the floor knows it ("Call Log Object" in the contract, plus what live rows add). */
export interface SandboxCall {
  readonly id: string;
  readonly lead_id: string;
  readonly list_id: string;
  readonly campaign_id: string;
  readonly user_id: string;
  /** The lead's number, ten digits. */
  readonly phone_number: string;
  /** The lead's number on the way out; the number the lead rang on the way in. */
  readonly number_dialed: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly status: string;
  /** Seconds; null while the call is in progress. */
  readonly call_length: number | null;
  /** `YYYY-MM-DD HH:MM:SS`, account time. */
  readonly call_date: string;
  readonly call_type: SandboxCallType;
  /** How often the lead had been called, this call included: 1, 2, 3 … in order of time. */
  readonly called_count: number;
  /** Every recording there is, whether or not a request asks for them. */
  readonly recording: readonly SandboxRecording[];
  readonly agent_comment: string | null;
  readonly queue_id: string | null;
  readonly queue_position: number | null;
  /** Seconds the caller waited. */
  readonly queue_seconds: number | null;
  readonly caller_id_displayed: string;
  /** The account's own number that was rung; null on the way out. */
  readonly inbound_number: string | null;
  readonly term_reason: string | null;
  /** The agent who brought a third party in; null for every other type. */
  readonly originating_agent_id: string | null;
  readonly session_id: string | null;
}

/** Order of calls in time: by `call_date`, then by id as a number. Negative when `a` comes first. */
export function compareCalls(a: SandboxCall, b: SandboxCall): number {
  if (a.call_date !== b.call_date) return a.call_date < b.call_date ? -1 : 1;
  return Number(a.id) - Number(b.id);
}
