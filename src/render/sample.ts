import type { Sample, SampleQuestion } from '../stats/sample.js';
import { legendLines, sharedLine, tableLines, unreadLines } from './call-table.js';
import type { CallView } from './call-view.js';
import { hasThirdPartyText, isTyped, quoted, THIRD_PARTY_NOTE } from './third-party.js';

/** What was picked from what; then the calls. */
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

/** What was not eligible, and what is known of recordings where the calls do not show it, in words. */
export function sampleNotes(
  { inProgress, unordered, systemUsers, strata }: Sample,
  { pick }: Pick<SampleQuestion, 'pick'>,
): string[] {
  const notes: string[] = [];
  if (inProgress > 0) notes.push(`Not eligible: ${inProgress} calls still in progress.`);
  if (unordered > 0) {
    const measure = pick === 'longest' || pick === 'shortest' ? 'length' : 'readable date';
    notes.push(`Not eligible: ${unordered} calls without a ${measure}.`);
  }
  if (systemUsers > 0)
    notes.push(`Not eligible: ${systemUsers} calls of system users (the dialer), who are not agents.`);
  const recordings = strata.flatMap(({ calls }) => calls.map(({ recording }) => recording?.length));
  const unknown = recordings.filter((count) => count === undefined).length;
  if (recordings.length > 0 && recordings.every((count) => count === 0))
    notes.push('None of these calls has a recording.');
  if (unknown > 0)
    notes.push(`Of ${unknown} of these calls the service does not say whether there is a recording.`);
  return notes;
}

function headline(sample: Sample, question: SampleQuestion, shown: number): string {
  const { pick, per, seed, size } = question;
  const { population } = sample;
  const each = per === undefined ? '' : `, up to ${size} for each ${per}`;
  const calls = population === 1 ? '1 eligible call' : `${population} eligible calls`;
  const eligible = `${calls} (matching, ended${MEASURED[pick]})`;
  if (pick === 'random') {
    return `${shown} calls, drawn at random from ${eligible}${each}. Seed ${seed}: the same seed and window give the same calls.`;
  }
  return `The ${shown} ${pick} of ${eligible}${each}, ${pick} first.`;
}

const MEASURED = {
  random: '',
  newest: ', with a date',
  oldest: ', with a date',
  longest: ', with a length',
  shortest: ', with a length',
};

function strataLines({ strata }: Sample, { per }: SampleQuestion): string[] {
  if (per === undefined || strata.length === 0) return [];
  const parts = strata.map(
    ({ key, name, population, calls }) =>
      `${quoted(key ?? '')}${name === undefined ? '' : ` ${quoted(name)}`}: ${calls.length} of ${population}`,
  );
  return [`Per ${per}: ${parts.join('; ')}.`];
}
