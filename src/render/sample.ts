import type { Sample, SampleQuestion } from '../stats/sample.js';
import { legendLines, sharedLine, tableLines, unreadLines } from './call-table.js';
import type { CallView } from './call-view.js';
import { hasThirdPartyText, isTyped, quoted, THIRD_PARTY_NOTE } from './third-party.js';

/** What was drawn from what, and by which seed; then the calls. */
export function sampleLines(sample: Sample, question: SampleQuestion, view: CallView): string[] {
  const shared = sharedLine(view);
  const named = sample.strata.some(({ key, name }) => name !== undefined || isTyped(key ?? ''));
  return [
    headline(sample, question, view.calls.length),
    ...strataLines(sample, question),
    ...(shared === undefined ? [] : [shared]),
    ...(view.calls.length === 0 ? [] : tableLines(view)),
    ...legendLines(view),
    ...unreadLines(view.calls),
    ...(view.calls.some(hasThirdPartyText) || named ? [THIRD_PARTY_NOTE] : []),
  ];
}

/** What was not eligible, in words. */
export function sampleNotes({ inProgress, systemUsers }: Sample): string[] {
  const notes: string[] = [];
  if (inProgress > 0) notes.push(`Not eligible: ${inProgress} calls still in progress.`);
  if (systemUsers > 0)
    notes.push(`Not eligible: ${systemUsers} calls of system users (the dialer), who are not agents.`);
  return notes;
}

function headline(sample: Sample, question: SampleQuestion, drawn: number): string {
  const { pick, per, seed } = question;
  const kind = pick === 'random' ? 'drawn at random from' : `the ${pick} of`;
  const each = per === undefined ? '' : `, up to ${question.size} for each ${per}`;
  const conditions = conditionWords(question);
  return `${drawn} calls, ${kind} ${sample.population} eligible calls${conditions}${each}. Seed ${seed}: the same seed and window give the same calls.`;
}

function conditionWords({ minLength, withRecording }: SampleQuestion): string {
  const conditions = [
    ...(minLength > 0 ? [`of at least ${minLength} s`] : []),
    ...(withRecording ? ['with a recording'] : []),
  ];
  return conditions.length === 0 ? '' : ` (${conditions.join(', ')})`;
}

function strataLines({ strata }: Sample, { per }: SampleQuestion): string[] {
  if (per === undefined || strata.length === 0) return [];
  const parts = strata.map(
    ({ key, name, population, calls }) =>
      `${quoted(key ?? '')}${name === undefined ? '' : ` ${quoted(name)}`}: ${calls.length} of ${population}`,
  );
  return [`Drawn per ${per}: ${parts.join('; ')}.`];
}
