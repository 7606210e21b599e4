import { randomUUID } from 'node:crypto';
import { constants, copyFile, open, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { errorCode } from '../../util/error-code.js';
import { Failure } from '../../util/failure.js';
import { hostOf, isAlive, MACHINE, ownMark } from './process-alive.js';
import { processName } from './process-names.js';

const FILE = 'writer.lock';
/** The holder says this often that it is alive, and is taken for dead after so long without, in milliseconds. */
const HEARTBEAT = 10_000;
const STALE = 60_000;
/** A living process of the holder's number may be another one by now, when it has been silent for this long. */
const FORGOTTEN = 10 * 60_000;

const holderSchema = z.object({
  pid: z.int(),
  host: z.string(),
  started: z.string(),
  nonce: z.string(),
});
type Holder = z.output<typeof holderSchema>;

/**
 * One writer at a time over all processes that see a folder: a file with who it is. Its time of change is the heartbeat.
 * The lock of a process that is gone, or of another machine or container whose heartbeat has stopped, is taken over.
 */
export class WriterLock {
  readonly #folder: string;
  /** How often this process has taken it without giving it back. */
  #held = 0;
  #taking: Promise<void> | undefined;
  #nonce = '';
  #disown = () => {};
  #heart: NodeJS.Timeout | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Takes the lock; `onTaken` runs when it was not this process's before. Answers with what gives it back.
   * @throws Failure that says who holds it
   */
  async take(onTaken: () => Promise<void>): Promise<() => Promise<void>> {
    this.#held += 1;
    try {
      this.#taking ??= this.#acquire().then(onTaken);
      await this.#taking;
    } catch (error) {
      await this.#giveBack();
      throw error;
    }
    let given = false;
    return async () => {
      if (given) return;
      given = true;
      await this.#giveBack();
    };
  }

  async #giveBack(): Promise<void> {
    this.#held -= 1;
    if (this.#held > 0) return;
    this.#taking = undefined;
    clearInterval(this.#heart);
    const { nonce } = this.#holderOrNone(await this.#read());
    if (nonce !== '' && nonce === this.#nonce) await rm(this.#path, { force: true }).catch(() => {});
    this.#disown();
    this.#nonce = '';
  }

  /** @throws Failure when another process took the lock over, because this one had stood still for too long */
  async check(): Promise<void> {
    const found = await this.#read();
    if (found?.holder?.nonce !== this.#nonce) throw heldBy(this.#holderOrNone(found));
  }

  async #acquire(): Promise<void> {
    const nonce = randomUUID();
    const holder: Holder = { pid: process.pid, host: MACHINE, started: new Date().toISOString(), nonce };
    for (let attempt = 0; !(await this.#created(JSON.stringify(holder))); attempt += 1) {
      const found = await this.#read();
      if (found !== undefined && !found.dead) throw heldBy(this.#holderOrNone(found));
      if (attempt === 20) throw heldBy(this.#holderOrNone(found));
      // Several may find the same dead lock: only one of them moves it away, and the others look again.
      if (found !== undefined) await this.#removeStale(found.inode);
    }
    this.#nonce = nonce;
    this.#disown = ownMark(nonce);
    this.#heart = setInterval(() => {
      const now = new Date();
      utimes(this.#path, now, now).catch(() => {});
    }, HEARTBEAT);
    this.#heart.unref();
  }

  get #path(): string {
    return join(this.#folder, FILE);
  }

  /** Creates the lock, unless there is one. What is still without its content counts as held until it is old. */
  async #created(content: string): Promise<boolean> {
    const handle = await open(this.#path, 'wx', 0o600).catch((error: unknown) => {
      if (errorCode(error) === 'EEXIST') return undefined;
      throw error;
    });
    if (handle === undefined) return false;
    try {
      await handle.writeFile(content);
      return true;
    } catch (error) {
      // On a full disk an empty file would keep everybody out for a while.
      await rm(this.#path, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
  }

  /** Moves a dead lock away; puts it back when it was a new one by then. */
  async #removeStale(inode: number): Promise<void> {
    const stale = join(this.#folder, processName('stale'));
    try {
      await rename(this.#path, stale);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return;
      throw error;
    }
    if ((await stat(stale)).ino !== inode)
      await copyFile(stale, this.#path, constants.COPYFILE_EXCL).catch(() => {});
    await rm(stale, { force: true });
  }

  async #read(): Promise<{ inode: number; holder: Holder | undefined; dead: boolean } | undefined> {
    const handle = await open(this.#path, 'r').catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw error;
    });
    if (handle === undefined) return undefined;
    try {
      const text = await handle.readFile('utf8');
      const { ino: inode, mtimeMs } = await handle.stat();
      const silence = Date.now() - mtimeMs;
      const holder = parseHolder(text);
      return { inode, holder, dead: isDead(holder, silence) };
    } finally {
      await handle.close();
    }
  }

  #holderOrNone(found: { holder: Holder | undefined } | undefined): Holder {
    return found?.holder ?? { pid: 0, host: 'an unknown machine', started: 'an unknown time', nonce: '' };
  }
}

function parseHolder(text: string): Holder | undefined {
  try {
    return holderSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function isDead(holder: Holder | undefined, silence: number): boolean {
  if (holder === undefined || holder.host !== MACHINE) return silence > STALE;
  if (!isAlive(holder.pid, holder.nonce)) return true;
  return holder.pid !== process.pid && silence > FORGOTTEN;
}

function heldBy({ pid, host, started }: Holder): Failure {
  return new Failure({
    what: 'The archive was not changed.',
    why: `Another process is writing to this archive: number ${pid} on ${hostOf(host)}, since ${started}.`,
    next: 'Let it finish, or stop it; one writer is enough for any number of readers.',
  });
}
