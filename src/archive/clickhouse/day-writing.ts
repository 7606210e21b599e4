import { createHash } from 'node:crypto';
import { TupleParam } from '@clickhouse/client';
import type { CallLog } from '../../convoso/call-log.js';
import { Masks } from '../../redact/masks.js';
import { Failure } from '../../util/failure.js';
import { EVIDENCE_VERSION } from '../../walk/evidence.js';
import { COLUMNS, cellsOf } from '../columns.js';
import type { ArchivedDay, ArchiveOwner, DayFacts } from '../store.js';
import type { ClickHouseConnection } from './connection.js';
import type { StoredDay, Writing } from './days.js';

/** Calls sent in one insert; as many are in memory at once. */
const BLOCK = 20_000;

export const COLUMN_NAMES = COLUMNS.map(([name]) => name);

/** The values of a call as they travel: whole numbers of 64 bits as digits. */
export function valuesOf(call: CallLog): (string | number | null)[] {
  return cellsOf(call).map((cell) => (typeof cell === 'bigint' ? String(cell) : cell));
}

/** SHA-256 over calls in the order they were handed in. */
export class CallDigest {
  readonly #hash = createHash('sha256');

  add(values: readonly unknown[]): void {
    this.#hash.update(`${JSON.stringify(values)}\n`);
  }

  /** Hexadecimal. */
  get value(): string {
    return this.#hash.copy().digest('hex');
  }
}

/** The calls of one writing of a day on their way into `archive_calls`. Nobody reads them before the day is published. */
export class DayWriting {
  readonly #connection: ClickHouseConnection;
  readonly #owner: ArchiveOwner;
  readonly #writing: Writing;
  readonly #digest = new CallDigest();
  readonly #fields = new Set<string>();
  // Recording URLs open without a login: no links are kept. Nothing else is masked, because answers mask what they show.
  readonly #masks = new Masks().forAnswer();
  #waiting: unknown[][] = [];
  #rows = 0;
  #blocks = 0;

  constructor(connection: ClickHouseConnection, owner: ArchiveOwner, writing: Writing) {
    this.#connection = connection;
    this.#owner = owner;
    this.#writing = writing;
  }

  async add(calls: readonly CallLog[]): Promise<void> {
    const { date, version } = this.#writing;
    for (const call of calls) {
      const kept = this.#masks.stored(call, false);
      for (const [field, value] of Object.entries(kept)) {
        if (value !== null && value !== undefined) this.#fields.add(field);
      }
      const values = valuesOf(kept);
      this.#digest.add(values);
      this.#waiting.push([this.#owner.account, date, version, this.#rows, ...values]);
      this.#rows += 1;
    }
    if (this.#waiting.length >= BLOCK) await this.#send();
  }

  /**
   * Sends what is left and sees that everything arrived, once.
   * @throws Failure when the server does not hold what was sent
   */
  async finish(facts: DayFacts, completeness: ArchivedDay['completeness']): Promise<StoredDay> {
    await this.#send();
    const parameters = { account: this.#owner.account, ...this.#writing };
    let [rows, ids] = await this.#count(parameters);
    if (rows > this.#rows) {
      // A block arrived twice where the server could not tell: equal rows of one writing become one.
      await this.#connection.command(
        'OPTIMIZE TABLE archive_calls PARTITION ({account:String}, {date:Date}, {version:UInt64}) FINAL',
        parameters,
      );
      [rows, ids] = await this.#count(parameters);
    }
    if (rows !== this.#rows || ids !== this.#rows)
      throw notStored(this.#connection, facts.date, this.#rows, rows, ids);
    const day = {
      ...facts,
      rows: this.#rows,
      completeness,
      evidence: EVIDENCE_VERSION,
      fields: COLUMN_NAMES.filter((name) => this.#fields.has(name)),
      digest: this.#digest.value,
    };
    return { ...this.#writing, day };
  }

  /** Notes which ids of this writing other days hold: once it is published, they count in it and no longer there. */
  async noteMoved(others: readonly Writing[]): Promise<void> {
    if (this.#rows === 0 || others.length === 0) return;
    await this.#connection.command(
      `INSERT INTO archive_moved (account, id, date, version, by_date, by_version)
       SELECT account, id, date, version, {date:Date}, {version:UInt64} FROM archive_calls
       WHERE account = {account:String} AND (date, version) IN {others:Array(Tuple(Date, UInt64))}
         AND id IN (SELECT id FROM archive_calls
                    WHERE account = {account:String} AND date = {date:Date} AND version = {version:UInt64})`,
      { account: this.#owner.account, ...this.#writing, others: writingsParameter(others) },
    );
  }

  async #send(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const values = this.#waiting;
    this.#waiting = [];
    this.#blocks += 1;
    await this.#connection.insert(
      'archive_calls',
      ['account', 'date', 'version', 'place', ...COLUMN_NAMES],
      values,
      `${this.#owner.account} ${this.#writing.version} ${this.#blocks}`,
    );
  }

  async #count(parameters: Readonly<Record<string, unknown>>): Promise<[rows: number, ids: number]> {
    const [row] = await this.#connection.rows<[string, string]>(
      `SELECT count(), uniqExact(id) FROM archive_calls
       WHERE account = {account:String} AND date = {date:Date} AND version = {version:UInt64}`,
      parameters,
    );
    return [Number(row?.[0]), Number(row?.[1])];
  }
}

/** Writings as a value of `Array(Tuple(Date, UInt64))`. */
export function writingsParameter(writings: readonly Writing[]): TupleParam[] {
  return writings.map(({ date, version }) => new TupleParam([date, BigInt(version)]));
}

function notStored(
  { address }: ClickHouseConnection,
  date: string,
  sent: number,
  rows: number,
  ids: number,
): Failure {
  return new Failure({
    what: `The day ${date} was not archived in ${address.place}.`,
    why:
      ids < rows
        ? `Among its ${rows} calls there are ${ids} different ids.`
        : `${sent} calls were sent and ${rows} arrived.`,
    next: 'Sync again; an earlier reading of the day stands.',
  });
}
