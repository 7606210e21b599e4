import { join } from 'node:path';
import * as z from 'zod';
import { answerFrom, type Reading } from '../calls/source.js';
import { partsOf } from '../export/caller-exports.js';
import { type Exported, type ExportRequest, exportCalls } from '../export/export.js';
import { EXPORT_FORMATS } from '../export/export-rows.js';
import { choiceOr, flag, text } from '../query/arguments.js';
import { conditionFields } from '../query/conditions.js';
import { manyFilterFields } from '../query/filters.js';
import type { ResolvedWindow } from '../query/window.js';
import { givenFilters } from '../render/page.js';
import { THIRD_PARTY_NOTE } from '../render/third-party.js';
import { Failure } from '../util/failure.js';
import {
  populationOf,
  populationPart,
  populationSchema,
  sourceField,
  walkScope,
} from './answer/population.js';
import { windowPart } from './answer/window.js';
import { defineTool, type ExportTarget, type FileLink } from './define-tool.js';
import { exportUri, mimeTypeOf } from './export-address.js';

const input = z.strictObject({
  ...manyFilterFields,
  ...conditionFields,
  format: choiceOr(EXPORT_FORMATS, 'csv', 'File format'),
  file_name: text('Plain name without a folder; default: made from the window'),
  include_recordings: flag(0, '1 (or true) to include recording links, which open without a login'),
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
    const resolved = await calls.resolveMany(args, scope);
    const includeRecordings = args.include_recordings === 1;
    const request = {
      names: account.names,
      format: args.format,
      fileName: args.file_name,
      fallbackName: fallbackName(resolved.window, new Date()),
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
        done: await exportFor(scope.principal, exports, reading, request),
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

/** Exports to where this caller's files go, within what the caller may keep. */
async function exportFor(
  principal: string | undefined,
  { directory, callers }: ExportTarget,
  reading: Reading,
  request: Omit<ExportRequest, 'directory' | 'take'>,
): Promise<Exported | undefined> {
  const room = await callers?.admit(principal);
  let done: Exported | undefined;
  try {
    done = await exportCalls(reading, {
      ...request,
      directory: room?.directory ?? directory,
      take: room?.take,
    });
    return done;
  } finally {
    room?.close(done !== undefined);
  }
}

/** Most links in one answer; what lies beyond is told in words. */
const MAX_LINKS = 10;

/** Where the caller finds the files: by their paths, or by addresses of this server where those would say nothing. */
function whereabouts({ file, manifest, bytes }: Exported, { directory, callers }: ExportTarget) {
  if (callers === undefined) {
    const [path, manifestPath] = [join(directory, file), join(directory, manifest)];
    return { file: path, manifest: manifestPath, lines: [], addresses: {}, links: [] };
  }
  const parts = partsOf(bytes);
  const uri = exportUri(file);
  const link = (name: string, address: string): FileLink => ({
    uri: address,
    name,
    mimeType: mimeTypeOf(name),
  });
  const wholes = parts === 1 ? [{ ...link(file, uri), size: bytes }] : [];
  const pieces = Array.from({ length: parts === 1 ? 0 : Math.min(parts, MAX_LINKS) }, (_, i) =>
    link(file, exportUri(file, i + 1)),
  );
  const hours = Math.round(callers.keepMs / 3_600_000);
  return {
    file,
    manifest,
    lines: [
      parts === 1
        ? `Read the file as the resource ${uri}, with the credentials of this call: nobody else can.`
        : `Read the file in ${parts} parts, the resources ${exportUri(file, 1)} to ${exportUri(file, parts)}, with the credentials of this call: nobody else can. Together, in order, they are the file.`,
      `It is removed after ${hours === 1 ? 'an hour' : `${hours} hours`}.`,
    ],
    addresses: { uri, manifest_uri: exportUri(manifest), ...(parts === 1 ? {} : { parts }) },
    links: [...wholes, ...pieces, link(manifest, exportUri(manifest))],
  };
}

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
