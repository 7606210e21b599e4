import * as z from 'zod';
import type { AccountFile } from '../call-logs/account-file.js';
import type { CallLogs } from '../call-logs/call-logs.js';
import type { CallLogSource } from '../call-logs/source.js';
import type { StatusBook } from '../convoso/statuses.js';
import { Failure } from '../failure.js';
import { MASKS } from '../redact/masks.js';
import { scrub, scrubValue } from '../secrets.js';
import { argumentsProblem } from '../text/arguments.js';
import { failureText } from '../text/failures.js';
import { accountTime } from '../text/window.js';
import type { Confirmations } from './confirmations.js';

/** Where exports go and what their manifests name as their maker. */
export interface ExportTarget {
  readonly directory: string;
  readonly server: { readonly name: string; readonly version: string };
}

/** What every tool works with. */
export interface ToolContext {
  readonly calls: CallLogs;
  /** Where questions about many calls get them from: `calls` itself, or an archive before it. */
  readonly source: CallLogSource;
  readonly statuses: StatusBook;
  /** What a person has said about the account. */
  readonly account: AccountFile;
  /** Present when every change has to be confirmed by the person first. */
  readonly confirmations: Confirmations | undefined;
  /** True when the answers come from generated calls. */
  readonly sandbox: boolean;
  /** Absent when this server may not write files. */
  readonly exports?: ExportTarget | undefined;
  /** Told of failures that are nobody's input error, so that they can be logged. */
  readonly onUnexpected: (error: unknown) => void;
}

/** What one call of a tool brings with it. */
export interface CallScope {
  readonly signal: AbortSignal;
  /** Who calls, where callers are told apart: a name the operator chose, or a pseudonym. */
  readonly principal?: string;
  /** Reports progress; `done` must grow. */
  progress(done: number, total: number | undefined, message: string): void;
  /** True when the host can put a question to the person (see Question). */
  readonly canAsk: boolean;
  /** What the person answered to the question of an earlier run of this same call. */
  readonly answer?: PersonsAnswer | undefined;
}

/** A question for the person at the host. The tool is run again with the answer. */
export interface Question {
  readonly ask: string;
  /** Handed back with the answer; it passes through the client's hands. */
  readonly state: string;
}

export interface PersonsAnswer {
  /** `yes` only when the person said so in as many words. */
  readonly said: 'yes' | 'no' | 'nothing';
  readonly state: string | undefined;
}

/** The answer of a tool: the same facts as text and as structured content. */
export interface Answer<Output> {
  readonly text: string;
  readonly structured: Output;
}

/** A tool, declared without any protocol. */
export interface ToolDefinition<
  Input extends z.ZodObject = z.ZodObject,
  Output extends z.ZodObject = z.ZodObject,
> {
  readonly name: string;
  readonly title: string;
  /** What it does, when to use it, when not; under 1,024 characters. */
  readonly description: string;
  /** The one fact that annotations, read-only filtering and scopes derive from. */
  readonly access: 'read' | 'write';
  readonly input: Input;
  readonly output: Output;
  handle(
    input: z.output<Input>,
    context: ToolContext,
    scope: CallScope,
  ): Promise<Answer<z.input<Output>> | Question>;
}

/** A tool with its types erased, as lists of tools hold it. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly access: 'read' | 'write';
  readonly input: z.ZodObject;
  readonly output: z.ZodObject;
  /** Answers a call. Never throws: every failure is an answer with `isError`. */
  run(args: unknown, context: ToolContext, scope: CallScope): Promise<ToolResult>;
}

/** What leaves a tool. Errors and questions carry no structured content. */
export interface ToolResult {
  readonly text: string;
  readonly structured?: Record<string, unknown>;
  readonly isError: boolean;
  readonly question?: Question;
}

const SANDBOX_LINE = 'SANDBOX DATA: generated calls, not a real account.';

/** Turns a definition into a tool: parses, calls, shapes, and words every failure at one boundary. */
export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  definition: ToolDefinition<Input, Output>,
): Tool {
  const output = definition.output.extend({
    sandbox: z.literal(true).optional().describe('Present when the data is generated, not a real account’s'),
    masked: z.array(z.enum(MASKS)).optional().describe('Kinds of values that the server’s settings mask'),
    account_time: z.string().optional().describe('Date and time in the account now'),
  });
  return {
    name: definition.name,
    title: definition.title,
    description: definition.description,
    access: definition.access,
    input: definition.input,
    output,
    async run(args, context, scope) {
      try {
        const parsed = definition.input.safeParse(args ?? {});
        if (!parsed.success) throw argumentsProblem(definition.name, definition.input, parsed.error);
        const answer = await definition.handle(parsed.data as z.output<Input>, context, scope);
        if ('ask' in answer) {
          const question = { ...answer, ask: scrub(answer.ask) };
          return { text: question.ask, isError: false, question };
        }
        const now = accountTime(context.calls.clock);
        const masked = context.calls.masks.words;
        const marked = {
          ...(answer.structured as object),
          ...(now === undefined ? {} : { account_time: now }),
          ...(context.sandbox ? { sandbox: true } : {}),
          ...(masked.length === 0 ? {} : { masked }),
        };
        const lines = [
          ...(context.sandbox ? [SANDBOX_LINE] : []),
          answer.text,
          ...(masked.length === 0 ? [] : [`Masked by this server’s settings: ${masked.join(', ')}.`]),
          ...(now === undefined ? [] : [`Now ${now}`]),
        ];
        return {
          text: scrub(lines.join('\n')),
          structured: scrubValue(output.parse(marked) as Record<string, unknown>),
          isError: false,
        };
      } catch (error) {
        if (!(error instanceof Failure)) context.onUnexpected(error);
        return { text: failureText(error), isError: true };
      }
    },
  };
}
