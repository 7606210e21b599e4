// Read by the compiler alone (npm run types): each line below an expected error is what code that forgets to redact
// would look like. Where one of them compiles, the check fails.

import { FirstCall } from '../../src/calls/first-call.js';
import type { MalformedPageRow } from '../../src/calls/page-rows.js';
import { spellingWords } from '../../src/calls/row-spellings.js';
import type { Reading } from '../../src/calls/source.js';
import type { CallLog } from '../../src/convoso/call-log.js';
import { StatusBook } from '../../src/convoso/statuses.js';
import { ExportRows } from '../../src/export/export-rows.js';
import type { ResourceTemplate } from '../../src/mcp/resources/resource.js';
import type { Named } from '../../src/query/names/name-match.js';
import { NameBook } from '../../src/query/names/names.js';
import { Masks } from '../../src/redact/masks.js';
import type { OutgoingCall, OutgoingText } from '../../src/redact/outgoing.js';
import { recordLines } from '../../src/render/call-record.js';
import { unreadLines } from '../../src/render/call-table.js';
import { statusMeanings, unnamedIds, viewOf } from '../../src/render/call-view.js';
import { shortCall, shortened } from '../../src/render/short-call.js';
import { hasThirdPartyText } from '../../src/render/third-party.js';
import { directionsOf } from '../../src/stats/directions.js';
import type { Group } from '../../src/stats/summary.js';
import { Tally } from '../../src/stats/tally.js';
import { type CallOutput, pick } from '../../src/tools/answer/call-output.js';

declare const raw: CallLog;
declare const reading: Reading;
declare const names: NameBook;
const statuses = new StatusBook();

export function takesOutgoingCallsOnly(): void {
  // @ts-expect-error
  recordLines(raw);
  // @ts-expect-error
  viewOf([raw], statuses, names);
  // @ts-expect-error
  unnamedIds([raw], names);
  // @ts-expect-error
  statusMeanings([raw], statuses);
  // @ts-expect-error
  shortCall(raw);
  // @ts-expect-error
  shortened([raw]);
  // @ts-expect-error
  hasThirdPartyText(raw);
  // @ts-expect-error
  pick(raw);
  // @ts-expect-error
  new ExportRows('csv', false).lines([raw]);
  // @ts-expect-error
  names.showed(raw.id, undefined);
  // @ts-expect-error
  directionsOf([raw]);
  // @ts-expect-error
  spellingWords(new Map([['user_id', raw.id]]), {});
  // @ts-expect-error
  unreadLines([raw]);
  // @ts-expect-error
  new FirstCall(async () => [raw]);
}

export function areMadeByRedactionOnly(): void {
  // @ts-expect-error
  const call: OutgoingCall = raw;
  // @ts-expect-error
  const copied: OutgoingCall = { ...raw };
  // @ts-expect-error
  const text: OutgoingText = raw.agent_comment ?? '';
  // @ts-expect-error
  const structured: CallOutput = { id: raw.id, first_name: raw.first_name };
  // @ts-expect-error
  const group: Group = { keys: [raw.term_reason ?? ''], names: [raw.user], tally: new Tally() };
  // @ts-expect-error
  const named: Named = { id: raw.id, names: [] };
  // @ts-expect-error
  const malformed: MalformedPageRow = { index: 0, id: raw.id, problem: '' };
  // @ts-expect-error
  const suggest: ResourceTemplate['suggest'] = () => [raw.id];
  void [call, copied, text, structured, group, named, malformed, suggest];
}

/** What is read for counting says so where it is used. */
export async function isNotIteratedByTheWay(): Promise<void> {
  // @ts-expect-error
  for await (const calls of reading) void calls;
  for await (const calls of reading.raw) void calls;
}

/** The way that compiles. */
export function isRedacted(): unknown[] {
  const masks = new Masks(['phone']).forAnswer();
  const call = masks.call(raw, false);
  return [recordLines(call), viewOf([call], statuses, new NameBook()), pick(call), masks.label('user', 'x')];
}
