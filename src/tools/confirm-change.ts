import { notFoundWords, recordLines } from '../render/call-record.js';
import { legend } from '../render/call-table.js';
import { unnamedIds } from '../render/call-view.js';
import { shortCall } from '../render/short-call.js';
import { hasThirdPartyText, THIRD_PARTY_NOTE } from '../render/third-party.js';
import { Failure, InvalidArguments } from '../util/failure.js';
import { cleanText } from '../util/third-party-text.js';
import {
  type Change,
  CONFIRMATION_MINUTES,
  type Confirmations,
  type Confirmed,
  type Verdict,
} from './confirmations.js';
import type { CallScope, PersonsAnswer, Question, ToolContext } from './define-tool.js';

/** In place of a call, for a caller who may not read calls. */
export const NOT_SHOWN = 'The call is not shown: the token of this caller does not allow to read calls.';

/** Longest value shown in full when a person is asked. */
const SHOWN_VALUE = 1_000;

/** Why a confirmation did not count. */
const REFUSED: Readonly<Record<Exclude<Verdict, 'confirmed'>, string>> = {
  expired: `The confirmation is older than ${CONFIRMATION_MINUTES} minutes.`,
  used: 'The confirmation has been used already.',
  wrong:
    'The confirmation is not for this change: the call, a field, a value or the caller differs, or a server of another account made it.',
  unknown:
    'Whether the confirmation was used before cannot be found out: Redis, which the replicas of this server share, does not answer.',
  forgotten: 'Redis has lost which confirmations were used since this one was made.',
};

/** Why the person cannot be asked, as the rest of a sentence. */
const CANNOT_ASK: Readonly<Record<NonNullable<CallScope['askProblem']> | 'host', string>> = {
  host: 'this host cannot ask them for the server',
  stateless:
    'this server cannot ask them through the host: it keeps no sessions over HTTP, and the protocol revisions before 2026-07-28 ask within one',
  script: 'nobody is asked on a command line',
};

/**
 * Lets a change through only when the person confirmed exactly it: through the host where the host can ask, otherwise
 * with the token that a first call handed out, where the server's settings let one count. Undefined means go ahead; a
 * question has to be asked first. Fails closed.
 * @throws Failure when the person did not agree, or has to be asked by the assistant; InvalidArguments for a bad token
 */
export async function confirmChange(
  change: Change,
  token: string | undefined,
  context: ToolContext,
  confirmations: Confirmations,
  scope: CallScope,
): Promise<Question | undefined> {
  const { canAsk, answer, principal } = scope;
  if (answer !== undefined && canAsk) {
    await judge(answer, { kind: 'asked', change, principal }, confirmations);
    return undefined;
  }
  const reason = CANNOT_ASK[scope.askProblem ?? 'host'];
  if (!canAsk && !confirmations.tokens) {
    throw new Failure({
      what: 'Nothing was updated.',
      why: `Writes are made only when the host asks the person (confirm_writes: ask-host), and ${reason}.`,
      next: 'Tell the person. A host that supports elicitation can make the change: over stdio, or over HTTP with protocol revision 2026-07-28.',
    });
  }
  if (token !== undefined && !canAsk) {
    const verdict = await confirmations.take(token, { kind: 'told', change, principal });
    if (verdict === 'confirmed') return undefined;
    throw new InvalidArguments({
      what: 'Nothing was updated.',
      why: REFUSED[verdict],
      next:
        verdict === 'unknown'
          ? 'Call again with the same arguments and confirm_token in a moment.'
          : 'Call again without confirm_token to get a new preview, and show it to the person.',
    });
  }
  const preview = await previewOf(change, context, scope);
  if (canAsk) return { ask: preview, state: confirmations.mint({ kind: 'asked', change, principal }) };
  const minted = confirmations.mint({ kind: 'told', change, principal });
  throw new Failure({
    what: `Nothing was updated yet: the person has to confirm this change, and ${reason}.`,
    why: `Writes are set to be confirmed (confirm_writes). The change is:\n${preview}`,
    next: `Show the person this preview. Only if they agree, call update_call_log_fields again with the same arguments and confirm_token "${minted}" (valid ${CONFIRMATION_MINUTES} minutes, for exactly this change, once).`,
  });
}

/** @throws Failure unless the person said yes to exactly this */
async function judge(
  { said, state }: PersonsAnswer,
  subject: Confirmed,
  confirmations: Confirmations,
): Promise<void> {
  if (said !== 'yes') {
    // A question that was answered with a no is over: no later yes counts for it.
    if (said === 'no' && state !== undefined) await confirmations.take(state, subject);
    throw new Failure({
      what: 'Nothing was updated.',
      why: said === 'no' ? 'The person declined the change.' : 'The person did not confirm the change.',
      next: 'Do not repeat it unless the person asks for it again.',
    });
  }
  const verdict = await confirmations.take(state ?? '', subject);
  if (verdict === 'confirmed') return;
  throw new Failure({
    what: 'Nothing was updated.',
    why: REFUSED[verdict],
    next: `Call again${verdict === 'unknown' ? ' in a moment' : ''}, so that the person is asked about this change.`,
  });
}

/**
 * The change and the call it is for, as the person sees them before deciding. The call is not read for a caller who may only
 * write.
 * @throws Failure when there is no such call
 */
async function previewOf(
  { call_log_id, fields }: Change,
  { calls, account }: ToolContext,
  scope: CallScope,
): Promise<string> {
  const labels = account.extraFields;
  const lines = [
    `Update call log ${call_log_id}?`,
    ...Object.entries(fields).map(([name, value]) => {
      const label = labels[name] === undefined ? '' : ` (${labels[name].label})`;
      return `- ${name}${label}: ${value === '' ? 'empty it' : `set to ${shownValue(value)}`}`;
    }),
    'The values that are there now are overwritten and cannot be read first.',
  ];
  if (scope.writeOnly) return [...lines, NOT_SHOWN].join('\n');
  const { call, unverified } = await calls.get(call_log_id, false, scope);
  if (call === undefined) {
    throw new Failure({
      what: 'Nothing was updated.',
      why: `${notFoundWords(call_log_id, unverified)} So there is nothing to confirm.`,
      next: 'Find the call with search_call_logs and use the id it shows.',
    });
  }
  const more = Object.entries(unnamedIds([call], account.names));
  return [
    ...lines,
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
