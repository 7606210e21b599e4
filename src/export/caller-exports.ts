import { createHash } from 'node:crypto';
import { lstat, open, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../util/failure.js';
import { isExportName } from './export-file.js';

/** What this server keeps for one caller, and for how long. */
export interface ExportQuota {
  /** Exports, their manifests not counted. */
  readonly files: number;
  /** Bytes of all files together. */
  readonly bytes: number;
  /** Milliseconds after which an export is removed. */
  readonly keepMs: number;
}

/** A place for one export of one caller. */
export interface ExportRoom {
  readonly directory: string;
  /** Counts bytes about to be written. @throws Failure when they are too many */
  take(bytes: number): void;
  /** Gives the room back, unless the export is to stay. */
  close(kept: boolean): void;
}

/** A file of a caller, or a part of it. */
export interface ExportText {
  readonly text: string;
  readonly bytes: number;
  /** Parts that the file is read in; 1 when it can be read whole. */
  readonly parts: number;
}

/** What a folder holds, kept up to date for as long as exports into it are under way. */
interface Holding {
  files: number;
  bytes: number;
  /** When the next of its exports is removed, in milliseconds since 1970; undefined when it has none. */
  readonly freeAt: number | undefined;
}

const FOLDER = 'callers';
const MANIFEST = /\.manifest(-\d+)?\.json$/;
/** Bytes of a part, but for the line it ends in: what a host can take in one answer. */
export const PART_BYTES = 256 * 1024;

/**
 * Exports of callers who are told apart: each has a folder of its own, under a name that tells nobody who it is, so that no
 * answer can be about another's files. They are bounded by a quota and removed after a while.
 */
export class CallerExports {
  readonly #root: string;
  readonly #quota: ExportQuota;
  /** Folders with exports under way. */
  readonly #uses = new Map<string, { readonly holding: Promise<Holding>; exports: number }>();

  /** `directory` is where exports go; the folders are made below it. */
  constructor(directory: string, quota: ExportQuota) {
    this.#root = join(directory, FOLDER);
    this.#quota = quota;
  }

  get keepMs(): number {
    return this.#quota.keepMs;
  }

  /** A place for one more export. @throws Failure when the caller has used up the quota */
  async admit(caller: string | undefined): Promise<ExportRoom> {
    const directory = this.#folderOf(caller);
    const use = this.#uses.get(directory) ?? { holding: this.#look(directory), exports: 0 };
    this.#uses.set(directory, use);
    use.exports += 1;
    let closed = false;
    const close = () => {
      if (closed) return false;
      closed = true;
      use.exports -= 1;
      if (use.exports === 0) this.#uses.delete(directory);
      return true;
    };
    try {
      const holding = await use.holding;
      const { files, bytes } = this.#quota;
      if (holding.files >= files) throw this.#full(`${files} exports`, holding);
      holding.files += 1;
      let own = 0;
      return {
        directory,
        take: (count) => {
          if (holding.bytes + count > bytes) throw this.#full(`${Math.round(bytes / 1e6)} MB`, holding);
          holding.bytes += count;
          own += count;
        },
        close: (kept) => {
          if (!close() || kept) return;
          holding.files -= 1;
          holding.bytes -= own;
        },
      };
    } catch (error) {
      close();
      throw error;
    }
  }

  /**
   * A file of this caller: whole, or one of its parts (from 1), which begin and end with a line. Undefined when the caller has
   * no such file; without text when it is too large to be read whole.
   */
  async read(
    caller: string | undefined,
    name: string,
    part: number | undefined,
  ): Promise<ExportText | Omit<ExportText, 'text'> | undefined> {
    if (!isExportName(name)) return undefined;
    const path = join(this.#folderOf(caller), name);
    const stats = await lstat(path).catch(() => undefined);
    if (stats === undefined || !stats.isFile() || this.#isOver(stats.mtimeMs)) return undefined;
    const { size: bytes } = stats;
    const parts = partsOf(bytes);
    if (part === undefined && parts > 1) return { bytes, parts };
    if (part !== undefined && (part < 1 || part > parts)) return undefined;
    const file = await open(path, 'r');
    try {
      const start = part === undefined ? 0 : await lineAfter(file, (part - 1) * PART_BYTES);
      const end = part === undefined || part === parts ? bytes : await lineAfter(file, part * PART_BYTES);
      const content = Buffer.alloc(end - start);
      const { bytesRead } = await file.read(content, 0, content.length, start);
      return { text: content.toString('utf8', 0, bytesRead), bytes, parts };
    } finally {
      await file.close();
    }
  }

  /** Removes what has been kept for long enough, of every caller. What cannot be removed now is removed by a later sweep. */
  async sweep(): Promise<void> {
    for (const folder of await readdir(this.#root).catch(() => []))
      await this.#look(join(this.#root, folder));
  }

  #folderOf(caller: string | undefined): string {
    const name = createHash('sha256')
      .update(`caller ${caller ?? ''}`)
      .digest('hex')
      .slice(0, 32);
    return join(this.#root, name);
  }

  #isOver(mtimeMs: number): boolean {
    return Date.now() - mtimeMs >= this.#quota.keepMs;
  }

  /** What a folder holds, once what is over has been removed. */
  async #look(directory: string): Promise<Holding> {
    let [files, bytes, oldest] = [0, 0, Number.POSITIVE_INFINITY];
    for (const name of await readdir(directory).catch(() => [])) {
      const path = join(directory, name);
      const stats = await lstat(path).catch(() => undefined);
      if (stats === undefined || !stats.isFile()) continue;
      if (this.#isOver(stats.mtimeMs)) {
        await unlink(path).catch(() => {});
        continue;
      }
      bytes += stats.size;
      if (!isExportName(name) || MANIFEST.test(name)) continue;
      files += 1;
      oldest = Math.min(oldest, stats.mtimeMs);
    }
    return { files, bytes, freeAt: files === 0 ? undefined : oldest + this.#quota.keepMs };
  }

  #full(most: string, { freeAt }: Holding): Failure {
    const free =
      freeAt === undefined
        ? 'Export a shorter window or fewer calls at once.'
        : `Export a shorter window, or wait: the oldest export is removed at ${new Date(freeAt).toISOString().slice(0, 16)} UTC.`;
    return new Failure({
      what: 'Nothing was exported.',
      why: `Your exports would be more than ${most}, the most that this server keeps for one caller.`,
      next: free,
    });
  }
}

/** Parts that a file of so many bytes is read in. */
export function partsOf(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / PART_BYTES));
}

/** Where the first line begins that starts at this byte or after it. */
async function lineAfter(file: Awaited<ReturnType<typeof open>>, at: number): Promise<number> {
  if (at === 0) return 0;
  const piece = Buffer.alloc(64 * 1024);
  for (let from = at - 1; ; from += piece.length) {
    const { bytesRead } = await file.read(piece, 0, piece.length, from);
    const found = piece.subarray(0, bytesRead).indexOf(0x0a);
    if (found >= 0) return from + found + 1;
    if (bytesRead < piece.length) return from + bytesRead;
  }
}
