import * as z from 'zod';
import { type FilterName, filterFields } from '../../query/filters.js';
import { fieldValue, type Grouping } from '../../query/groupings.js';
import type { ResolvedFilters } from '../../query/window.js';
import { focusSentences } from '../../render/focus.js';
import { focusOn } from '../../stats/focus.js';
import type { MeasureName } from '../../stats/measures.js';
import type { Summary } from '../../stats/summary.js';
import { InvalidArguments } from '../../util/failure.js';
import { present } from '../../util/present.js';
import type { CallScope, ToolContext } from '../define-tool.js';
import type { AnswerPart } from './part.js';

/** One group among all others of its kind. */
export const focusSchema = {
  focus: z
    .object({
      group: z.string(),
      name: z.string().optional(),
      others: z.int().describe('Groups of the same kind that it is compared with'),
      measures: z
        .record(z.string(), z.record(z.string(), z.unknown()))
        .describe('value, others (rates: of all their calls; counts: on average), rank from the highest'),
      note: z.string().optional(),
    })
    .optional(),
};

/** What `focus` stands for. */
export interface FocusKey {
  readonly grouping: Grouping;
  /** The value that its group has. */
  readonly key: string;
  /** What a name was taken for, to say. */
  readonly said: string | undefined;
}

/**
 * The group that `focus` means, by id, code or name as a filter takes it.
 * @throws InvalidArguments without a grouping, and for a name that fits none or several
 */
export async function focusKey(
  focus: string | undefined,
  [grouping]: readonly Grouping[],
  { window }: ResolvedFilters,
  { calls }: ToolContext,
  scope: CallScope,
): Promise<FocusKey | undefined> {
  if (focus === undefined) return undefined;
  if (grouping === undefined) {
    throw new InvalidArguments({
      what: 'focus cannot be used.',
      why: 'It compares one group with the others, and there is no group_by.',
      next: 'Give group_by as well, such as user for an agent.',
    });
  }
  const field = fieldValue(grouping, focus)?.field;
  if (field === undefined || !isFilter(field)) return { grouping, key: focus, said: undefined };
  const times = { start_time: window.start, end_time: window.end };
  const { filters, resolvedNames } = await calls.resolve({ [field]: focus, ...times }, scope);
  const id = String(filters[field] ?? focus);
  const said = field in resolvedNames ? resolvedNames[field as keyof typeof resolvedNames] : undefined;
  return { grouping, key: fieldValue(grouping, id)?.key ?? id, said };
}

function isFilter(field: string): field is FilterName {
  return Object.hasOwn(filterFields, field);
}

/** What is said of it: its figures, its rank, and the others on the same base. */
export function focusPart(
  { grouping, key, said }: FocusKey,
  summary: Summary,
  names: readonly MeasureName[],
  minCalls: number | undefined,
): AnswerPart<typeof focusSchema> {
  const id = keyAmong(summary, key);
  const focus = id === undefined ? undefined : focusOn(summary, grouping, id, names, minCalls);
  const meant = said ?? key;
  if (focus === undefined) {
    const note = `No call of ${meant} matches: there is nothing to compare with the others.`;
    return { lines: [note], structured: { focus: { group: meant, others: 0, measures: {}, note } } };
  }
  const [group = meant, name] = [focus.group.keys[0], focus.group.names[0]];
  return {
    lines: focusSentences(focus),
    structured: {
      focus: present({
        group,
        name,
        others: focus.others,
        measures: Object.fromEntries(
          focus.measures.map(({ name: measure, value, others, rank, difference }) => [
            measure,
            { value, others, ...(rank === undefined ? {} : { rank }), ...difference },
          ]),
        ),
      }),
    },
  };
}

/** The first value of groups that a text is, in any letter case and with or without zeros before it. */
function keyAmong({ every }: Summary, text: string): string | undefined {
  const keys = new Set([...every.keys()].map((id) => id.split('\0')[0] ?? ''));
  if (keys.has(text)) return text;
  const plain = (value: string) => value.toLowerCase().replace(/^0+(?=\d+$)/, '');
  return [...keys].find((key) => plain(key) === plain(text));
}
