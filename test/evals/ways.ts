import type { Finding, Question, ToolCall, Way } from './question.js';
import { clockWords } from './rows.js';

/** Short forms in which the questions say how they are answered. */

type Arguments = Readonly<Record<string, unknown>>;

export const search = (args: Arguments): ToolCall => ({ tool: 'search_call_logs', args });
export const summarize = (args: Arguments): ToolCall => ({ tool: 'summarize_call_logs', args });
export const sample = (args: Arguments): ToolCall => ({ tool: 'sample_call_logs', args });
export const exported = (args: Arguments): ToolCall => ({ tool: 'export_call_logs', args });
export const open = (id: string): ToolCall => ({ tool: 'get_call_log', args: { id } });
export const update = (args: Arguments): ToolCall => ({ tool: 'update_call_log_fields', args });

/** One call in which the answer is found. */
export const by1 = (call: ToolCall, ...found: Finding[]): Way => ({ calls: [call], found });

/** How many calls a summary counted. */
export const counted = (calls: number): Finding => ({
  text: calls === 0 ? 'No call' : `${calls} call`,
  at: 'total.calls',
  is: calls,
});
/** How many calls a search found. */
export const total = (calls: number): Finding => ({
  text: calls === 0 ? 'No calls match.' : `${calls} call${calls === 1 ? '' : 's'} found`,
  at: 'total_found',
  is: calls,
});
/** How many calls a pick was made from. */
export const eligible = (calls: number): Finding => ({
  text: `${calls} eligible call`,
  at: 'population',
  is: calls,
});
/** The call a pick put in a place, 1 for the first. */
export const picked = (place: number, id: string): Finding => ({
  text: id,
  at: `calls.${place - 1}.id`,
  is: id,
});
/** A cell of the table, by a value of its row: an id, a date, a name. */
export const cell = (row: string, column: string, is: string | number): Finding => ({ row, column, is });
export const refusal = (text: string): Finding => ({ refusal: text });
/** A field of the call that get_call_log opened. */
export const field = (name: string, is: string): Finding => ({
  text: `${name}: ${is}`,
  at: `call.${name}`,
  is,
});

/** A question that a count of calls answers: by these filters, in one summary. */
export function countQuestion(
  id: string,
  question: string,
  args: Arguments,
  rows: readonly unknown[],
  more: Partial<Question> = {},
): Question {
  const { length } = rows;
  return {
    id,
    question,
    answer: [length === 0 ? NONE : [String(length)]],
    ways: [by1(summarize(args), counted(length))],
    ...more,
  };
}

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

/** Wordings of a percentage: as told, or rounded. */
export function percentWords(value: number): string[] {
  return [String(value), `${Math.round(value)}%`, `${Math.round(value)} %`];
}

/** Wordings of seconds: as told, rounded, or in minutes and seconds. */
export function secondsWords(value: number): string[] {
  const whole = Math.round(value);
  const [minutes, seconds] = [Math.floor(whole / 60), whole % 60];
  return [
    String(value),
    String(whole),
    clockWords(whole),
    `${minutes}:${String(seconds).padStart(2, '0')}`,
    `${minutes} min`,
    `${minutes}m`,
  ];
}

/** The column, and the order, of seconds talked. */
export const TALK = 'talk_sum';
/** Seconds talked on the average, in the totals. */
export const talkMean = (seconds: number): Finding => ({
  text: clockWords(Math.round(seconds)),
  at: 'total.metrics.talk_mean',
  is: seconds,
});
