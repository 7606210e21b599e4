import { present } from '../../util/present.js';
import type { PromptArgument } from './prompt.js';

/** The arguments of a window, as prompts take them. */
export const windowArguments = {
  from: {
    description: 'First day or time, or a word such as yesterday, last week, last month',
    suggest: 'period',
  },
  to: { description: 'Last day or time; leave blank when “from” is a whole period', suggest: 'period' },
} as const satisfies Record<string, PromptArgument>;

/** The window as filter arguments; `otherwise` when no start was given. */
export function windowOf(
  { from, to }: Readonly<Record<string, string>>,
  otherwise: string,
): { start_time: string; end_time?: string } {
  return present({ start_time: from ?? otherwise, end_time: to });
}
