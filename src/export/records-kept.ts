/** What 16 CFR 310.5(a)(2) asks to be kept of each call since October 2024, for five years, and the columns that hold it. */
const RECORDS: Readonly<Record<string, readonly string[]>> = {
  'number called': ['number_dialed', 'phone_number'],
  'date and time': ['call_date'],
  duration: ['call_length'],
  disposition: ['status', 'status_name'],
  'caller ID shown': ['caller_id_displayed'],
  'telemarketer who placed or took it': ['user_id', 'user'],
  campaign: ['campaign_id', 'campaign'],
  'outbound or inbound': ['call_type'],
};

/** What no call log holds. */
const NOT_IN_CALL_LOGS = [
  'seller',
  'good or service',
  'whether to a consumer or a business',
  'whether a prerecorded message was used, with its script',
  'proof of the right to use the caller ID',
];

/** Which of these records an export has, given its columns without a value: for its manifest. */
export function recordsKept(emptyColumns: readonly string[]): Readonly<Record<string, unknown>> {
  const entries = Object.entries(RECORDS).map(([record, columns]) => [
    record,
    columns.filter((column) => !emptyColumns.includes(column)),
  ]);
  return {
    rule: '16 CFR 310.5(a)(2), five years; a list of columns, not advice',
    has: Object.fromEntries(entries.filter(([, columns]) => columns?.length)),
    has_not: [
      ...entries.filter(([, columns]) => !columns?.length).map(([record]) => record),
      ...NOT_IN_CALL_LOGS,
    ],
  };
}
