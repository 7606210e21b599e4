import { randomBytes } from 'node:crypto';
import { Failure } from '../../util/failure.js';
import type { Completeness } from '../../walk/completeness.js';
import type { ArchivedDay, ArchiveOwner } from '../store.js';
import type { ClickHouseConnection } from './connection.js';

/** One writing of a day: its number is higher than that of every writing before. */
export interface Writing {
  readonly date: string;
  /** A UInt64, in digits. */
  readonly version: string;
}

/** A day as its row in `archive_days` has it. */
export interface StoredDay extends Writing {
  readonly day: ArchivedDay;
}

/** How long readers may go on with a writing that was replaced, in seconds: longer than any question takes. */
export const GRACE_SECONDS = 900;

/** What a writing's number is above the one before it; below it, chance tells apart what two writers do at once. */
const STEP = 1n << 32n;

type DayRow = readonly [
  date: string,
  version: string,
  zone: string,
  rows: number,
  readAt: string,
  /** JSON; beside it the version of its evidence, which days of the first version do not name. */
  completeness: string,
  fields: string[],
  digest: string,
];

/** The rows of `archive_days` of one owner. */
export class DayTable {
  readonly #connection: ClickHouseConnection;
  readonly #owner: ArchiveOwner;

  constructor(connection: ClickHouseConnection, owner: ArchiveOwner) {
    this.#connection = connection;
    this.#owner = owner;
  }

  /** Days that are archived, in order of date. @throws Failure when they were written in another zone */
  async all(): Promise<StoredDay[]> {
    const rows = await this.#connection.look<DayRow>(
      `SELECT date, version, zone, rows, read_at, completeness, fields, digest FROM archive_days FINAL
       WHERE account = {account:String} AND NOT removed ORDER BY date`,
      { account: this.#owner.account },
    );
    return rows.map(([date, version, zone, count, readAt, completeness, fields, digest]) => {
      if (zone !== this.#owner.timeZone) throw this.#otherZone(zone);
      const { evidence = 1, ...read }: Completeness & { evidence?: number } = JSON.parse(completeness);
      const day = { date, rows: count, readAt, completeness: read, evidence, fields, digest };
      return { date, version, day };
    });
  }

  /** Whether this token is known to reach the account. */
  async knowsToken(): Promise<boolean> {
    const [row] = await this.#connection.look<[string | number]>(
      'SELECT count() FROM archive_tokens WHERE account = {account:String} AND token = {token:String}',
      { account: this.#owner.account, token: this.#owner.token },
    );
    return Number(row?.[0]) > 0;
  }

  /** Notes that it does. */
  async noteToken(): Promise<void> {
    const { account, token } = this.#owner;
    await this.#connection.insert(
      'archive_tokens',
      ['account', 'token'],
      [[account, token]],
      `${account} ${token}`,
    );
  }

  /** A number for a new writing of a day, above all that its rows and its calls have had. */
  async next(date: string): Promise<Writing> {
    const [row] = await this.#connection.rows<[string]>(
      `SELECT max(version) FROM (
         SELECT version FROM archive_days WHERE account = {account:String} AND date = {date:Date}
         UNION ALL
         SELECT version FROM archive_calls WHERE account = {account:String} AND date = {date:Date}
       )`,
      { account: this.#owner.account, date },
    );
    const highest = BigInt(row?.[0] ?? 0);
    const version = (highest / STEP + 1n) * STEP + BigInt(randomBytes(4).readUInt32BE());
    return { date, version: String(version) };
  }

  /** From here on this writing of the day counts. */
  async publish({ date, version, day }: StoredDay): Promise<void> {
    await this.#insert({ date, version }, false, [
      day.rows,
      day.readAt,
      JSON.stringify({ ...day.completeness, evidence: day.evidence }),
      day.fields,
      day.digest,
    ]);
  }

  /** From here on the day is not archived. */
  async remove(date: string): Promise<void> {
    await this.#insert(await this.next(date), true, [0, '', '', [], '']);
  }

  /** Drops the calls of writings that count no longer: those of removed days at once, others when no reader needs them. */
  async dropReplaced(): Promise<void> {
    const stale = await this.#connection.rows<[date: string, version: string]>(
      `SELECT DISTINCT date, version FROM archive_calls AS calls
       INNER JOIN (SELECT date, version AS current, removed, written_at FROM archive_days FINAL
                   WHERE account = {account:String}) AS days USING (date)
       WHERE account = {account:String} AND version < current
         AND (removed OR written_at < now64(3) - toIntervalSecond({grace:UInt32}))`,
      { account: this.#owner.account, grace: GRACE_SECONDS },
    );
    for (const [date, version] of stale) await this.drop({ date, version });
  }

  /** Drops every writing of these days, finished or not. */
  async dropAll(chosen: (date: string) => boolean): Promise<void> {
    const writings = await this.#connection.rows<[date: string, version: string]>(
      'SELECT DISTINCT date, version FROM archive_calls WHERE account = {account:String}',
      { account: this.#owner.account },
    );
    for (const [date, version] of writings) if (chosen(date)) await this.drop({ date, version });
  }

  /** Drops the calls of one writing. */
  async drop({ date, version }: Writing): Promise<void> {
    const parameters = { account: this.#owner.account, date, version };
    await this.#connection.command(
      'ALTER TABLE archive_calls DROP PARTITION ({account:String}, {date:Date}, {version:UInt64})',
      parameters,
    );
    const [moved] = await this.#connection.rows<[string]>(
      `SELECT count() FROM archive_moved WHERE account = {account:String}
       AND ((date = {date:Date} AND version = {version:UInt64}) OR (by_date = {date:Date} AND by_version = {version:UInt64}))`,
      parameters,
    );
    if (Number(moved?.[0]) === 0) return;
    await this.#connection.command(
      `DELETE FROM archive_moved WHERE account = {account:String}
       AND ((date = {date:Date} AND version = {version:UInt64}) OR (by_date = {date:Date} AND by_version = {version:UInt64}))`,
      parameters,
    );
  }

  async #insert({ date, version }: Writing, removed: boolean, facts: readonly unknown[]): Promise<void> {
    await this.#connection.insert(
      'archive_days',
      [
        'account',
        'date',
        'version',
        'removed',
        'zone',
        'rows',
        'read_at',
        'completeness',
        'fields',
        'digest',
      ],
      [[this.#owner.account, date, version, removed, this.#owner.timeZone, ...facts]],
      `${this.#owner.account} ${date} ${version}`,
    );
  }

  #otherZone(zone: string): Failure {
    return new Failure({
      what: `The archive in ${this.#connection.address.place} cannot be used.`,
      why: `It was written for the time zone ${zone} and the account’s is now set to ${this.#owner.timeZone}: its days begin and end at other moments.`,
      next: `Set CONVOSO_TIMEZONE back to ${zone} if that is right; otherwise give CALL_LOGS_ARCHIVE_URL another database and sync the days again.`,
    });
  }
}
