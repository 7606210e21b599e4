import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { errorCode } from '../../util/error-code.js';
import { removeOfDeadProcesses } from './process-names.js';

/** Version of the layout and the columns. */
export const LAYOUT = 1;
const MANIFEST = 'manifest.json';
const DAY_FOLDER = /^date=(\d{4}-\d{2}-\d{2})$/;
const CALLS_FILE = /^calls\.[0-9a-f]{16}\.parquet$/;
/** Names that nothing but an unfinished or replaced writing leaves behind. */
const UNFINISHED = /^\.unfinished-/;

const windowSchema = z.object({ start: z.string(), end: z.string() });

const completenessSchema = z.object({
  complete: z.boolean(),
  total_found: z.number().nullable(),
  fetched: z.number(),
  unique: z.number(),
  duplicates: z.number(),
  outside_filter: z.number(),
  malformed: z.number(),
  windows: z.number(),
  missing: z.array(windowSchema),
  reason: z.string().exactOptional(),
});

/** What stands beside the calls of a day. */
const manifestSchema = z.object({
  layout: z.literal(LAYOUT),
  date: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
  window: windowSchema,
  timeZone: z.string(),
  rows: z.int().min(0),
  readAt: z.string(),
  completeness: completenessSchema,
  /** Manifests of the first version do not name it. */
  evidence: z.int().min(1).default(1),
  fields: z.array(z.string()),
  /** SHA-256 of the file. */
  digest: z.string(),
  /** Its name; every writing of a day has one of its own. */
  file: z.string().regex(CALLS_FILE),
  bytes: z.int().min(0),
  /** Its smallest and largest id, compared byte by byte; null for a day without calls. */
  ids: z.object({ min: z.string(), max: z.string() }).nullable(),
  /** Ids that other days hold under an earlier reading: they count here and no longer there, while that file stands. */
  moved: z.array(z.object({ date: z.string(), file: z.string(), ids: z.array(z.string()) })),
});
export type Manifest = z.output<typeof manifestSchema>;

/** The days of an account's folder: those that can be used, and what is wrong with the others. */
export interface Inventory {
  readonly days: readonly Manifest[];
  readonly damaged: ReadonlyMap<string, string>;
}

/** The folder of a day (`YYYY-MM-DD`, account time) in the folder of an archive. */
export function dayFolder(directory: string, date: string): string {
  return join(directory, `date=${date}`);
}

/** Where the calls of a day are. */
export function callsFile(directory: string, { date, file }: Pick<Manifest, 'date' | 'file'>): string {
  return join(dayFolder(directory, date), file);
}

/** Reads all manifests, in order of date. A folder without one holds no archived day. */
export async function inventory(directory: string): Promise<Inventory> {
  const names = await readdir(directory).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  });
  const days: Manifest[] = [];
  const damaged = new Map<string, string>();
  for (const name of names.sort()) {
    const date = DAY_FOLDER.exec(name)?.[1];
    if (date === undefined) continue;
    const found = await readDay(directory, date);
    if (typeof found === 'string') damaged.set(date, found);
    else if (found !== undefined) days.push(found);
  }
  return { days, damaged };
}

/** The manifest of a day, what is wrong with it, or undefined when the day is not archived. */
async function readDay(directory: string, date: string): Promise<Manifest | string | undefined> {
  // A day may be replaced between reading its manifest and looking at its file: then the manifest is another one.
  for (let attempt = 1; ; attempt += 1) {
    let json: string;
    try {
      json = await readFile(join(dayFolder(directory, date), MANIFEST), 'utf8');
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined;
      return `Its manifest cannot be read (${errorCode(error)}).`;
    }
    const manifest = parseManifest(json);
    if (manifest === undefined || manifest.date !== date) return 'Its manifest is not one of this archive.';
    const size = await stat(callsFile(directory, manifest)).then(
      (found) => found.size,
      () => undefined,
    );
    if (size === manifest.bytes) return manifest;
    if (attempt < 3) continue;
    return size === undefined
      ? `Its file ${manifest.file} is missing.`
      : `Its file ${manifest.file} has ${size} bytes where its manifest says ${manifest.bytes}: it was cut short or changed.`;
  }
}

/** A manifest of this archive; one that was changed since it was written, by whatever, is none. */
function parseManifest(json: string): Manifest | undefined {
  try {
    const { seal, ...manifest } = JSON.parse(json) as Record<string, unknown>;
    // Manifests of the first version have no seal.
    if (seal !== undefined && seal !== sealOf(manifest)) return undefined;
    return manifestSchema.safeParse(manifest).data;
  } catch {
    return undefined;
  }
}

/** SHA-256 of what a manifest says. */
function sealOf(manifest: object): string {
  return createHash('sha256').update(JSON.stringify(manifest)).digest('hex');
}

/** A name for the calls of a day that no earlier writing of it had. */
export function newCallsFile(): string {
  return `calls.${randomBytes(8).toString('hex')}.parquet`;
}

/** A name for something unfinished, which the next writer removes if this one does not. */
export function unfinishedName(): string {
  return `.unfinished-${randomBytes(8).toString('hex')}`;
}

/** Makes a finished file and its manifest the stored day; the rename of the manifest is the moment it counts. */
export async function publishDay(directory: string, temporary: string, manifest: Manifest): Promise<void> {
  const folder = dayFolder(directory, manifest.date);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await synced(temporary);
  await rename(temporary, callsFile(directory, manifest));
  try {
    await synced(folder);
    const sealed = { ...manifest, seal: sealOf(manifest) };
    await writeWhole(folder, MANIFEST, `${JSON.stringify(sealed, null, 2)}\n`);
  } catch (error) {
    // Where the disk is full, a file that no manifest names is room for others.
    const stored = await readDay(directory, manifest.date);
    if (typeof stored !== 'string' && stored?.file !== manifest.file) {
      await rm(callsFile(directory, manifest), { force: true });
    }
    throw error;
  }
  await synced(directory);
  await removeOthers(folder, manifest.file);
}

/** Writes a small file whole or not at all, readable by its owner only. */
export async function writeWhole(folder: string, name: string, text: string): Promise<void> {
  const temporary = join(folder, unfinishedName());
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, join(folder, name));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await synced(folder);
}

/** Removes a day: its manifest first, so that nobody takes what is left for one. */
export async function removeDay(directory: string, date: string): Promise<void> {
  const folder = dayFolder(directory, date);
  await rm(join(folder, MANIFEST), { force: true });
  await rm(folder, { recursive: true, force: true });
}

/** Removes what writers that were killed left behind. Only for the one writer. */
export async function removeLeftovers(directory: string): Promise<void> {
  await removeOfDeadProcesses(directory);
  for (const name of await readdir(directory)) {
    if (UNFINISHED.test(name)) await rm(join(directory, name), { recursive: true, force: true });
    const date = DAY_FOLDER.exec(name)?.[1];
    if (date === undefined) continue;
    const found = await readDay(directory, date);
    const folder = dayFolder(directory, date);
    // A day that cannot be used is left as it is for whoever looks into it.
    if (typeof found === 'object') await removeOthers(folder, found.file);
    else if (found === undefined) await removeOthers(folder, undefined);
  }
}

/** Removes files of a day other than this one. A file that another process still holds open may stay for now (Windows). */
async function removeOthers(folder: string, current: string | undefined): Promise<void> {
  for (const name of await readdir(folder)) {
    const old = CALLS_FILE.test(name) && name !== current;
    if (old || UNFINISHED.test(name)) await rm(join(folder, name), { force: true }).catch(() => {});
  }
}

/** SHA-256 of a file, in hexadecimal, and its size. */
export async function digestOf(path: string): Promise<{ digest: string; bytes: number }> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path)) hash.update(bytes as Buffer);
  return { digest: hash.digest('hex'), bytes: (await stat(path)).size };
}

/** Brings a file or a folder's entries to the disk; folders cannot be opened everywhere (Windows). */
async function synced(path: string): Promise<void> {
  const handle = await open(path, 'r').catch(() => undefined);
  try {
    await handle?.sync();
  } catch (error) {
    if (!['EPERM', 'EINVAL', 'EISDIR'].includes(errorCode(error))) throw error;
  } finally {
    await handle?.close();
  }
}
