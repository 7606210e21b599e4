import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { CallHistory } from '../../src/sandbox/history.js';
import { type Dialect, SANDBOX_TODAY, startSandbox } from '../../src/sandbox/server.js';
import { callsIn } from '../support/answers.js';
import { BIN, cleanEnv } from '../support/bin.js';
import type { FamilyQuestion, Finding, Question, Way } from './question.js';
import { questionsFor } from './questions.js';
import { clockWords } from './rows.js';
import { plain, type Score, says, score, type ToolResult, type Transcript, textOf } from './scorer.js';

export { median } from './scorer.js';

/** How one way to answer a question went. */
export interface Checked extends Score {
  readonly family: string;
  /** 1 for the expected calls, 2 and up for the alternatives. */
  readonly way: number;
}

/** The questions with the answers of the sandbox's rows. */
export async function evaluationSet(dialect: Dialect): Promise<FamilyQuestion[]> {
  const sandbox = await startSandbox({ dialect });
  await sandbox.close();
  return questionsFor({ calls: sandbox.calls, dialect, asOf });
}

function asOf(today: string) {
  const now = `${today} 20:00:00`;
  return new CallHistory(now).until(now);
}

/**
 * Asks the built bin every question by its scripted calls, over stdio and one connection for each day and settings that
 * questions are asked with, and scores an answer that says what was found. A finding that is not in the result, in text and in structured
 * content, is a problem.
 */
export async function checkAnswerable(
  dialect: Dialect,
  chosen = (questions: readonly FamilyQuestion[]) => questions,
): Promise<Checked[]> {
  const servers = new Map<string, FamilyQuestion[]>();
  for (const question of chosen(await evaluationSet(dialect))) {
    const server = JSON.stringify([question.today, question.env]);
    servers.set(server, [...(servers.get(server) ?? []), question]);
  }
  const checked: Checked[] = [];
  for (const asked of servers.values()) {
    const [{ today = SANDBOX_TODAY, env } = {}] = asked;
    const client = new Client({ name: 'evals', version: '0.0.0' });
    const args = [BIN, '--sandbox', '--dialect', dialect, '--today', today];
    await client.connect(new StdioClientTransport({ command: process.execPath, args, env: cleanEnv(env) }));
    try {
      for (const question of asked) checked.push(...(await checkWays(client, question)));
    } finally {
      await client.close();
    }
  }
  return checked;
}

async function checkWays(client: Client, question: FamilyQuestion): Promise<Checked[]> {
  const checked: Checked[] = [];
  for (const [i, way] of question.ways.entries()) {
    const transcript = await follow(client, question, way);
    const missing = way.found.flatMap((finding) => problemOf(finding, transcript));
    const scored = score(question, transcript);
    const problems = [...missing, ...scored.problems];
    checked.push({
      ...scored,
      problems,
      right: problems.length === 0,
      family: question.family,
      way: i + 1,
    });
  }
  return checked;
}

async function follow(client: Client, question: Question, way: Way): Promise<Transcript> {
  const calls = [];
  for (const call of way.calls) {
    const result = (await client.callTool({ name: call.tool, arguments: { ...call.args } })) as ToolResult;
    calls.push({ ...call, result });
  }
  return { calls, answer: question.answer.map(([first]) => first).join('; ') };
}

function problemOf(finding: Finding, { calls }: Transcript): string[] {
  const result = calls[finding.call ?? 0]?.result;
  if (result === undefined) return ['The finding names a call that the way does not make.'];
  const text = textOf(result.content);
  const wanted = `Not found: ${JSON.stringify(finding)}, but`;
  if ('refusal' in finding) {
    return result.isError === true && text.includes(finding.refusal) ? [] : [`${wanted} ${text}`];
  }
  if (result.isError === true) return [`${wanted} ${text}`];
  if ('row' in finding) {
    const [inText, inStructured] = [textCell(text, finding), structuredCell(result, finding)];
    const same = isWritten(inText, finding.is) && inStructured === finding.is;
    return same ? [] : [`${wanted} the text says ${inText}, structured content ${inStructured}: ${text}`];
  }
  const structured = result.structuredContent ?? {};
  const value = valueAt({ ...structured, calls: callsIn(structured) }, finding.at);
  const problems = says(plain(text), finding.text) ? [] : [`${wanted} the text is ${text}`];
  return value === finding.is
    ? problems
    : [...problems, `${wanted} structured content has ${String(value)}.`];
}

type Cell = Extract<Finding, { row: string }>;
type Cells = readonly unknown[];

/** A number as it is, or seconds as h:mm:ss. */
function isWritten(cell: string | undefined, value: string | number): boolean {
  if (cell === undefined) return false;
  if (typeof value === 'string') return cell === value;
  return Number(cell) === value || cell === clockWords(value);
}

function textCell(text: string, finding: Cell): string | undefined {
  const lines = text.split('\n').map((line) => line.split('|'));
  return cellOf(lines, finding)?.trim();
}

function structuredCell({ structuredContent }: ToolResult, finding: Cell): unknown {
  const groups = structuredContent?.['groups'] as { columns: string[]; rows: Cells[] } | undefined;
  return groups === undefined ? undefined : cellOf([groups.columns, ...groups.rows], finding);
}

/** The cell under a column's name, in the row whose first cells hold all values which `row` names. */
function cellOf<Row extends Cells>(lines: readonly Row[], { row, column }: Cell): Row[number] | undefined {
  const header = lines.findIndex((cells) => cells.includes(column));
  const values = row.split('|');
  const found = lines
    .slice(header + 1)
    .find((cells) =>
      values.every((value) =>
        cells.slice(0, values.length === 1 ? 1 : values.length + 1).some((cell) => sameKey(cell, value)),
      ),
    );
  return found?.[lines[header]?.indexOf(column) ?? -1];
}

/** Answers print numbers of phones in their canonical form. */
function sameKey(cell: unknown, value: string): boolean {
  return cell === value || cell === `+1${value}`;
}

function valueAt(value: unknown, path: string): unknown {
  let at = value;
  for (const name of path.split('.')) at = (at as Readonly<Record<string, unknown>> | undefined)?.[name];
  return at;
}
