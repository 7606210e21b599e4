import { lackingWords, type Selection } from '../query/row-checks.js';
import { quoted } from './third-party.js';

/** What was checked on the calls that were read, and how many of them satisfy it. */
export function selectionLines({ checks, read, satisfied, unknown }: Selection): string[] {
  const asked = checks.map(({ name, value }) => `${name} ${quoted(value)}`).join('; ');
  const certain = checks.flatMap((check, place) => {
    const calls = unknown[place] ?? 0;
    return check.lackingIsNo && calls > 0 && calls < read ? [`${lackingWords(check, calls)}.`] : [];
  });
  return [
    `${satisfied} of the ${read} ${read === 1 ? 'call' : 'calls'} that were read ${satisfied === 1 ? 'satisfies' : 'satisfy'}: ${asked}.`,
    ...certain,
  ];
}
