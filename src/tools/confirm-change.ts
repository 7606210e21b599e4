import type { ExtraField } from '../call-logs/account-file.js';
import type { NameBook } from '../call-logs/names.js';
import { cleanText } from '../convoso/third-party-text.js';
import { Failure, InvalidArguments } from '../failure.js';
import type { OutgoingCall } from '../redact/outgoing.js';
import { recordLines } from '../text/call-record.js';
import { legend } from '../text/call-table.js';
import { unnamedIds } from '../text/call-view.js';
import { shortCall } from '../text/short-call.js';
import { hasThirdPartyText, THIRD_PARTY_NOTE } from '../text/third-party.js';
import { type Change, CONFIRMATION_MINUTES, type Confirmations, type Verdict } from './confirmations.js';
import type { CallScope, Question, ToolContext } from './define-tool.js';

/** Longest value shown in full when a person is asked. */
const SHOWN_VALUE = 1_000;

const REFUSED: Readonly<Record<Exclude<Verdict, 'confirmed'>, string>> = {
  expired: `The confirmation is older than ${CONFIRMATION_MINUTES} minutes.`,
  used: 'The confirmation has been used already.',
  wrong: 'The confirmation is not for this change: the call, a field or a value differs.',
};

/**
 * Lets a change through only when the person confirmed exactly it: through the host where the host can ask, otherwise
 * with the token that a first call handed out. Undefined means go ahead; a question has to be asked first. Fails closed.
 * @throws Failure when the person did not agree, or has to be asked by the assistant; InvalidArguments for a bad token
 */
export async function confirmChange(
  change: Change,
  token: string | undefined,
  { calls, account }: ToolContext,
  confirmations: Confirmations,
  { canAsk, answer, signal }: CallScope,
): Promise<Question | undefined> {
  if (answer !== undefined && canAsk) return judge(change, answer.said, answer.state, confirmations);
  if (token !== undefined && !canAsk) {
    const verdict = confirmations.take(token, 'told', change);
    if (verdict === 'confirmed') return undefined;
    throw new InvalidArguments({
      what: 'Nothing was updated.',
      why: REFUSED[verdict],
      next: 'Call again without confirm_token to get a new preview, and show it to the person.',
    });
  }
  const call = await calls.get(change.call_log_id, false, signal);
  if (call === undefined) {
    throw new Failure({
      what: 'Nothing was updated.',
      why: `No call log has the id ${change.call_log_id} (all history searched), so there is nothing to confirm.`,
      next: 'Find the call with search_call_logs and use the id it shows.',
    });
  }
  const preview = previewOf(change, call, account.extra_fields, calls.names);
  if (canAsk) return { ask: preview, state: confirmations.mint('asked', change) };
  throw new Failure({
    what: 'Nothing was updated yet: the person has to confirm this change, and this host cannot ask them for the server.',
    why: `Writes are set to be confirmed (confirm_writes). The change is:\n${preview}`,
    next: `Show the person this preview. Only if they agree, call update_call_log_fields again with the same arguments and confirm_token "${confirmations.mint('told', change)}" (valid ${CONFIRMATION_MINUTES} minutes, for exactly this change, once).`,
  });
}

function judge(
  change: Change,
  said: 'yes' | 'no' | 'nothing',
  state: string | undefined,
  confirmations: Confirmations,
): undefined {
  if (said !== 'yes') {
    throw new Failure({
      what: 'Nothing was updated.',
      why: said === 'no' ? 'The person declined the change.' : 'The person did not confirm the change.',
      next: 'Do not repeat it unless the person asks for it again.',
    });
  }
  const verdict = confirmations.take(state ?? '', 'asked', change);
  if (verdict === 'confirmed') return;
  throw new Failure({
    what: 'Nothing was updated.',
    why: REFUSED[verdict],
    next: 'Call again, so that the person is asked about this change.',
  });
}

/** The change and the call it is for, as the person sees them before deciding. */
function previewOf(
  { call_log_id, fields }: Change,
  call: OutgoingCall,
  labels: Readonly<Record<string, ExtraField>>,
  names: NameBook,
): string {
  const more = Object.entries(unnamedIds([call], names));
  return [
    `Update call log ${call_log_id}?`,
    ...Object.entries(fields).map(([name, value]) => {
      const label = labels[name] === undefined ? '' : ` (${labels[name].label})`;
      return `- ${name}${label}: ${value === '' ? 'empty it' : `set to ${shownValue(value)}`}`;
    }),
    'The values that are there now are overwritten and cannot be read first.',
    'The call:',
    ...recordLines(shortCall(call).call).map((line) => `  ${line}`),
    ...(hasThirdPartyText(call) || more.length > 0 ? [THIRD_PARTY_NOTE] : []),
    ...more.map(([field, named]) => `  name of ${legend(field, named)}`),
  ].join('\n');
}

/** A value as text on a screen; what the screen would not show is said. */
function shownValue(value: string): string {
  const shown = cleanText(value, SHOWN_VALUE);
  return shown === value ? `“${shown}”` : `“${shown}” (${value.length} characters in all, some not shown)`;
}
