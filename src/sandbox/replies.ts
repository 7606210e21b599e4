import type { SandboxCall } from './calls.js';
import type { Dialect } from './dialect.js';
import { CAMPAIGN_NAMES, QUEUE_NAMES, STATUSES, USER_NAMES } from './floor.js';
import { hashOf } from './random.js';
import type { Page } from './retrieve.js';

/** The body of a successful retrieve ("Response Example" of Retrieve/Search). */
export function renderPage(dialect: Dialect, page: Page): object {
  return dialect === 'live' ? livePage(page) : contractPage(page);
}

/** The body of a successful update ("Response Example" of Update; the live service says only that it worked). */
export function renderUpdated(dialect: Dialect, call: SandboxCall): object {
  if (dialect === 'live') return { success: true };
  return {
    success: true,
    id: call.id,
    lead_id: call.lead_id,
    list_id: call.list_id,
    campaign_id: call.campaign_id,
    user: USER_NAMES.get(call.user_id) ?? '',
    user_id: call.user_id,
    phone_number: call.phone_number,
    status: call.status,
    call_length: call.call_length ?? 0,
    call_date: call.call_date,
    recording: call.recording,
  };
}

function contractPage({ query, total, calls }: Page): object {
  // "Call log not found" in the contract's General Error Responses: no envelope around nothing.
  if (query.id !== undefined && total === 0) return { success: true, results: [] };
  return {
    offset: query.offset,
    limit: query.limit,
    total_found: total,
    results: calls.map((call) => contractRow(call, query.includeRecordings)),
  };
}

function contractRow(call: SandboxCall, withRecordings: boolean): object {
  return {
    id: call.id,
    lead_id: call.lead_id,
    list_id: call.list_id,
    campaign_id: call.campaign_id,
    user_id: call.user_id,
    phone_number: call.phone_number,
    status: call.status,
    // The contract promises an integer, so a call in progress has lasted 0 seconds as far as it can say.
    call_length: call.call_length ?? 0,
    call_date: call.call_date,
    number_dialed: call.number_dialed,
    call_type: call.call_type.toLowerCase(),
    recording: withRecordings ? call.recording : [],
  };
}

function livePage({ query, total, calls }: Page): object {
  return {
    success: true,
    data: {
      offset: query.offset,
      limit: query.limit,
      total_found: String(total),
      entries: calls.length,
      results: calls.map((call) => liveRow(call, query.includeRecordings)),
    },
  };
}

function liveRow(call: SandboxCall, withRecordings: boolean): object {
  const text = (field: string, value: string | number | null) =>
    value === null ? liveNothing(call.id, field) : String(value);
  return {
    id: call.id,
    lead_id: call.lead_id,
    list_id: call.list_id,
    campaign_id: call.campaign_id,
    campaign: CAMPAIGN_NAMES.get(call.campaign_id) ?? null,
    user: USER_NAMES.get(call.user_id) ?? null,
    user_id: call.user_id,
    phone_number: call.phone_number,
    number_dialed: call.number_dialed,
    first_name: call.first_name,
    last_name: call.last_name,
    status: call.status,
    status_name: STATUSES.get(call.status) ?? null,
    call_length: call.call_length === null ? null : String(call.call_length),
    call_date: call.call_date,
    agent_comment: text('agent_comment', call.agent_comment),
    queue_id: text('queue_id', call.queue_id),
    queue: text('queue', call.queue_id === null ? null : (QUEUE_NAMES.get(call.queue_id) ?? null)),
    called_count: String(call.called_count),
    caller_id_displayed: call.caller_id_displayed,
    inbound_number: text('inbound_number', call.inbound_number),
    term_reason: text('term_reason', call.term_reason),
    call_type: liveCallType(call),
    queue_position: text('queue_position', call.queue_position),
    queue_seconds: text('queue_seconds', call.queue_seconds),
    originating_agent_id: text('originating_agent_id', call.originating_agent_id),
    session_id: text('session_id', call.session_id),
    recording: withRecordings ? call.recording : [],
  };
}

/** Live rows say "nothing" in four ways, in no order anyone has found; here the call and the field decide. */
function liveNothing(id: string, field: string): string | null {
  const ways = [null, null, '', 'null', 'NULL'];
  return ways[hashOf(`${id}/${field}`) % ways.length] ?? null;
}

function liveCallType(call: SandboxCall): string {
  return call.call_type === 'INBOUND' && hashOf(call.id) % 3 === 0 ? 'Inbound' : call.call_type;
}
