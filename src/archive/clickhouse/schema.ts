import { Failure } from '../../util/failure.js';
import { COLUMNS } from '../columns.js';
import type { ClickHouseConnection } from './connection.js';
import { isWithoutTables } from './failures.js';

/** Columns whose values repeat from call to call. */
const REPEATING: ReadonlySet<string> = new Set([
  'call_type',
  'status',
  'status_name',
  'user_id',
  'user',
  'campaign_id',
  'campaign',
  'list_id',
  'queue_id',
  'queue',
  'called_count',
  'caller_id_displayed',
  'inbound_number',
  'term_reason',
  'queue_position',
  'originating_agent_id',
]);

function columnDefinitions(): string {
  const types = { VARCHAR: 'Nullable(String)', BIGINT: 'Nullable(Int64)', DOUBLE: 'Nullable(Float64)' };
  return COLUMNS.map(([name, type]) => {
    const plain = name === 'id' ? 'String' : types[type];
    return `\`${name}\` ${REPEATING.has(name) ? `LowCardinality(${plain})` : plain}`;
  }).join(', ');
}

/** A table as one server has it, with the version column of its engine where it has one. */
interface Table {
  readonly name: string;
  readonly columns: string;
  readonly engine: 'MergeTree' | 'ReplacingMergeTree';
  readonly version?: string;
  /** Partitions, order, how long rows stay, settings. */
  readonly layout: string;
}

/**
 * The tables. Rows of calls carry the day they were archived under and the writing of that day (`version`); a day's row in
 * `archive_days` names the one writing of it that counts, so that a day changes in the instant this row is inserted.
 *
 * A writing is a partition of its own: it goes at once when it is replaced, and days stay independent of each other.
 */
const TABLES: readonly Table[] = [
  {
    name: 'archive_calls',
    columns: `account String, date Date, version UInt64, place UInt32, ${columnDefinitions()}`,
    engine: 'ReplacingMergeTree',
    layout: `PARTITION BY (account, date, version) ORDER BY (account, date, version, id)
      SETTINGS non_replicated_deduplication_window = 10000`,
  },
  {
    name: 'archive_days',
    columns: `account String, date Date, version UInt64, removed Bool, zone String, rows UInt32, read_at String,
      completeness String, fields Array(String), digest String, written_at DateTime64(3, 'UTC') DEFAULT now64(3)`,
    engine: 'ReplacingMergeTree',
    version: 'version',
    layout: 'ORDER BY (account, date)',
  },
  {
    // Ids of a writing that count in the writing of another day, for as long as that one counts.
    name: 'archive_moved',
    columns: 'account String, id String, date Date, version UInt64, by_date Date, by_version UInt64',
    engine: 'ReplacingMergeTree',
    layout: 'ORDER BY (account, date, version, by_date, by_version, id)',
  },
  {
    // Calls read live for one question. An ordinary table: a session's temporary one is known to one server only.
    name: 'archive_added',
    columns: `account String, question UUID, place UInt32, added_at DateTime DEFAULT now(), ${columnDefinitions()}`,
    engine: 'MergeTree',
    layout: `PARTITION BY question ORDER BY (account, question, id) TTL added_at + INTERVAL 1 DAY
      SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1`,
  },
  {
    // Who says that it writes, until when: the last beat of each.
    name: 'archive_writers',
    columns: "account String, writer UUID, words String, beat UInt32, until DateTime64(3, 'UTC')",
    engine: 'ReplacingMergeTree',
    version: 'beat',
    layout: 'ORDER BY (account, writer) TTL toDateTime(until) + INTERVAL 1 DAY',
  },
];

/** Tokens that are known to reach an account, as digests. */
const TOKENS: readonly Table[] = [
  {
    name: 'archive_tokens',
    columns: "account String, token String, noted_at DateTime64(3, 'UTC') DEFAULT now64(3)",
    engine: 'ReplacingMergeTree',
    layout: 'ORDER BY (account, token) SETTINGS non_replicated_deduplication_window = 100',
  },
];

const VERSIONS: Table = {
  name: 'archive_schema',
  columns: 'version UInt32',
  engine: 'ReplacingMergeTree',
  layout: 'ORDER BY version',
};

/**
 * What makes a table where it is not there yet. On a cluster every replica has it, and what is inserted at one arrives at
 * the others; their path in Keeper is the usual one, of the macros that clusters define.
 */
function createSql({ name, columns, engine, version, layout }: Table, cluster: string | undefined): string {
  const where = cluster === undefined ? '' : ` ON CLUSTER \`${cluster}\``;
  const path = "'/clickhouse/tables/{database}/{table}/{shard}', '{replica}'";
  const facts = [cluster === undefined ? undefined : path, version].filter((part) => part !== undefined);
  const family = cluster === undefined ? engine : `Replicated${engine}`;
  return `CREATE TABLE IF NOT EXISTS ${name}${where} (${columns}) ENGINE = ${family}(${facts.join(', ')}) ${layout}`;
}

/**
 * What takes a database from one version of the schema to the next; the first makes it. Each may be carried out twice.
 * `cluster` names the cluster of ClickHouse on which the tables are replicated; undefined on a single server.
 */
export function migrationsOn(cluster?: string): readonly (readonly string[])[] {
  return [TABLES, TOKENS].map((tables) => tables.map((table) => createSql(table, cluster)));
}

/** The version of the schema that this server needs. */
export const SCHEMA_VERSION = migrationsOn().length;

/** What `archive init` did. */
export type Initialized = 'created' | 'migrated' | 'unchanged';

/**
 * Creates the tables or brings them to this version; what is there already stays. Safe to run again and from several
 * machines at once.
 * @throws Failure when the database is of a newer version
 */
export async function initialize(
  connection: ClickHouseConnection,
  cluster?: string,
  migrations = migrationsOn(cluster),
): Promise<Initialized> {
  await connection.command(createSql(VERSIONS, cluster));
  const before = await versionOf(connection);
  if (before > migrations.length) throw tooNew(connection, before, migrations.length);
  for (const [place, statements] of migrations.entries()) {
    if (place < before) continue;
    for (const statement of statements) await connection.command(statement);
    await connection.command('INSERT INTO archive_schema SELECT {version:UInt32}', { version: place + 1 });
  }
  if (before === migrations.length) return 'unchanged';
  return before === 0 ? 'created' : 'migrated';
}

/** @throws Failure that says what to do, unless the tables are of this version */
export async function checkSchema(connection: ClickHouseConnection, needed = SCHEMA_VERSION): Promise<void> {
  const version = await versionOf(connection).catch((error: unknown) => {
    if (error instanceof Failure && isWithoutTables(error.cause)) return 0;
    throw error;
  });
  if (version === needed) return;
  if (version > needed) throw tooNew(connection, version, needed);
  throw new Failure({
    what: `The archive in ${connection.address.place} cannot be used yet.`,
    why:
      version === 0
        ? 'It has no tables of an archive.'
        : `Its tables are of version ${version}, and this server needs version ${needed}.`,
    next: 'Run convoso-call-logs-mcp archive init; what is archived stays.',
  });
}

async function versionOf(connection: ClickHouseConnection): Promise<number> {
  const [row] = await connection.look<[number]>('SELECT max(version) FROM archive_schema');
  return row?.[0] ?? 0;
}

function tooNew({ address }: ClickHouseConnection, version: number, known: number): Failure {
  return new Failure({
    what: `The archive in ${address.place} cannot be used.`,
    why: `Its tables are of version ${version}, made by a newer server; this one knows version ${known}.`,
    next: 'Update convoso-call-logs-mcp on this machine.',
  });
}
