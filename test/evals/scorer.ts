import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import type { Question, ToolCall } from './question.js';

export const MAX_CALLS = 2;
/** o200k tokens of the text that answers one question. */
export const MAX_TOKENS = 1_500;
/** The same for structured content, which some hosts show the model instead. */
export const MAX_STRUCTURED_TOKENS = 2 * MAX_TOKENS;

/** The same for the question in the middle. */
export const MEDIAN_TOKENS = 500;

/** The result of a tool call as any MCP client returns it. */
export interface ToolResult {
  readonly content: readonly { readonly type: string; readonly text?: string | undefined }[];
  readonly structuredContent?: Readonly<Record<string, unknown>> | undefined;
  readonly isError?: boolean | undefined;
}

/** What happened between a question and its answer, whichever client and model were driven. */
export interface Transcript {
  readonly calls: readonly (ToolCall & { readonly result: ToolResult })[];
  /** The text that the person was answered with. */
  readonly answer: string;
}

export interface Score {
  readonly id: string;
  /** The answer is right, and nothing was changed but what was asked for. */
  readonly right: boolean;
  /** Why it is not. */
  readonly problems: readonly string[];
  readonly calls: number;
  /** o200k tokens of the text. */
  readonly tokens: number;
  /** o200k tokens of structured content. */
  readonly structuredTokens: number;
  readonly withinBudget: boolean;
}

/** The value in the middle, the lower one of two. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0;
}

/** Scores what an assistant did and said. */
export function score(question: Question, { calls, answer }: Transcript): Score {
  const said = plain(answer);
  const problems = [
    ...question.answer
      .filter((wordings) => !wordings.some((wording) => says(said, wording)))
      .map((wordings) => `The answer does not say ${wordings.join(' or ')}.`),
    ...(question.never ?? [])
      .filter((wording) => says(said, wording))
      .map((wording) => `The answer says ${wording}.`),
    ...changesOtherThan(question.updates ?? [], calls),
  ];
  const tokens = calls.reduce((sum, { result }) => sum + countTokens(textOf(result.content)), 0);
  const structuredTokens = calls.reduce((sum, { result }) => sum + structuredSize(result), 0);
  return {
    id: question.id,
    right: problems.length === 0,
    problems,
    calls: calls.length,
    tokens,
    structuredTokens,
    withinBudget:
      calls.length <= MAX_CALLS && tokens <= MAX_TOKENS && structuredTokens <= MAX_STRUCTURED_TOKENS,
  };
}

function structuredSize({ structuredContent }: ToolResult): number {
  return structuredContent === undefined ? 0 : countTokens(JSON.stringify(structuredContent));
}

export function textOf(content: ToolResult['content']): string {
  return content.map(({ text }) => text ?? '').join('\n');
}

/** Digits without separators of thousands, small letters, so that wordings compare. */
export function plain(text: string): string {
  return text.replace(/(?<=\d),(?=\d{3}(?!\d))/g, '').toLowerCase();
}

/** Whether the text has the wording; what begins or ends with a digit must not be part of a longer number. */
export function says(text: string, wording: string): boolean {
  const escaped = plain(wording).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const before = /^\d/.test(wording) ? '(?<![\\d.])' : '';
  const after = /\d$/.test(wording) ? '(?!\\d|\\.\\d)' : '';
  return new RegExp(`${before}${escaped}${after}`, 'u').test(text);
}

function changesOtherThan(
  wanted: readonly Readonly<Record<string, unknown>>[],
  calls: Transcript['calls'],
): string[] {
  const made = calls
    .filter(({ tool, result }) => tool === 'update_call_log_fields' && result.isError !== true)
    .map(({ args }) => canonical(args));
  const asked = wanted.map(canonical);
  return [
    ...made
      .filter((change) => !asked.includes(change))
      .map((change) => `Changed without being asked: ${change}.`),
    ...asked.filter((change) => !made.includes(change)).map((change) => `Not changed as asked: ${change}.`),
  ];
}

function canonical(args: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(Object.fromEntries(Object.entries(args).sort(([a], [b]) => (a < b ? -1 : 1))));
}
