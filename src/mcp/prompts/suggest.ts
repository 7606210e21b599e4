import { PERIODS } from '../../account-time/time-words.js';
import { folded } from '../../query/names/name-match.js';
import type { ToolContext } from '../../tools/define-tool.js';
import type { Suggested } from './prompt.js';

/** Values of an argument that hold what was typed so far, in any letter case; those that begin with it come first. */
export function suggestions(kind: Suggested, typed: string, { account }: ToolContext): string[] {
  const wanted = folded(typed);
  const values = valuesOf(kind, account.names).filter((value) => folded(value).includes(wanted));
  const begins = (value: string) => (folded(value).startsWith(wanted) ? 0 : 1);
  return [...new Set(values)].sort((a, b) => begins(a) - begins(b) || a.localeCompare(b, 'en'));
}

function valuesOf(kind: Suggested, names: ToolContext['account']['names']): readonly string[] {
  if (kind === 'period') return PERIODS;
  if (kind === 'status') return names.namedStatuses().map(({ id }) => id);
  return names.named(kind).flatMap((thing) => thing.names);
}
