import type { SandboxCall } from '../../src/sandbox/calls.js';
import type { Dialect } from '../../src/sandbox/server.js';

/** A tool call as an assistant makes it. */
export interface ToolCall {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/**
 * Where a piece of the answer stands in a result, both in what a model reads and in what a program reads: words in the text
 * beside a value of structured content (`at`: path with dots), a cell of the groups (by a value of its row), or, in a
 * refusal, text alone. `call` is the index of the tool call, 0 by default.
 */
export type Finding = { readonly call?: number } & (
  | { readonly text: string; readonly at: string; readonly is: string | number | boolean }
  | { readonly row: string; readonly column: string; readonly is: string | number }
  | { readonly refusal: string }
);

/** Tool calls that lead to the answer, and where it is found in their results. */
export interface Way {
  readonly calls: readonly ToolCall[];
  readonly found: readonly Finding[];
}

export const FAMILIES = [
  'volume',
  'agents',
  'campaigns',
  'queues',
  'lists and leads',
  'trends and comparisons',
  'QA picks',
  'updates and refusals',
] as const;
export type Family = (typeof FAMILIES)[number];

export interface Question {
  readonly id: string;
  readonly question: string;
  /** What a right answer says: each of these, in one of its wordings. Worked out from the generator's rows. */
  readonly answer: readonly (readonly string[])[];
  /** What no right answer says. */
  readonly never?: readonly string[];
  /** The expected tool calls first, then acceptable alternatives. */
  readonly ways: readonly [Way, ...Way[]];
  /** The changes the asker wants made; every other change makes an answer wrong. */
  readonly updates?: readonly Readonly<Record<string, unknown>>[];
  /** The day it is asked on, when that is not the sandbox's own (`YYYY-MM-DD`). */
  readonly today?: string;
  /** Settings of the server, where they are not the usual ones. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A question of the set. */
export type FamilyQuestion = Question & { readonly family: Family };

/** What questions are asked about: the generator's rows, oldest first, as one dialect of the API shows them. */
export interface Floor {
  readonly calls: readonly SandboxCall[];
  readonly dialect: Dialect;
  /** The same floor on another day (`YYYY-MM-DD`), at 20:00. */
  readonly asOf: (today: string) => readonly SandboxCall[];
}
