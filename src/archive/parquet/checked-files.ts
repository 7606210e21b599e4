import { stat } from 'node:fs/promises';
import { errorCode } from '../../util/error-code.js';
import { callsFile, digestOf, type Manifest } from './day-folder.js';

/** Files that are read at once to be checked. */
const AT_ONCE = 4;

/**
 * Which files are what was written, by their digest. A bit that flipped on a disk still reads as calls, and would count: so
 * each version of a file (its size, times and inode) is read whole once before its first answer.
 */
export class CheckedFiles {
  readonly #folder: string;
  /** Versions of files that were what their manifests say, or are being checked. */
  readonly #problems = new Map<string, Promise<string | undefined>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** What is wrong with the files of these days, in sentences, by date. */
  async problems(days: readonly Manifest[]): Promise<ReadonlyMap<string, string>> {
    const wrong = new Map<string, string>();
    const waiting = days.values();
    const check = async () => {
      for (const day of waiting) {
        const problem = await this.#problem(day);
        if (problem !== undefined) wrong.set(day.date, problem);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, check));
    return wrong;
  }

  async #problem(day: Manifest): Promise<string | undefined> {
    const path = callsFile(this.#folder, day);
    const found = await stat(path, { bigint: true }).catch(() => undefined);
    // Replaced or removed meanwhile: whoever reads it looks for the day anew.
    if (found === undefined) return undefined;
    const version = [path, day.digest, found.size, found.mtimeNs, found.ctimeNs, found.ino].join(' ');
    let problem = this.#problems.get(version);
    if (problem === undefined) {
      problem = digestProblem(path, day);
      this.#problems.set(version, problem);
    }
    return problem;
  }
}

/** What is wrong with the file of a day, in a sentence; undefined where it is what was written, or is there no more. */
async function digestProblem(path: string, day: Manifest): Promise<string | undefined> {
  try {
    const { digest } = await digestOf(path);
    return digest === day.digest ? undefined : `Its file ${day.file} is not the one that was written.`;
  } catch (error) {
    return errorCode(error) === 'ENOENT'
      ? undefined
      : `Its file ${day.file} cannot be read (${errorCode(error)}).`;
  }
}
