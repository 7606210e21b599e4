import { createHash, type Hash, randomBytes } from 'node:crypto';
import { type FileHandle, link, lstat, mkdir, open, rename, unlink } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { errorCode } from '../util/error-code.js';
import { Failure, InvalidArguments } from '../util/failure.js';

const MAX_NAME_LENGTH = 100;
/** Names that Windows gives to devices, in any letter case and with any extension. */
const DEVICE_NAME = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * The name of an export without its extension, from what the caller gave. Only a plain name passes, so that no file can
 * end up outside the directory.
 * @throws InvalidArguments
 */
export function plainName(given: string, extension: string): string {
  const name = given.toLowerCase().endsWith(extension) ? given.slice(0, -extension.length) : given;
  if (name.length <= MAX_NAME_LENGTH && isExportName(name)) return name;
  throw new InvalidArguments({
    what: 'Nothing was exported.',
    why: 'file_name is not a plain file name.',
    next: `Give up to ${MAX_NAME_LENGTH} letters, digits, spaces, dots, dashes or underscores, beginning with a letter or digit and without a folder; or omit it.`,
  });
}

/** Whether a file of an export can have this name: one that stays inside its folder on every system. */
export function isExportName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9 ._-]*$/.test(name) && !/[. ]$/.test(name) && !DEVICE_NAME.test(name);
}

/** The directory, made for its owner only where it is missing. @throws Failure */
export async function exportDirectory(directory: string): Promise<void> {
  if (!isAbsolute(directory)) {
    // Personal data would lie wherever the process happens to have been started.
    throw new Failure({
      what: 'Nothing was exported.',
      why: 'No folder for exports is known: HOME, or XDG_DATA_HOME (on Windows LOCALAPPDATA), is not an absolute path.',
      next: 'Have the server operator set CALL_LOGS_EXPORT_DIR to a folder, or correct that variable.',
    });
  }
  await mkdir(directory, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw fileFailure(error);
  });
}

/** True when something of this name exists. */
export async function exists(directory: string, name: string): Promise<boolean> {
  return lstat(join(directory, name)).then(
    () => true,
    () => false,
  );
}

/**
 * A file that comes into being whole or not at all: written under a temporary name, readable by its owner only, and given
 * its final name once it is complete. A file that exists is never overwritten.
 */
export class WholeFile {
  readonly #directory: string;
  readonly #temporary: string;
  readonly #handle: FileHandle;
  readonly #take: (bytes: number) => void;
  readonly #hash: Hash = createHash('sha256');
  #bytes = 0;

  private constructor(
    directory: string,
    temporary: string,
    handle: FileHandle,
    take: (bytes: number) => void,
  ) {
    this.#directory = directory;
    this.#temporary = temporary;
    this.#handle = handle;
    this.#take = take;
  }

  /** `take` is told of bytes before they are written. @throws Failure when the directory cannot be written to */
  static async create(directory: string, take: (bytes: number) => void = () => {}): Promise<WholeFile> {
    const temporary = join(directory, `.unfinished-${randomBytes(8).toString('hex')}.tmp`);
    try {
      return new WholeFile(directory, temporary, await open(temporary, 'wx', 0o600), take);
    } catch (error) {
      throw fileFailure(error);
    }
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** @throws Failure, for example when the disk is full, or what `take` throws */
  async write(text: string): Promise<void> {
    const bytes = Buffer.from(text, 'utf8');
    this.#take(bytes.length);
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
    try {
      await this.#handle.writeFile(bytes);
    } catch (error) {
      throw fileFailure(error);
    }
  }

  /** Ends writing; answers with the SHA-256 of the content in hex. @throws Failure */
  async finish(): Promise<string> {
    try {
      await this.#handle.sync();
      await this.#handle.close();
    } catch (error) {
      throw fileFailure(error);
    }
    return this.#hash.digest('hex');
  }

  /** Gives the finished file its final name; false when that name is taken. @throws Failure */
  async publish(name: string): Promise<boolean> {
    const final = join(this.#directory, name);
    try {
      // Unlike a rename, a link fails when the name is taken.
      await link(this.#temporary, final);
      return true;
    } catch (error) {
      if (errorCode(error) === 'EEXIST') return false;
      if (!WITHOUT_LINKS.has(errorCode(error))) throw fileFailure(error);
    }
    try {
      await (await open(final, 'wx', 0o600)).close();
      await rename(this.#temporary, final);
      return true;
    } catch (error) {
      if (errorCode(error) === 'EEXIST') return false;
      throw fileFailure(error);
    }
  }

  /** Takes back a final name that `publish` gave. */
  async withdraw(name: string): Promise<void> {
    await unlink(join(this.#directory, name)).catch(() => {});
  }

  /** Removes the temporary name, whatever happened. */
  async discard(): Promise<void> {
    await this.#handle.close().catch(() => {});
    await unlink(this.#temporary).catch(() => {});
  }
}

/** What file systems without hard links answer. */
const WITHOUT_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

const FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const REFUSED: ReadonlySet<string> = new Set([
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOTDIR',
  'EEXIST',
  'ENOENT',
  'ELOOP',
]);

function fileFailure(error: unknown): Failure {
  const code = errorCode(error);
  const parts = FULL.has(code)
    ? {
        why: `There is no room left for the file (${code}); what had been written was removed.`,
        next: 'Free some space, export a shorter window, or have the server operator set CALL_LOGS_EXPORT_DIR to another disk.',
      }
    : {
        why: REFUSED.has(code)
          ? `The export directory cannot be written to (${code}).`
          : `Writing the file failed (${code === '' ? 'unknown error' : code}); what had been written was removed.`,
        next: 'Have the server operator set CALL_LOGS_EXPORT_DIR to a directory that it may write to.',
      };
  return new Failure({ what: 'Nothing was exported.', ...parts }, { cause: error });
}
