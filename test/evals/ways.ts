import type { Finding, ToolCall, Way } from './question.js';

/** Short forms in which the questions say how they are answered. */

type Arguments = Readonly<Record<string, unknown>>;

export const search = (args: Arguments): ToolCall => ({ tool: 'search_call_logs', args });
export const summarize = (args: Arguments): ToolCall => ({ tool: 'summarize_call_logs', args });
export const sample = (args: Arguments): ToolCall => ({ tool: 'sample_call_logs', args });
export const open = (id: string): ToolCall => ({ tool: 'get_call_log', args: { id } });
export const update = (args: Arguments): ToolCall => ({ tool: 'update_call_log_fields', args });

/** One call in which the answer is found. */
export const by1 = (call: ToolCall, ...found: Finding[]): Way => ({ calls: [call], found });

/** How many calls a summary counted. */
export const counted = (calls: number): Finding => ({ text: `${calls} calls`, at: 'total.calls', is: calls });
/** How many calls a search found. */
export const total = (calls: number): Finding => ({
  text: calls === 0 ? 'No calls match.' : `${calls} call${calls === 1 ? '' : 's'} found.`,
  at: 'total_found',
  is: calls,
});
export const cell = (row: string, column: string, is: string | number): Finding => ({ row, column, is });
export const refusal = (text: string): Finding => ({ refusal: text });
/** A field of the call that get_call_log opened. */
export const field = (name: string, is: string): Finding => ({
  text: `${name}: ${is}`,
  at: `call.${name}`,
  is,
});

/** Wordings of "that is not known here". */
export const UNKNOWN = [
  'cannot',
  "can't",
  'can’t',
  'not available',
  'not possible',
  'not return',
  'no way',
  'unable',
  'do not hold',
  'does not hold',
  "don't hold",
  'not known',
  'not in',
];
/** Wordings of "there is none". */
export const NONE = ['no ', 'none', 'not ', '0', 'nothing', "n't", 'n’t', 'zero'];
