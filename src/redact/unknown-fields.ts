/** Fields that no document names, judged by their names and values. */

/** By its name, a field with a phone number. */
export const NAMES_A_PHONE = /phone|mobile|\bcell|caller_?id|dialed|\bani\b|\bdnis\b/i;

/** Names of fields that say something of the call and nothing of the lead: times, counts and codes. */
const FACTS = namesOf(
  'talk_time ring_time hold_time wait_time wrap_time dispo_time queue_time duration billsec',
  'start_time end_time answer_time hangup_time created_at updated_at modified_at time_zone timezone gmt_offset',
  'attempt attempts call_count call_attempts transfer_count rank priority direction language',
  'wrap_code hangup_cause sip_code is_recorded recorded server_id',
);
/** Names that the account gives to its own things. */
const LABELS = namesOf('campaign_name list_name queue_name status_label agent_name script_name');

/** One word, a number, or a date with its time. */
const FACT = /^(?:[\w:.+-]{0,24}|\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?)$/;
/** A few words: no sentence and no address. */
const LABEL = /^[\p{L}\p{N} ._&'-]{0,40}$/u;

/** Whether a field may pass as the documented ones do; its value is still searched for what is masked. */
export function isHarmless(name: string, value: string): boolean {
  const known = name.toLowerCase();
  return FACTS.has(known) ? FACT.test(value) : LABELS.has(known) && LABEL.test(value);
}

function namesOf(...lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.flatMap((names) => names.split(' ')));
}
