// The archive's side of bench:archive, in a process of its own: WAY=fill makes an archive of CALLS calls over DAYS days, as the
// store lays it out; WAY=walk and WAY=sync read the same two days from an upstream, without and with storing them.
import { join } from 'node:path';
import { accountFolder, writeOwner } from '../src/archive/account-folder.js';
import { COLUMNS } from '../src/archive/columns.js';
import { digestOf, LAYOUT, type Manifest, newCallsFile, publishDay } from '../src/archive/day-folder.js';
import { dayAfter } from '../src/archive/days.js';
import { loadDuckDB, sqlText } from '../src/archive/engine.js';
import { ParquetStore } from '../src/archive/parquet-store.js';
import { sync } from '../src/archive/sync.js';
import { archiveOwner } from '../src/commands/archive-store.js';
import { ConvosoClient } from '../src/convoso/client.js';
import { ordinalOf } from '../src/convoso/time.js';
import { Walk } from '../src/convoso/walk.js';
import { readSettings } from '../src/settings.js';

const { WAY = '', CALLS = '0', DAYS = '0', FIRST_DAY = '' } = process.env;
const ZONE = 'America/Los_Angeles';
const CONCURRENCY = 4;
/** The two days that are read from the upstream, and the day after them. */
const READ = ['2026-03-28', '2026-03-29'] as const;
const NOW = new Date('2026-03-30T20:00:00Z');
const settings = readSettings(process.env, {});
const directory = settings.archiveDir ?? '';
const owner = archiveOwner(settings, ZONE);

/** What a column of call number `i` of a day holds, in DuckDB's SQL; columns that are not here hold nothing. */
const VALUES: Readonly<Record<string, string>> = {
  id: '(start + i)::BIGINT::VARCHAR',
  call_date: "strftime(make_timestamp(second * 1000000), '%Y-%m-%d %H:%M:%S')",
  second: 'second',
  call_length: 'CASE WHEN i % 5 = 0 THEN (i * 7) % 1200 ELSE 0 END',
  lead_id: '(1 + hash(i, second) % 400000)::VARCHAR',
  list_id: "'333'",
  campaign_id: '(111 + i % 12)::VARCHAR',
  campaign: "'Campaign ' || (1 + i % 12)",
  user_id: '(12340 + i % 250)::VARCHAR',
  user: "'Agent ' || (1 + i % 250)",
  phone_number: '(2000000000 + hash(i, second) % 400000)::VARCHAR',
  number_dialed: '(2000000000 + hash(i, second) % 400000)::VARCHAR',
  status: "['COMPLETED', 'NO_ANSWER', 'ANSWERING_MACHINE', 'BUSY', 'NO_ANSWER'][1 + i % 5]",
  call_type: "'outbound'",
};

async function fill(): Promise<void> {
  const { DuckDBInstance } = await loadDuckDB();
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const folder = accountFolder(directory, owner);
  const rows = Number(CALLS) / Number(DAYS);
  const columns = COLUMNS.map(([name, type]) => `(${VALUES[name] ?? 'NULL'})::${type} AS "${name}"`).join(
    ', ',
  );
  for (let day = 0; day < Number(DAYS); day += 1) {
    const date = dayAfter(FIRST_DAY, day);
    const start = ordinalOf(`${date} 00:00:00`) ?? 0;
    const unfinished = join(directory, 'day.parquet');
    // A working day of twelve hours.
    await connection.run(
      `COPY (SELECT ${columns} FROM (SELECT i, ${day} * ${rows} + 1000000000 AS start, ${start} + 28800 + (i * 43200) // ${rows} AS second
       FROM range(${rows}) AS numbers(i)) ORDER BY second, id) TO ${sqlText(unfinished)} (FORMAT parquet, COMPRESSION zstd)`,
    );
    const first = 1_000_000_000 + day * rows;
    const manifest: Manifest = {
      layout: LAYOUT,
      date,
      window: { start: `${date} 00:00:00`, end: `${date} 23:59:59` },
      timeZone: ZONE,
      rows,
      readAt: NOW.toISOString(),
      completeness: {
        complete: true,
        total_found: rows,
        fetched: rows,
        unique: rows,
        duplicates: 0,
        outside_filter: 0,
        malformed: 0,
        windows: 1,
        missing: [],
      },
      fields: Object.keys(VALUES).filter((name) => name !== 'second'),
      ...(await digestOf(unfinished)),
      file: newCallsFile(),
      ids: { min: String(first), max: String(first + rows - 1) },
      moved: [],
    };
    await publishDay(folder, unfinished, manifest);
  }
  await writeOwner(folder, owner);
  connection.closeSync();
}

async function read(): Promise<number> {
  const client = new ConvosoClient({ baseUrl: settings.baseUrl, token: settings.authToken ?? '' });
  const { signal } = new AbortController();
  try {
    if (WAY === 'walk') return await walkDays(client, signal);
    const store = new ParquetStore({
      directory,
      owner,
      limits: { memory: settings.archiveMemory, threads: 2 },
    });
    const plan = { timeZone: ZONE, from: READ[0], recentDays: 0, refreshMs: 0, concurrency: CONCURRENCY };
    const { archived } = await sync(plan, { store, service: client, now: () => NOW, signal });
    await store.close();
    return archived.reduce((sum, { rows }) => sum + rows, 0);
  } finally {
    await client.close();
  }
}

/** The walk alone, day by day as a sync reads them. */
async function walkDays(client: ConvosoClient, signal: AbortSignal): Promise<number> {
  let calls = 0;
  for (const date of READ) {
    const filters = { start_time: `${date} 00:00:00`, end_time: `${date} 23:59:59` };
    const budget = { seconds: 3600, rows: Number.MAX_SAFE_INTEGER, concurrency: CONCURRENCY };
    const walk = new Walk(client, { filters, includeRecordings: true }, { signal }, budget);
    for await (const batch of walk) calls += batch.length;
  }
  return calls;
}

const started = performance.now();
const calls = WAY === 'fill' ? await fill() : await read();
process.send?.({ calls, seconds: (performance.now() - started) / 1000 });
process.disconnect();
