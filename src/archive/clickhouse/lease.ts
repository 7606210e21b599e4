import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../util/failure.js';
import type { ClickHouseConnection } from './connection.js';

/** A writer that has not been heard of for this long is gone, in seconds. */
const LEASE_SECONDS = 30;
/** Two that claim in the same moment both step back; so often they try again. */
const TRIES = 5;
const MAX_PAUSE_MS = 400;

/**
 * One writer of an account's archive across machines. ClickHouse has no lock: whoever wants to write inserts a claim and
 * then looks for claims of others. Of two, at least the one whose claim came second sees the other and takes its own back,
 * so that never both go on. A claim holds for 30 seconds of the server's clock and is renewed meanwhile.
 *
 * A writer that was frozen for longer may wake up beside its successor. That costs no day: each writes days under versions
 * of its own, of which the newest counts, and asks `check` before it lets one count.
 */
export class Lease {
  readonly #connection: ClickHouseConnection;
  readonly #account: string;
  readonly #writer = randomUUID();
  #beat = 0;
  #renewal: NodeJS.Timeout | undefined;

  private constructor(connection: ClickHouseConnection, account: string) {
    this.#connection = connection;
    this.#account = account;
  }

  /** @throws Failure that says who is writing, when somebody else is */
  static async take(
    connection: ClickHouseConnection,
    account: string,
    seconds = LEASE_SECONDS,
  ): Promise<Lease> {
    const lease = new Lease(connection, account);
    for (let attempt = 1; ; attempt += 1) {
      // One that has been writing for a while is not disturbed by a claim.
      const before = await lease.#others();
      if (before === undefined) {
        await lease.#claim(seconds);
        const others = await lease.#others();
        if (others === undefined) break;
        await lease.#claim(0);
      }
      if (attempt >= TRIES) throw taken(connection, (await lease.#others()) ?? before);
      await sleep(Math.random() * MAX_PAUSE_MS);
    }
    lease.#renewal = setInterval(
      () => {
        // One that fails is made up for by the next, or `check` says that the lease is lost.
        lease.#claim(seconds).catch(() => {});
      },
      (seconds * 1000) / 3,
    ).unref();
    return lease;
  }

  /** @throws Failure when somebody else writes by now, or when this claim has expired */
  async check(): Promise<void> {
    const others = await this.#others();
    if (others !== undefined) throw taken(this.#connection, others);
    const [own] = await this.#connection.rows<[string]>(
      `SELECT count() FROM archive_writers FINAL
       WHERE account = {account:String} AND writer = {writer:UUID} AND until > now64(3)`,
      { account: this.#account, writer: this.#writer },
    );
    if (Number(own?.[0]) === 0) throw lost(this.#connection);
  }

  async release(): Promise<void> {
    clearInterval(this.#renewal);
    // It expires by itself when the server cannot be told.
    await this.#claim(0).catch(() => {});
  }

  async #claim(seconds: number): Promise<void> {
    this.#beat += 1;
    await this.#connection.command(
      `INSERT INTO archive_writers (account, writer, words, beat, until)
       SELECT {account:String}, {writer:UUID}, {words:String}, {beat:UInt32}, now64(3) + toIntervalMillisecond({ms:UInt32})`,
      {
        account: this.#account,
        writer: this.#writer,
        words: `process ${process.pid} on ${hostname()}`,
        beat: this.#beat,
        ms: Math.round(seconds * 1000),
      },
    );
  }

  /** What one of the others at work says of itself. */
  async #others(): Promise<string | undefined> {
    const [claim] = await this.#connection.rows<[string]>(
      `SELECT words FROM archive_writers FINAL
       WHERE account = {account:String} AND writer != {writer:UUID} AND until > now64(3)
       ORDER BY until DESC LIMIT 1`,
      { account: this.#account, writer: this.#writer },
    );
    return claim?.[0];
  }
}

function taken({ address }: ClickHouseConnection, words = 'another process'): Failure {
  return new Failure({
    what: `The archive in ${address.place} was not written to.`,
    why: `Another writer is at work: ${words}.`,
    next: `Let it finish, or end it; one that was killed counts as gone ${LEASE_SECONDS} seconds later.`,
  });
}

function lost({ address }: ClickHouseConnection): Failure {
  return new Failure({
    what: `The day was not written to the archive in ${address.place}.`,
    why: 'This process could not say for too long that it is still writing, and another may have begun.',
    next: 'Sync again; the days archived before stand.',
  });
}
