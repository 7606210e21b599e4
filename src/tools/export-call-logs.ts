import * as z from 'zod';
import { exportCalls } from '../call-logs/export.js';
import { EXPORT_FORMATS } from '../call-logs/export-rows.js';
import { choiceOr, flag, text } from '../call-logs/fields.js';
import { filterFields, type ResolvedWindow } from '../call-logs/filters.js';
import { Failure } from '../failure.js';
import { takenLines } from '../text/call-table.js';
import { completenessLines } from '../text/completeness.js';
import { filtersSentence, givenFilters, noCallsLines } from '../text/page.js';
import { sourceLines } from '../text/sources.js';
import { windowSentence } from '../text/window.js';
import { takenOutput, windowOutput, windowResult } from './call-output.js';
import { defineTool } from './define-tool.js';
import {
  completenessOutput,
  completenessResult,
  populationOf,
  sourceField,
  sourcesOutput,
  sourcesResult,
  takenResult,
  walkScope,
} from './population.js';

const input = z.strictObject({
  ...filterFields,
  format: choiceOr(EXPORT_FORMATS, 'csv', 'File format'),
  file_name: text('Plain name without a folder; default: made from the window'),
  include_recordings: flag(0, '1 (or true) to include recording links, which open without a login'),
  source: sourceField,
});

const output = z.object({
  exported: z.boolean().describe('false: there was no call to write, so there is no file'),
  file: z.string().optional(),
  manifest: z.string().optional(),
  format: z.enum(EXPORT_FORMATS),
  rows: z.int(),
  bytes: z.int().optional(),
  sha256: z.string().optional(),
  columns: z.array(z.string()).optional(),
  columns_without_values: z.array(z.string()).optional().describe('The service returned none of these'),
  window: windowOutput,
  ...takenOutput,
  completeness: completenessOutput,
  ...sourcesOutput,
});

export const exportCallLogs = defineTool({
  name: 'export_call_logs',
  title: 'Export call logs',
  description:
    'Writes every call that matches the filters to a CSV or NDJSON file on the machine this server runs on, with a manifest beside it (filters, window, counts, completeness, checksum). Use it to hand calls over, for example to compliance; not to read them in the conversation. Nothing changes in Convoso and no file is overwritten; a partial export says so in its name.',
  access: 'read',
  input,
  output,
  async handle(args, { calls, source, exports, sandbox }, scope) {
    if (exports === undefined) throw notOffered();
    const resolved = await calls.resolve(args, scope);
    const includeRecordings = args.include_recordings === 1;
    const window = windowResult(resolved.window, calls.clock);
    const request = {
      directory: exports.directory,
      format: args.format,
      fileName: args.file_name,
      fallbackName: fallbackName(resolved.window, new Date()),
      includeRecordings,
      about: {
        filters: givenFilters(resolved),
        window,
        recordings_included: includeRecordings,
        ...(sandbox ? { sandbox } : {}),
        created: new Date().toISOString(),
        server: exports.server,
      },
    };
    const { done, completeness, provenance } = await source.answer(
      populationOf(resolved, includeRecordings),
      walkScope(scope),
      args.source,
      async (reading) => ({
        done: await exportCalls(reading, request),
        completeness: reading.completeness,
        provenance: reading.provenance,
      }),
    );
    const taken = takenResult(resolved);
    const common = {
      format: args.format,
      window,
      ...taken,
      completeness: completenessResult(completeness),
      ...sourcesResult(provenance),
    };
    const how = [...completenessLines(completeness), ...sourceLines(provenance, calls.clock.now())];
    if (done === undefined) {
      const about = completeness.complete
        ? noCallsLines(resolved, calls.clock)
        : [filtersSentence(resolved), windowSentence(resolved.window, calls.clock), ...takenLines(resolved)];
      return {
        text: ['No file was written.', ...how, ...about].join('\n'),
        structured: { exported: false, rows: 0, ...common },
      };
    }
    return {
      text: [
        `Exported ${done.rows} calls to ${done.file} (${done.bytes} bytes, SHA-256 ${done.sha256}).`,
        `Manifest: ${done.manifest}`,
        ...how,
        ...(completeness.complete
          ? []
          : [
              'The file is marked as partial in its name and its manifest, because it is not shown to hold every matching call.',
            ]),
        filtersSentence(resolved),
        windowSentence(resolved.window, calls.clock),
        ...takenLines(resolved),
        `Columns: ${done.columns.join(', ')}.`,
        ...(done.emptyColumns.length === 0
          ? []
          : [`Without any value, because the service returned none: ${done.emptyColumns.join(', ')}.`]),
        ...(args.format === 'csv'
          ? ['A cell that a spreadsheet would run as a formula begins with an apostrophe.']
          : []),
      ].join('\n'),
      structured: {
        exported: true,
        file: done.file,
        manifest: done.manifest,
        rows: done.rows,
        bytes: done.bytes,
        sha256: done.sha256,
        columns: [...done.columns],
        columns_without_values: [...done.emptyColumns],
        ...common,
      },
    };
  },
});

function notOffered(): Failure {
  return new Failure({
    what: 'Nothing was exported.',
    why: 'This server may not write files: CALL_LOGS_EXPORT_DIR is not set.',
    next: 'Have whoever runs this server set CALL_LOGS_EXPORT_DIR, or use summarize_call_logs or search_call_logs.',
  });
}

/** `call-logs_2026-03-01_2026-03-31_20260401T093000Z`: the window and when it was read. */
function fallbackName({ start, end, startGiven }: ResolvedWindow, now: Date): string {
  const read = now.toISOString().replace(/[-:]|\.\d+/g, '');
  return `call-logs_${startGiven ? start.slice(0, 10) : 'all'}_${end.slice(0, 10)}_${read}`;
}
