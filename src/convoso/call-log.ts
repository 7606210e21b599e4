/** One recording of a call (contract: "Recording Object"). URLs open without a login: they are bearer secrets. */
export interface Recording {
  src?: string;
  type?: string;
  recording_id?: string;
  filename?: string;
  public_url?: string;
}

/**
 * The text fields of a call log, in the order answers show them: those of the contract ("Call Log Object", and `user` of
 * the update reply), then those that live rows carry beyond it.
 */
export const TEXT_FIELDS = [
  'lead_id',
  'first_name',
  'last_name',
  'phone_number',
  'number_dialed',
  'call_type',
  'status',
  'status_name',
  'user_id',
  'user',
  'campaign_id',
  'campaign',
  'list_id',
  'queue_id',
  'queue',
  'agent_comment',
  'called_count',
  'caller_id_displayed',
  'inbound_number',
  'term_reason',
  'queue_position',
  'queue_seconds',
  'originating_agent_id',
  'session_id',
] as const;

export type TextField = (typeof TEXT_FIELDS)[number];

/**
 * One call, whichever dialect it came in. A field the service left out, or gave as null, "", "null" or "NULL", is absent.
 * Ids and numbers that are not computed with stay strings. Every text is cleaned (see third-party-text.ts).
 */
export type CallLog = { readonly [field in TextField]?: string } & {
  readonly id: string;
  /** `YYYY-MM-DD HH:MM:SS` in account time, or whatever else the service printed. */
  readonly call_date?: string;
  /** Duration in seconds; null when the service gave none (a call still in progress). */
  readonly call_length: number | null;
  /** Absent when the reply said nothing of recordings; empty when it said there are none. */
  readonly recording?: readonly Recording[];
  /** Fields that no document names, and documented ones whose value is not of their kind; lists and objects as JSON. */
  readonly other?: Readonly<Record<string, string>>;
  /** Fields that the service gave and this server could not read, by name; absent when everything was read. */
  readonly unread?: readonly string[];
};
