import * as z from 'zod';
import { type Audit, DNC_DAYS } from '../audit/audit.js';
import { CHECKS, type CheckName, RULES_AS_OF } from '../audit/rules.js';
import { text, wholeNumberOr } from '../query/arguments.js';
import { filterFields } from '../query/filters.js';
import {
  CALLS_OF_A_FINDING,
  callIds,
  headlineOf,
  SCREEN_NOTE,
  type ShownFindings,
  screenLines,
} from '../render/audit.js';
import { THIRD_PARTY_NOTE } from '../render/third-party.js';
import { InvalidArguments } from '../util/failure.js';
import { present } from '../util/present.js';
import { restsOnWords, runAudit } from './answer/audit.js';
import { fitting, MAX_CHARACTERS } from './answer/fitting.js';
import { populationPart, populationSchema, sourceField } from './answer/population.js';
import { defineTool } from './define-tool.js';

const input = z.strictObject({
  ...filterFields,
  checks: z
    .preprocess(checkList, z.array(z.enum(CHECKS)).default([]))
    .describe('Screens to make, several by comma; default: all'),
  top: wholeNumberOr({ min: 1, max: 200, default: 10 }, 'Findings to show of each screen'),
  cursor: text('From an answer that was cut: shows the findings after those'),
  source: sourceField,
});

const count = z.int();
const finding = z.object({
  certain: z.boolean().describe('false: possible only, see why'),
  why: z.string().optional(),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  calls: z.array(z.string()).describe('Ids of the calls behind it, in order of time'),
  call_count: count.describe('Calls behind it; of very many, calls has the first'),
});

const output = z.object({
  note: z.string(),
  checks: z.array(
    z.object({
      check: z.enum(CHECKS),
      title: z.string(),
      headline: z.string(),
      found: count.optional().describe('Findings; absent when the screen cannot be made'),
      possible: count.optional().describe('Beside found: the log leaves open whether they are'),
      findings: z.array(finding),
      omitted: count.optional().describe('Findings after those shown; see next'),
      counted: z.record(z.string(), count).optional(),
      basis: z.array(z.string()).optional(),
      cannot: z.object({ why: z.string(), next: z.string() }).optional(),
      rule: z.string(),
      citation: z.string(),
      as_of: z.string(),
      changed_by_account: z.array(z.string()).optional().describe('In place of the defaults'),
      rests_on: z.string(),
      unseen: z.string().describe('What call logs cannot show of it'),
    }),
  ),
  evidence: z
    .object({ start: z.string(), end: z.string() })
    .describe('All calls of the account in it were read, whatever the filters; account time'),
  next: z
    .object({ start_time: z.string(), end_time: z.string(), cursor: z.string() })
    .optional()
    .describe('Same question with these: the findings omitted here'),
  ...populationSchema,
  notes: z.array(z.string()).optional(),
});

export const auditCallLogs = defineTool({
  name: 'audit_call_logs',
  title: 'Compliance screens over call logs',
  description: `Screens the account’s own calls after the fact: abandonment over 3 % per campaign, more than 3 attempts to a number in rolling 24 hours, collections attempts in 7 days, calling hours where the person called is, attempts after a do-not-call request, callbacks not kept, caller-ID health. Each finding comes with its calls, the rule and its source, the denominator, and what the log cannot show. Findings are to check, no legal advice. Filters choose which findings are shown; the evidence is always the whole account, up to ${DNC_DAYS} days before the window. Default window: the last 30 whole days.`,
  access: 'read',
  input,
  output,
  async handle(args, context, scope) {
    const places = args.cursor === undefined ? undefined : readCursor(args.cursor);
    const wanted = places === undefined ? new Set(args.checks) : new Set(places.keys());
    const checks = CHECKS.filter((check) => wanted.size === 0 || wanted.has(check));
    const { made, resolved, evidence, completeness, provenance } = await runAudit(
      args,
      checks,
      context,
      scope,
    );
    const population = await populationPart(
      { resolved, completeness, provenance, oldest: made.oldest },
      context,
      scope,
    );
    const { complete } = completeness;
    const restsOn = restsOnWords(evidence, completeness);
    return fitting(args.top, (top) => {
      const shown = made.screens.map((screened) => ({
        screened,
        ...cut(screened.result, places?.get(screened.check) ?? 0, top),
      }));
      const next = nextOf(shown, resolved.window);
      const notes = notesOf(made, shown, next, top < args.top);
      return {
        text: [
          ...made.screens.map((screened) => headlineOf(screened, complete)),
          SCREEN_NOTE,
          ...shown.flatMap((one) => screenLines(one, made, restsOn)),
          '',
          ...notes,
          `Evidence: every call of the account from ${evidence.start} to ${evidence.end}, whatever the filters, which choose the findings that are shown: those with a call in the window that satisfies them.`,
          ...population.evidence,
          ...population.lines,
          ...(made.labels.hasTyped || population.isTyped ? [THIRD_PARTY_NOTE] : []),
        ].join('\n'),
        structured: present({
          note: SCREEN_NOTE,
          checks: shown.map((one) => structuredOf(one, made, restsOn, complete)),
          evidence: { ...evidence },
          next,
          ...population.structured,
          notes: notes.length === 0 ? undefined : notes,
        }),
      };
    });
  },
});

function cut(
  result: Audit['screens'][number]['result'],
  from: number,
  top: number,
): Pick<ShownFindings, 'from' | 'findings' | 'more'> {
  if ('why' in result) return { from: 0, findings: [], more: 0 };
  const findings = result.findings.slice(from, from + top);
  return { from, findings, more: Math.max(0, result.findings.length - from - findings.length) };
}

function nextOf(shown: readonly ShownFindings[], { start, end }: { start: string; end: string }) {
  const places = shown
    .filter(({ more }) => more > 0)
    .map(({ screened, from, findings }) => `${screened.check}:${from + findings.length}`);
  return places.length === 0 ? undefined : { start_time: start, end_time: end, cursor: places.join(',') };
}

function notesOf(
  { undated }: Audit,
  shown: readonly ShownFindings[],
  next: ReturnType<typeof nextOf>,
  isCut: boolean,
): string[] {
  const omitted = shown.reduce((sum, { more }) => sum + more, 0);
  return [
    ...(next === undefined
      ? []
      : [
          `${omitted} more findings${isCut ? ` (cut to stay within ${MAX_CHARACTERS} characters)` : ''}: the same question with ${JSON.stringify(next)}; or all of one screen as a file: export_call_logs with findings_of and the same filters and window.`,
        ]),
    ...(undated === 0
      ? []
      : [`${undated} calls have a date that cannot be placed in account time: no screen has them.`]),
  ];
}

function structuredOf(
  { screened, findings, more }: ShownFindings,
  made: Audit,
  restsOn: string,
  complete: boolean,
) {
  const { check, text: rule, overridden, result } = screened;
  const cannot = 'why' in result ? { why: result.why, next: result.next } : undefined;
  const done = 'why' in result ? undefined : result;
  const certain = done?.findings.filter((one) => one.certain).length;
  return present({
    check,
    title: rule.title,
    headline: headlineOf(screened, complete),
    found: certain,
    possible: done === undefined ? undefined : done.findings.length - (certain ?? 0),
    findings: findings.map((one) =>
      present({
        certain: one.certain,
        why: one.why,
        facts: Object.fromEntries((done?.columns ?? []).map((column, i) => [column, one.cells[i] ?? null])),
        calls: callIds(one.calls.slice(0, CALLS_OF_A_FINDING), made.labels) as string[],
        call_count: one.callCount,
      }),
    ),
    omitted: more === 0 ? undefined : more,
    counted: done === undefined ? undefined : { ...done.counted },
    basis: done === undefined ? undefined : [...done.basis],
    cannot,
    rule: rule.rule,
    citation: rule.citation,
    as_of: RULES_AS_OF,
    changed_by_account: overridden.length === 0 ? undefined : [...overridden],
    rests_on: restsOn,
    unseen: rule.unseen,
  });
}

/** How many findings of each screen earlier answers showed. @throws InvalidArguments */
function readCursor(cursor: string): ReadonlyMap<CheckName, number> {
  const places = cursor.split(',').map((part): [CheckName, number] => {
    const [, name, place] = /^\s*(\w+):(\d{1,7})\s*$/.exec(part) ?? [];
    const check = CHECKS.find((one) => one === name);
    if (check === undefined) {
      throw new InvalidArguments({
        what: 'cursor cannot be used.',
        why: 'It is not one that an answer of audit_call_logs gave, such as attempts_24h:10.',
        next: 'Take it from “next” of the answer before, or omit it.',
      });
    }
    return [check, Number(place)];
  });
  return new Map(places);
}

/** A list, or one word or several with commas; letters of either case. */
function checkList(value: unknown): unknown {
  if (value === null || value === '') return undefined;
  const list = typeof value === 'string' ? value.split(',') : value;
  if (!Array.isArray(list)) return list;
  const words = list.map((word) => (typeof word === 'string' ? word.trim().toLowerCase() : word));
  return words.filter((word) => word !== '');
}
