import { oldestOf } from '../calls/first-call.js';
import { printedSpans, type Reading } from '../calls/source.js';
import type { TextField } from '../convoso/call-log.js';
import type { NameBook, NameField } from '../query/names/names.js';
import { printedSelection } from '../query/row-checks.js';
import { type Failure, InvalidArguments } from '../util/failure.js';
import type { Completeness } from '../walk/completeness.js';
import { exists, exportDirectory, plainName, WholeFile } from './export-file.js';
import { type ExportFormat, ExportRows } from './export-rows.js';
import { recordsKept } from './records-kept.js';

export interface ExportRequest {
  readonly directory: string;
  readonly format: ExportFormat;
  /** A plain name, with or without its extension; without one, a name is made of `fallbackName`. */
  readonly fileName: string | undefined;
  readonly fallbackName: string;
  readonly includeRecordings: boolean;
  /** Gives names to ids whose own rows carry none. */
  readonly names: NameBook;
  /** Told of bytes before they are written; what it throws ends the export. */
  readonly take?: ((bytes: number) => void) | undefined;
  /** The filters that were sent, the window aside; the manifest has them as they may leave the server. */
  readonly filters: Readonly<Record<string, string>>;
  /** What the manifest says beside what is found out here: window, zone, versions. */
  readonly about: Readonly<Record<string, unknown>>;
}

/** A finished export. */
export interface Exported {
  /** Names of its files, without their folder. */
  readonly file: string;
  readonly manifest: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly columns: readonly string[];
  /** Columns that no call had a value for. */
  readonly emptyColumns: readonly string[];
  /** Columns of names in which this server filled in what rows left out. */
  readonly filledColumns: readonly string[];
  /** Date of the oldest call. */
  readonly oldest: string | undefined;
  readonly completeness: Completeness;
}

/** Names tried for a file without a name of its own. */
const MAX_ATTEMPTS = 100;

/** The facts of a data file that stands under its name. */
export interface WrittenFile {
  readonly file: string;
  readonly manifest: string;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Writes a file with a manifest beside it. Both appear whole, under names that were free; what is not shown to be complete
 * carries `.partial` in its name. `write` fills the file; undefined leaves none behind. `about` makes the manifest.
 * @throws what `write` throws; InvalidArguments for the name; Failure when the file cannot be written. Nothing is left behind
 * then.
 */
export async function writeWithManifest<Written extends { readonly completeness: Completeness }>(
  request: Pick<ExportRequest, 'directory' | 'format' | 'fileName' | 'fallbackName' | 'take'>,
  write: (data: WholeFile) => Promise<Written | undefined>,
  about: (written: Written) => Readonly<Record<string, unknown>>,
): Promise<(WrittenFile & { readonly written: Written }) | undefined> {
  const { directory, format } = request;
  const extension = `.${format}`;
  const own = request.fileName === undefined ? undefined : plainName(request.fileName, extension);
  await exportDirectory(directory);
  if (own !== undefined) await refuseTaken(directory, [`${own}${extension}`, `${own}.partial${extension}`]);
  const data = await WholeFile.create(directory, request.take);
  const manifest = await WholeFile.create(directory, request.take).catch(async (error) => {
    await data.discard();
    throw error;
  });
  try {
    const written = await write(data);
    if (written === undefined) return undefined;
    const { completeness } = written;
    const facts = { bytes: data.bytes, sha256: await data.finish() };
    const suffix = completeness.complete ? extension : `.partial${extension}`;
    const file = await publish(
      data,
      own === undefined ? names(request.fallbackName, suffix) : [`${own}${suffix}`],
    );
    const text = {
      file,
      format,
      ...facts,
      complete: completeness.complete,
      completeness,
      ...about(written),
    };
    const manifestName = await publishManifest(manifest, text, file).catch(async (error) => {
      await data.withdraw(file);
      throw error;
    });
    return { ...facts, file, manifest: manifestName, written };
  } finally {
    await data.discard();
    await manifest.discard();
  }
}

/**
 * Writes a population to a file with a manifest beside it, batch by batch. A population without calls leaves no file, and no
 * answer here.
 * @throws ConvosoError of the reading, and what `writeWithManifest` throws
 */
export async function exportCalls(reading: Reading, request: ExportRequest): Promise<Exported | undefined> {
  const done = await writeWithManifest(
    request,
    async (data) => {
      const rows = new ExportRows(request.format, request.includeRecordings);
      const filled = new Set<NameField>();
      const { count, oldest } = await writeRows(reading, data, rows, request, filled);
      if (count === 0) return undefined;
      return {
        rows: count,
        columns: rows.columns,
        emptyColumns: rows.emptyColumns,
        filledColumns: rows.columns.filter((column) => (filled as ReadonlySet<string>).has(column)),
        oldest,
        completeness: reading.completeness,
      };
    },
    (written) => ({
      rows: written.rows,
      ...(reading.provenance === undefined ? {} : { sources: printedSpans(reading.provenance.stretches) }),
      columns: written.columns,
      columns_without_values: written.emptyColumns,
      columns_with_names_filled_in: written.filledColumns,
      records_kept: recordsKept(written.emptyColumns),
      filters: reading.masks.filters(request.filters),
      ...conditionsOf(reading),
      ...request.about,
    }),
  );
  if (done === undefined) return undefined;
  const { written, ...file } = done;
  return { ...written, ...file };
}

async function writeRows(
  reading: Reading,
  data: WholeFile,
  rows: ExportRows,
  { names, includeRecordings }: ExportRequest,
  filled: Set<NameField>,
): Promise<{ readonly count: number; readonly oldest: string | undefined }> {
  let count = 0;
  let oldest: string | undefined;
  await data.write(rows.head());
  for await (const batch of reading.raw) {
    // Before the masks, so that they see the names, too.
    const calls = batch.map((call) => names.fill(call, filled));
    await data.write(rows.lines(calls.map((call) => reading.masks.stored(call, includeRecordings))));
    count += batch.length;
    // Batches come oldest first.
    oldest ??= oldestOf(batch);
  }
  return { count, oldest };
}

/** What calls were checked by beside the filters, as it may leave the server. */
function conditionsOf({ selection, masks }: Reading): object {
  if (selection === undefined) return {};
  const checked = selection.checks.map(({ name, field, value }) => {
    // Words of comments, and ids; anything else is made of this server's own words.
    const isText = field === name || field === 'agent_comment';
    return [name, isText ? masks.label(field as TextField, value) : value];
  });
  return { conditions: { ...printedSelection(selection), checked: Object.fromEntries(checked) } };
}

async function publishManifest(manifest: WholeFile, about: object, file: string): Promise<string> {
  await manifest.write(`${JSON.stringify(about, null, 2)}\n`);
  await manifest.finish();
  return publish(manifest, names(`${file}.manifest`, '.json'));
}

function names(base: string, suffix: string): string[] {
  return Array.from({ length: MAX_ATTEMPTS }, (_, i) => `${base}${i === 0 ? '' : `-${i + 1}`}${suffix}`);
}

/** The first of these names that was free. */
async function publish(file: WholeFile, candidates: readonly string[]): Promise<string> {
  for (const name of candidates) if (await file.publish(name)) return name;
  throw taken(candidates[0] ?? '');
}

async function refuseTaken(directory: string, candidates: readonly string[]): Promise<void> {
  for (const name of candidates) if (await exists(directory, name)) throw taken(name);
}

function taken(name: string): Failure {
  return new InvalidArguments({
    what: 'Nothing was exported.',
    why: `There is a file ${name} in the export directory already, and files are never overwritten.`,
    next: 'Choose another file_name, or omit it.',
  });
}
