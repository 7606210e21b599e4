import * as z from 'zod';
import type { CallLogs } from '../calls/call-logs.js';
import type { CallLogSource } from '../calls/source.js';
import { nextTurn } from '../convoso/turns.js';
import type { CallerExports } from '../export/caller-exports.js';
import type { Account } from '../query/account.js';
import type { NameBook } from '../query/names/names.js';
import { MASKS } from '../redact/masks.js';
import { outgoingText } from '../redact/outgoing.js';
import { argumentsProblem } from '../render/argument-errors.js';
import { failureText } from '../render/failures.js';
import { accountTime } from '../render/window.js';
import { Failure } from '../util/failure.js';
import { present } from '../util/present.js';
import { scrub, scrubValue } from '../util/secrets.js';
import { isTimeout, timeLimit } from '../util/time-limit.js';
import type { Confirmations } from './confirmations.js';
import { CALL_MS } from './deadline.js';

/** Where exports go and what their manifests name as their maker. */
export interface ExportTarget {
  readonly directory: string;
  /** Present where callers have no other way to their files than this server: it keeps them apart. */
  readonly callers?: CallerExports;
  readonly server: { readonly name: string; readonly version: string };
}

/** What every tool works with. */
export interface ToolContext {
  /** What is known of the account that `calls` reads. */
  readonly account: Account;
  readonly calls: CallLogs;
  /** Where questions about many calls get them from: `calls` itself, or an archive before it. */
  readonly source: CallLogSource;
  /** Present when every change has to be confirmed by the person first. */
  readonly confirmations: Confirmations | undefined;
  /** True when the answers come from generated calls. */
  readonly sandbox: boolean;
  /** Absent when this server may not write files. */
  readonly exports?: ExportTarget | undefined;
  /** Milliseconds that an answer may take, where it is not CALL_MS. */
  readonly callMs?: number | undefined;
  /** Told of failures that are nobody's input error, so that they can be logged. */
  readonly onUnexpected: (error: unknown) => void;
}

/** What the caller of a tool brings with it. */
export interface CallerScope {
  readonly signal: AbortSignal;
  /** Who calls, where callers are told apart: a name the operator chose, or a pseudonym. */
  readonly principal?: string;
  /** Reports progress; `done` must grow. */
  progress(done: number, total: number | undefined, message: string): void;
  /** True when the host can put a question to the person (see Question). */
  readonly canAsk: boolean;
  /**
   * Why it cannot, where that is not the host's doing: the connection has no way back to it (HTTP with a revision before
   * 2026-07-28), or there is no host.
   */
  readonly askProblem?: 'stateless' | 'script';
  /** True for a caller who may change calls without seeing any: nothing of a call may be in the answer. */
  readonly writeOnly?: boolean;
  /** What the person answered to the question of an earlier run of this same call. */
  readonly answer?: PersonsAnswer | undefined;
}

/** What one call of a tool works within. */
export interface CallScope extends CallerScope {
  /** When everything that the answer needs must have ended, on the clock of `performance.now()` (milliseconds). */
  readonly deadline: number;
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
  /** Files that the answer is about, where the host reads them from this server. */
  readonly links?: readonly FileLink[];
}

/** A file that the caller can read from this server, by its address. */
export interface FileLink {
  readonly uri: string;
  readonly name: string;
  readonly mimeType: string;
  /** Bytes. */
  readonly size?: number;
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
  /** Present when a call leaves a file behind, on the machine the server runs on: then it is offered only where it may. */
  readonly createsFiles?: true;
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
  readonly createsFiles?: true;
  readonly input: z.ZodObject;
  readonly output: z.ZodObject;
  /** Answers a call. Never throws: every failure is an answer with `isError`. */
  run(args: unknown, context: ToolContext, caller: CallerScope): Promise<ToolResult>;
}

/** What leaves a tool. Errors and questions carry no structured content. */
export interface ToolResult {
  readonly text: string;
  readonly structured?: Record<string, unknown>;
  readonly links?: readonly FileLink[];
  readonly isError: boolean;
  readonly question?: Question;
}

/** Milliseconds after the deadline in which an answer is worded; then the call fails, whatever still holds it up. */
const WORDING_MS = 1_500;

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
  const { handle, ...declared } = definition;
  return {
    ...declared,
    output,
    async run(args, context, caller) {
      const callMs = context.callMs ?? CALL_MS;
      const deadline = performance.now() + callMs;
      const limit = timeLimit(callMs + WORDING_MS, caller.signal);
      try {
        const parsed = definition.input.safeParse(args ?? {});
        if (!parsed.success) throw argumentsProblem(definition.name, definition.input, parsed.error);
        const scope = { ...caller, signal: limit.signal, deadline };
        const answer = await Promise.race([
          handle(parsed.data as z.output<Input>, context, scope),
          overdue(limit.signal, definition.access),
        ]);
        if ('ask' in answer) {
          const question = { ...answer, ask: scrub(answer.ask) };
          return { text: question.ask, isError: false, question };
        }
        await nextTurn('goes on');
        const now = accountTime(context.account.clock);
        const masked = context.account.masks.words;
        const marked = {
          ...(answer.structured as object),
          ...present({
            account_time: now,
            sandbox: context.sandbox ? true : undefined,
            masked: masked.length === 0 ? undefined : masked,
          }),
        };
        const lines = [
          ...(context.sandbox ? [SANDBOX_LINE] : []),
          answer.text,
          ...(masked.length === 0 ? [] : [`Masked by this server’s settings: ${masked.join(', ')}.`]),
          ...(now === undefined ? [] : [`Now ${now}`]),
        ];
        return {
          text: scrub(lines.join('\n')),
          structured: rememberShown(
            scrubValue(output.parse(marked) as Record<string, unknown>),
            context.account.names,
            scope.principal,
          ),
          ...present({ links: answer.links }),
          isError: false,
        };
      } catch (error) {
        if (!(error instanceof Failure)) context.onUnexpected(error);
        return { text: failureText(error), isError: true };
      } finally {
        limit.clear();
      }
    },
  };
}

/** Fails when the time is over; a cancelled call is left to what it was doing. */
function overdue(signal: AbortSignal, access: Tool['access']): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      if (isTimeout(signal.reason)) reject(new Failure(LATE[access]));
    });
  });
}

const TOO_LONG = 'It took longer than hosts wait for a tool.';
const LATE = {
  read: {
    what: 'The call was given up.',
    why: TOO_LONG,
    next: 'Ask for less at once: a shorter window (start_time, end_time) or more filters.',
  },
  write: {
    what: 'The call was given up: the update may or may not have been made.',
    why: TOO_LONG,
    next: 'Look at the call in Convoso before repeating it.',
  },
};
/** Remembers which calls an answer, which holds nothing but redacted ones, shows to this caller: the same caller is offered their ids. */
function rememberShown(
  structured: Record<string, unknown>,
  names: NameBook,
  principal: string | undefined,
): Record<string, unknown> {
  for (const id of shownIds(structured)) {
    if (typeof id === 'string') names.showed(outgoingText(id), principal);
  }
  return structured;
}

/** What the answer gives as ids of calls: of one call, of a table, or of calls in detail. */
function shownIds({ call, calls, calls_in_detail: detailed }: Record<string, unknown>): unknown[] {
  const { columns = [], rows = [] } = (calls ?? {}) as Partial<Table>;
  const place = columns.indexOf('id');
  const objects = [call, ...(Array.isArray(detailed) ? detailed : [])] as ({ id?: unknown } | undefined)[];
  return [...rows.map((row) => row[place]), ...objects.map((one) => one?.id)];
}

interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}
