import type { Audit, Screened } from '../audit/audit.js';
import { RULES_AS_OF } from '../audit/rules.js';
import type { Finding, Labels, ScreenResult } from '../audit/screen.js';
import type { OutgoingText } from '../redact/outgoing.js';
import { escapeCell } from './call-table.js';
import { opening } from './third-party.js';

/** What the screens are, and are not: every answer says it. */
export const SCREEN_NOTE =
  'These are screens over the account’s own calls. A finding is something to check: it does not say that a rule was broken, and this is no legal advice.';

/** Calls of a finding that a line of the table names. */
const CALLS_OF_A_LINE = 8;
/** Calls of a finding that structured content names. */
export const CALLS_OF_A_FINDING = 100;

/** The findings of one screen that an answer shows. */
export interface ShownFindings {
  readonly screened: Screened;
  /** How many findings come before those shown. */
  readonly from: number;
  readonly findings: readonly Finding[];
  /** How many come after them. */
  readonly more: number;
}

/** The line that an answer begins with, one for each screen. */
export function headlineOf({ text, result }: Screened, complete: boolean): string {
  if ('why' in result) return `${text.title}: cannot be made. ${result.why} ${result.next}`;
  return `${text.title}: ${result.headline}${complete ? '' : ' — among the calls read; the reading is not complete'}.`;
}

/** The findings of a screen, its rule, what was counted and what it rests on. */
export function screenLines(shown: ShownFindings, audit: Audit, restsOn: string): string[] {
  const { screened, findings, more, from } = shown;
  const { text, result, check, overridden } = screened;
  if ('why' in result) return [];
  return [
    '',
    `${text.title} (${check})`,
    ...(findings.length === 0 ? [] : tableLines(result, findings, audit.labels)),
    ...(more > 0 || from > 0
      ? [`Shown: ${from + 1} to ${from + findings.length} of ${result.findings.length} findings.`]
      : []),
    `Rule: ${text.rule} Source: ${text.citation}, as of ${RULES_AS_OF}; to be verified.`,
    ...(overridden.length === 0 ? [] : [`Changed in the account file: ${overridden.join('; ')}.`]),
    ...result.basis,
    `Rests on: ${restsOn}`,
    `The log cannot show: ${text.unseen}.`,
  ];
}

function tableLines({ columns }: ScreenResult, findings: readonly Finding[], labels: Labels): string[] {
  const possible = findings.some(({ certain }) => !certain);
  const heading = [...columns, ...(possible ? ['finding'] : []), 'calls'];
  return [
    heading.join('|'),
    ...findings.map(({ cells, certain, why, calls, callCount }) => {
      const [first, ...others] = cells;
      const shown = callIds(calls.slice(0, CALLS_OF_A_LINE), labels);
      const rest = callCount - shown.length;
      return [
        typeof first === 'string' ? opening(first) : String(first ?? ''),
        ...others.map((cell) => String(cell ?? '')),
        ...(possible ? [certain ? 'yes' : `possible: ${why}`] : []),
        `${shown.join(' ')}${rest > 0 ? ` and ${rest} more` : ''}`,
      ]
        .map(escapeCell)
        .join('|');
    }),
  ];
}

/** The ids of calls as they may leave the server. */
export function callIds(calls: Finding['calls'], labels: Labels): OutgoingText[] {
  return calls.map(({ id }) => labels.id(id));
}
