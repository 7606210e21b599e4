import * as z from 'zod';
import { CHECKS } from '../audit/rules.js';
import { answerFrom } from '../calls/source.js';
import { exportCalls } from '../export/export.js';
import { EXPORT_FORMATS } from '../export/export-rows.js';
import { choice, choiceOr, flag, text } from '../query/arguments.js';
import { type ConditionInput, conditionFields } from '../query/conditions.js';
import { manyFilterFields } from '../query/filters.js';
import { givenFilters } from '../render/page.js';
import { THIRD_PARTY_NOTE } from '../render/third-party.js';
import { InvalidArguments } from '../util/failure.js';
import {
  populationOf,
  populationPart,
  populationSchema,
  sourceField,
  walkScope,
} from './answer/population.js';
import { windowPart } from './answer/window.js';
import { defineTool } from './define-tool.js';
import { fallbackName, inRoom, notOffered, whereabouts } from './export-files.js';
import { exportFindingsOf } from './export-findings.js';

const input = z.strictObject({
  ...manyFilterFields,
  ...conditionFields,
  format: choiceOr(EXPORT_FORMATS, 'csv', 'File format'),
  file_name: text('Plain name without a folder; default: made from the window'),
  include_recordings: flag(0, '1 (or true) to include recording links, which open without a login'),
  findings_of: choice(
    CHECKS,
    'Instead of the calls, the findings of this screen of audit_call_logs, a row for each call behind one',
  ),
  source: sourceField,
});

const output = z.object({
  exported: z.boolean().describe('false: there was no call to write, so there is no file'),
  file: z.string().optional().describe('Path; over HTTP the name'),
  manifest: z.string().optional().describe('Path; over HTTP the name'),
  uri: z.string().optional().describe('Over HTTP: resource to read the file from, by this caller alone'),
  manifest_uri: z.string().optional(),
  parts: z.int().optional().describe('Present when the file is read in parts: uri~1, uri~2 …'),
  format: z.enum(EXPORT_FORMATS),
  findings: z.int().optional().describe('With findings_of'),
  rows: z.int(),
  bytes: z.int().optional(),
  sha256: z.string().optional(),
  columns: z.array(z.string()).optional(),
  columns_without_values: z
    .array(z.string())
    .optional()
    .describe('Neither the service nor this server has any'),
  columns_with_names_filled_in: z
    .array(z.string())
    .optional()
    .describe('Where rows carried no name and this server knew one'),
  ...populationSchema,
});

export const exportCallLogs = defineTool({
  name: 'export_call_logs',
  title: 'Export call logs',
  description:
    'Writes every call that matches the filters to a CSV or NDJSON file on the machine this server runs on (over HTTP: a resource that only the caller can read), with a manifest beside it (filters, window, counts, completeness, checksum), for example to hand calls over to compliance. Nothing changes in Convoso and no file is overwritten; a partial export says so in its name.',
  access: 'read',
  createsFiles: true,
  input,
  output,
  async handle(args, context, scope) {
    const { account, calls, source, exports, sandbox } = context;
    if (exports === undefined) throw notOffered();
    const { findings_of: check } = args;
    if (check !== undefined) {
      refuseConditions(args);
      return exportFindingsOf(check, args, { ...context, exports }, scope);
    }
    const resolved = await calls.resolveMany(args, scope);
    const includeRecordings = args.include_recordings === 1;
    const request = {
      names: account.names,
      format: args.format,
      fileName: args.file_name,
      fallbackName: fallbackName('call-logs', resolved.window, new Date()),
      includeRecordings,
      filters: givenFilters(resolved),
      about: {
        ...windowPart(resolved.window, account.clock).structured,
        recordings_included: includeRecordings,
        ...(sandbox ? { sandbox } : {}),
        created: new Date().toISOString(),
        server: exports.server,
      },
    };
    const { done, completeness, provenance, selection } = await answerFrom(
      source,
      [populationOf(resolved, includeRecordings), walkScope(scope), args.source],
      async (reading) => ({
        done: await inRoom(scope.principal, exports, (room) => exportCalls(reading, { ...request, ...room })),
        completeness: reading.completeness,
        provenance: reading.provenance,
        selection: reading.selection,
      }),
    );
    const population = await populationPart(
      { resolved, completeness, provenance, selection, oldest: done?.oldest },
      context,
      scope,
    );
    const { evidence, structured } = population;
    const typed = population.isTyped ? [THIRD_PARTY_NOTE] : [];
    if (done === undefined) {
      const about = population.none ?? [...population.lines, ...typed];
      return {
        text: ['No file was written.', ...evidence, ...about].join('\n'),
        structured: { exported: false, rows: 0, format: args.format, ...structured },
      };
    }
    const at = whereabouts(done, exports);
    return {
      text: [
        `Exported ${done.rows} calls to ${at.file} (${done.bytes} bytes, SHA-256 ${done.sha256}).`,
        `Manifest: ${at.manifest}`,
        ...at.lines,
        ...evidence,
        ...(completeness.complete
          ? []
          : [
              'The file is marked as partial in its name and its manifest, because it is not shown to hold every matching call.',
            ]),
        ...population.lines,
        ...typed,
        `Columns: ${done.columns.join(', ')}.`,
        ...(done.emptyColumns.length === 0
          ? []
          : [`Without any value, because the service returned none: ${done.emptyColumns.join(', ')}.`]),
        ...(done.filledColumns.length === 0
          ? []
          : [
              `Names that rows left out were filled in from this server's: ${done.filledColumns.join(', ')}.`,
            ]),
        ...(args.format === 'csv'
          ? ['A cell that a spreadsheet would run as a formula begins with an apostrophe.']
          : []),
      ].join('\n'),
      structured: {
        exported: true,
        file: at.file,
        manifest: at.manifest,
        ...at.addresses,
        rows: done.rows,
        bytes: done.bytes,
        sha256: done.sha256,
        columns: [...done.columns],
        columns_without_values: [...done.emptyColumns],
        columns_with_names_filled_in: [...done.filledColumns],
        format: args.format,
        ...structured,
      },
      ...(at.links.length === 0 ? {} : { links: at.links }),
    };
  },
});

/** The evidence of a screen is every call: what rows are checked by would be passed over in silence. */
function refuseConditions(args: ConditionInput): void {
  const given = Object.keys(conditionFields).filter(
    (name) => args[name as keyof ConditionInput] !== undefined,
  );
  if (given.length === 0) return;
  throw new InvalidArguments({
    what: `findings_of cannot be used together with ${given.join(' and ')}.`,
    why: 'Screens look at every call; the filters choose which findings are written, and conditions do not.',
    next: 'Ask without it, or without findings_of for the calls themselves.',
  });
}
