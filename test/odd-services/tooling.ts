import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceClock } from '../../src/account-time/service-clock.js';
import { CallLogs } from '../../src/calls/call-logs.js';
import { accountOf } from '../../src/query/account.js';
import type { ToolResult } from '../../src/tools/define-tool.js';
import { createTools } from '../../src/tools/index.js';
import { DEFAULT_WALK_BUDGET } from '../../src/walk/population.js';
import { callsIn } from '../support/answers.js';
import { openBench } from '../support/tools.js';
import { type Case, caseName, NOW, type Prepared, prepare } from './cases.js';
import { judge, type Outcome, truthOf, type Verdict } from './oracle.js';
import type { Quirk } from './quirks/quirk.js';
import { inMemory } from './reader.js';

/** Runs a tool by its name; whatever comes back, an error included. */
export type RunTool = (name: string, args: Readonly<Record<string, unknown>>) => Promise<ToolResult>;

/** Ways to ask: every tool that answers about many calls, and search pages followed to their end. */
export const WAYS = ['summarize', 'sample', 'export', 'search pages'] as const;
export type Way = (typeof WAYS)[number];

type Structured = Readonly<Record<string, unknown>>;

interface Asked {
  readonly outcome: Outcome;
  /** What is wrong with the answer by itself. */
  readonly flaw?: string | undefined;
}

/** Asks one way, and judges what came of it. */
export async function runWay(way: Way, one: Case): Promise<Verdict> {
  const prepared = prepare(one);
  const unexpected: unknown[] = [];
  try {
    return await askAndJudge(way, one, prepared, toolsOver(prepared, one.zone, unexpected), unexpected);
  } catch (error) {
    return { right: false, reason: `Ended by ${error instanceof Error ? error.stack : String(error)}` };
  }
}

/** The same over whatever runs the tools. */
export async function askAndJudge(
  way: Way,
  one: Case,
  prepared: Prepared,
  run: RunTool,
  unexpected: readonly unknown[] = [],
): Promise<Verdict> {
  const { service, floor, question, checked } = prepared;
  // A window that is still open: calls that come in would shift the pages of a search.
  const isOpen = way === 'search pages' && one.seed % 2 === 0;
  const window = isOpen ? { ...floor.window, end: '9999-12-31 23:59:59' } : floor.window;
  const { start, end } = window;
  const args = { ...question.filters, start_time: start, ...(isOpen ? {} : { end_time: end }) };
  const { outcome, flaw } = await ASK[way](run, args, one);
  const truth = truthOf(service, window, question, one.quirks);
  const [error] = unexpected;
  if (error !== undefined)
    return { right: false, reason: `Unexpected: ${error instanceof Error ? error.stack : String(error)}` };
  if (flaw !== undefined) return { right: false, reason: flaw };
  const quirks = one.quirks.map((quirk): Quirk => {
    const excuse =
      way === 'search pages' ? (quirk.undetectable ?? quirk.undetectableInPages) : quirk.undetectable;
    return excuse === undefined ? quirk : { ...quirk, undetectable: excuse };
  });
  return judge(outcome, truth, { ...one, ...prepared, quirks, checked });
}

const ASK: Readonly<Record<Way, (run: RunTool, args: Structured, one: Case) => Promise<Asked>>> = {
  summarize: async (run, args) => {
    const result = await run('summarize_call_logs', { ...args, group_by: 'status' });
    return populationAnswer(result, ({ total, groups }) => {
      const { calls, in_progress: lasting } = total as { calls: number; in_progress: number };
      return { count: calls + lasting, ids: undefined, flaw: sumFlaw(groups as Groups | undefined, calls) };
    });
  },
  sample: async (run, args) => {
    const result = await run('sample_call_logs', { ...args, size: 20, seed: '7' });
    return populationAnswer(result, (structured) => {
      const { completeness, population, drawn: picked } = structured;
      const { unique } = completeness as { unique: number };
      const drawn = (callsIn(structured) as { id: string }[]).map(({ id }) => id);
      const flaw =
        new Set(drawn).size < drawn.length
          ? 'Drew a call twice.'
          : drawn.length !== picked
            ? `Said ${picked} calls, and showed ${drawn.length}.`
            : Number(population) > unique
              ? `Drew from ${population} calls, having read ${unique}.`
              : undefined;
      return { count: unique, ids: undefined, flaw };
    });
  },
  export: async (run, args) => {
    const result = await run('export_call_logs', { ...args, format: 'ndjson' });
    return populationAnswer(result, ({ file, rows, completeness }) => {
      const { complete } = completeness as { complete: boolean };
      const lines = file === undefined ? [] : readFileSync(String(file), 'utf8').trimEnd().split('\n');
      const ids = lines.map((line) => String((JSON.parse(line) as { id: unknown }).id));
      const flaw =
        ids.length !== Number(rows)
          ? `Said ${rows} rows, and wrote ${ids.length}.`
          : file !== undefined && String(file).includes('.partial') === complete
            ? `The name of the file contradicts its completeness: ${file}`
            : undefined;
      return { count: ids.length, ids, flaw };
    });
  },
  'search pages': followPages,
};

interface Groups {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  readonly other?: { readonly row: readonly unknown[] };
}

function sumFlaw(groups: Groups | undefined, calls: number): string | undefined {
  if (groups === undefined) return undefined;
  const place = groups.columns.indexOf('calls');
  const rows = [...groups.rows, ...(groups.other === undefined ? [] : [groups.other.row])];
  const sum = rows.reduce((total, row) => total + Number(row[place] ?? 0), 0);
  return sum === calls ? undefined : `The groups add up to ${sum} of ${calls} calls.`;
}

function populationAnswer(
  { isError, text, structured }: ToolResult,
  read: (structured: Structured) => Pick<Outcome, 'ids' | 'count'> & { flaw: string | undefined },
): Asked {
  if (isError || structured === undefined)
    return { outcome: { ids: [], count: 0, complete: false, said: text, failed: text } };
  const { complete, unverified = [] } = structured['completeness'] as {
    complete: boolean;
    unverified?: readonly string[];
  };
  const { ids, count, flaw } = read(structured);
  const isWhole = complete && unverified.length === 0;
  const outcome = { ids, count, complete: isWhole, said: text.split('\n').slice(0, 3).join(' ') };
  return { outcome, flaw: flaw ?? textFlaw(text, isWhole) };
}

/** Text and structured content must say the same. */
function textFlaw(text: string, complete: boolean): string | undefined {
  const saysPartial = /\bPARTIAL\b/.test(text);
  const saysComplete = /^Complete\b/m.test(text);
  if (complete && (saysPartial || !saysComplete))
    return `Complete, and the text does not say so: ${firstLine(text)}`;
  if (!complete && saysComplete) return `Not complete, and the text says that it is: ${firstLine(text)}`;
  return undefined;
}

const firstLine = (text: string) => text.split('\n', 1)[0] ?? '';

/** Warnings that say nothing of rows that may be missing. */
const HARMLESS_WARNINGS = [
  /^this answer is cut at/i,
  /^the next page narrows the window/i,
  /^offset stops at/i,
];

/** Searches, and goes on as each page says, to the last one. */
async function followPages(run: RunTool, args: Structured, { size, seed }: Case): Promise<Asked> {
  const ids: string[] = [];
  const warnings = new Set<string>();
  const limit = size > 5000 ? 500 : 100;
  let next: Structured | undefined = {
    ...args,
    limit,
    ...(seed % 3 === 0 ? { order: 'asc' } : {}),
    ...(size > 5000 ? { response_format: 'detailed' } : {}),
  };
  const asked = new Set<string>();
  while (next !== undefined) {
    const key = JSON.stringify(next);
    if (asked.has(key)) return { outcome: pagesOutcome(ids, warnings), flaw: `Goes in circles at ${key}.` };
    asked.add(key);
    if (asked.size > 2 * size + 100)
      return { outcome: pagesOutcome(ids, warnings), flaw: 'There is no last page.' };
    const { isError, text, structured }: ToolResult = await run('search_call_logs', next);
    if (isError || structured === undefined) {
      const isRefused = asked.size > 1 && /cannot be used|not a date|is reversed|Invalid arg/i.test(text);
      return {
        outcome: { ids, count: ids.length, complete: false, said: text, failed: text },
        flaw: isRefused ? `Refuses its own next page ${key}: ${firstLine(text)}` : undefined,
      };
    }
    for (const { id } of callsIn(structured) as { id: string }[]) ids.push(id);
    for (const warning of (structured['warnings'] as readonly string[] | undefined) ?? [])
      if (!HARMLESS_WARNINGS.some((pattern) => pattern.test(warning))) warnings.add(warning);
    next = structured['next'] as Structured | undefined;
  }
  return { outcome: pagesOutcome(ids, warnings) };
}

/** Pages that were shown without a warning count as all there is. Rows that come twice are allowed where one was given. */
function pagesOutcome(ids: readonly string[], warnings: ReadonlySet<string>): Outcome {
  const quiet = warnings.size === 0;
  return {
    ids: quiet ? ids : [...new Set(ids)],
    count: ids.length,
    complete: quiet,
    said: [...warnings].slice(0, 2).join(' '),
  };
}

const exportDirectory = mkdtempSync(join(tmpdir(), 'odd '));
process.once('exit', () => rmSync(exportDirectory, { recursive: true, force: true }));
// The bench's own client sends nothing: calls come from services in memory.
const { context: CONTEXT } = openBench({
  url: 'http://127.0.0.1:9/v1',
  now: NOW,
  exports: { directory: exportDirectory, server: { name: 'odd', version: '0' } },
});
const TOOLS = createTools(CONTEXT, false);

/** The tools over the service of a case, in memory. */
export function toolsOver({ service }: Prepared, zone: string | undefined, unexpected: unknown[]): RunTool {
  const account = accountOf({ clock: new ServiceClock(zone, () => NOW) });
  const calls = new CallLogs(inMemory(service, zone), account, {
    budget: { ...DEFAULT_WALK_BUDGET, seconds: 20 },
  });
  const context = {
    ...CONTEXT,
    account,
    calls,
    source: calls,
    onUnexpected: (error: unknown) => void unexpected.push(error),
  };
  return async (name, args) => {
    const tool = TOOLS.find((one) => one.name === name);
    if (tool === undefined) throw new Error(`no tool ${name}`);
    return tool.run(args, context, { signal: new AbortController().signal, progress() {}, canAsk: false });
  };
}

/** Asks cases one way, one after the other; what is wrong, a line each. */
export async function wrongAnswers(way: Way, cases: readonly Case[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const one of cases) {
    const { right, reason } = await runWay(way, one);
    if (!right) wrong.push(`${way} over ${caseName(one)}: ${reason}`);
  }
  return wrong;
}
