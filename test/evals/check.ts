import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { type Dialect, startSandbox } from '../../src/sandbox/server.js';
import { BIN, cleanEnv } from '../support/bin.js';
import type { Finding, Question, Way } from './question.js';
import { questionsFor } from './questions.js';
import { type Score, score, type ToolResult, type Transcript, textOf } from './scorer.js';

/** How one way to answer a question went. */
export interface Checked extends Score {
  readonly role: string;
  /** 1 for the expected calls, 2 and up for the alternatives. */
  readonly way: number;
}

/** The questions with the answers of the sandbox's rows. */
export async function evaluationSet(dialect: Dialect): Promise<Question[]> {
  const sandbox = await startSandbox({ dialect });
  await sandbox.close();
  return questionsFor({ calls: sandbox.calls, dialect });
}

/**
 * Asks the built bin every question by its scripted calls, over stdio and one connection, and scores an answer that says
 * what was found. A finding that is not in the result, in text and in structured content, is a problem.
 */
export async function checkAnswerable(dialect: Dialect): Promise<Checked[]> {
  const questions = await evaluationSet(dialect);
  const client = new Client({ name: 'evals', version: '0.0.0' });
  const args = [BIN, '--sandbox', '--dialect', dialect];
  await client.connect(new StdioClientTransport({ command: process.execPath, args, env: cleanEnv() }));
  try {
    const checked: Checked[] = [];
    for (const question of questions) {
      for (const [i, way] of question.ways.entries()) {
        const transcript = await follow(client, question, way);
        const missing = way.found.flatMap((finding) => problemOf(finding, transcript));
        const scored = score(question, transcript);
        const problems = [...missing, ...scored.problems];
        checked.push({ ...scored, problems, right: problems.length === 0, role: question.role, way: i + 1 });
      }
    }
    return checked;
  } finally {
    await client.close();
  }
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
  if ('row' in finding) {
    const [inText, inStructured] = [textCell(text, finding), structuredCell(result, finding)];
    const same = inText === String(finding.is) && inStructured === finding.is;
    return same ? [] : [`${wanted} the text says ${inText}, structured content ${inStructured}.`];
  }
  const value = valueAt(result.structuredContent, finding.at);
  const problems = text.includes(finding.text) ? [] : [`${wanted} the text is ${text}`];
  return value === finding.is
    ? problems
    : [...problems, `${wanted} structured content has ${String(value)}.`];
}

type Cell = Extract<Finding, { row: string }>;

function textCell(text: string, { row, column }: Cell): string | undefined {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => line.startsWith(`${row}|`));
  const header = lines.findIndex((line) => line.split('|').includes(column));
  return lines[at]?.split('|')[lines[header]?.split('|').indexOf(column) ?? -1];
}

function structuredCell({ structuredContent }: ToolResult, { row, column }: Cell): unknown {
  const groups = structuredContent?.['groups'] as { columns: string[]; rows: unknown[][] } | undefined;
  const found = groups?.rows.find((cells) => `${cells.join('|')}|`.startsWith(`${row}|`));
  return found?.[groups?.columns.indexOf(column) ?? -1];
}

function valueAt(value: unknown, path: string): unknown {
  let at = value;
  for (const name of path.split('.')) at = (at as Readonly<Record<string, unknown>> | undefined)?.[name];
  return at;
}
