import type { Dialect } from './dialect.js';

/**
 * Every refusal the sandbox knows, in the words and numbers of each dialect. `contract` follows "Error Handling" of the
 * contract; `live` the numbers seen in traffic, where one was. A live refusal whose number nobody has published
 * borrows the contract's, and one the contract does not number either carries none: an invented number would teach a client
 * something false.
 */
const REFUSALS = {
  token: {
    contract: { error: 'Invalid authentication token' },
    live: { code: 5001, text: 'Invalid auth_token' },
  },
  campaign: {
    contract: { error: 'Invalid campaign ID', code: 6026 },
    live: { code: 6004, text: 'Invalid campaign_id' },
  },
  queue: {
    contract: { error: 'Invalid queue ID', code: 6041 },
    live: { code: 6030, text: 'Invalid queue_id' },
  },
  list: {
    contract: { error: 'Invalid list ID', code: 6042 },
    live: { code: 6002, text: 'Invalid list_id' },
  },
  user: {
    contract: { error: 'Invalid user ID', code: 6006 },
    live: { code: 6006, text: 'Invalid user_id' },
  },
  dateFormat: {
    contract: { error: 'Invalid date format', code: 6031 },
    live: { code: 6031, text: 'Invalid date format' },
  },
  dateRange: { contract: { error: 'Invalid date range' }, live: { text: 'Invalid date range' } },
  status: {
    contract: { error: 'Invalid status', code: 6050 },
    live: { code: 6050, text: 'Invalid status' },
  },
  limitTooHigh: {
    contract: { error: 'Limit cannot exceed 500' },
    live: { code: 7258, text: 'Limit cannot exceed 500' },
  },
  limit: {
    contract: { error: 'Limit must be a whole number from 1 to 500' },
    live: { code: 7258, text: 'Invalid limit' },
  },
  offsetTooHigh: {
    contract: { error: 'Offset cannot exceed 40000' },
    live: { code: 7231, text: 'Offset cannot exceed 40000' },
  },
  offset: {
    contract: { error: 'Offset must be a whole number from 0 to 40000' },
    live: { code: 7231, text: 'Invalid offset' },
  },
  calledCount: {
    contract: { error: 'called_count must be a whole number' },
    live: { text: 'Invalid called_count' },
  },
  includeRecordings: {
    contract: { error: 'include_recordings must be 0 or 1' },
    live: { text: 'Invalid include_recordings' },
  },
  callType: {
    contract: { error: 'call_type must be OUTBOUND, INBOUND, MANUAL or 3WAY' },
    live: { text: 'Invalid call_type' },
  },
  order: { contract: { error: 'order must be asc or desc' }, live: { text: 'Invalid order' } },
  callLogId: {
    contract: { error: 'Invalid call_log_id', code: 6060 },
    live: { code: 6032, text: 'Missing call_log_id' },
  },
  noSuchCall: {
    contract: { error: 'Call log not found', code: 6061 },
    live: { code: 6033, text: 'No such call log' },
  },
  extraField: {
    contract: { error: 'Extra field validation error', code: 6062 },
    live: { code: 6062, text: 'Extra field validation error' },
  },
  noField: {
    contract: { error: 'No extra field given' },
    live: { code: 6035, text: 'No extra field given' },
  },
  unknownPath: { contract: { error: 'Not found' }, live: { text: 'Not found' } },
  method: { contract: { error: 'Method not allowed' }, live: { text: 'Method not allowed' } },
  mediaType: {
    contract: { error: 'Content-Type must be application/x-www-form-urlencoded' },
    live: { text: 'Content-Type must be application/x-www-form-urlencoded' },
  },
  tooLarge: { contract: { error: 'Request body too large' }, live: { text: 'Request body too large' } },
  internal: { contract: { error: 'Internal error' }, live: { text: 'Internal error' } },
} as const;

export type RefusalReason = keyof typeof REFUSALS;

/** A request the sandbox answers with an error. */
export class Refusal extends Error {
  readonly reason: RefusalReason;
  /** HTTP status; the API itself refuses with 200. */
  readonly httpStatus: number;

  constructor(reason: RefusalReason, httpStatus = 200) {
    super(reason);
    this.name = 'Refusal';
    this.reason = reason;
    this.httpStatus = httpStatus;
  }
}

/** The JSON value a dialect refuses with: `error` (and `code`) in the contract's, `code` and `text` live. */
export function renderRefusal(dialect: Dialect, reason: RefusalReason): object {
  return { success: false, ...REFUSALS[reason][dialect] };
}
