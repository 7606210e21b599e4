// Fills an archive for npm run bench:archive: CALLS calls over DAYS days up to yesterday, made by SQL, stored with the
// store's own columns, names and manifests. Reports the dates it made.

import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { COLUMNS } from '../src/archive/columns.js';
import { claimFolder, makeFolder } from '../src/archive/parquet/account-folder.js';
import {
  digestOf,
  LAYOUT,
  newCallsFile,
  publishDay,
  unfinishedName,
} from '../src/archive/parquet/day-folder.js';
import { loadDuckDB, sqlText } from '../src/archive/parquet/engine.js';
import { readSettings } from '../src/config/read-settings.js';
import { EVIDENCE_VERSION } from '../src/walk/evidence.js';
import { archiveOwner } from '../src/wiring/open-archive.js';

const settings = readSettings(process.env, {});
const directory = settings.archiveDir ?? '';
const owner = archiveOwner(settings, settings.timeZone ?? '');
const days = Number(process.env['DAYS']);
const perDay = Math.round(Number(process.env['CALLS']) / days);
const today = Math.floor(Date.now() / 86_400_000);

/**
 * What call `i` of all has in each column; it is made at `moment`, in seconds. A lead has one number and is in one campaign,
 * whose agents call it some six times a month.
 */
const CAMPAIGN = 'hash(i + 5) % 8';
const LEAD = `(hash(i + 1) % 112_500 * 8 + ${CAMPAIGN})`;
const NUMBER = `(200 + ${LEAD} % 800)::VARCHAR || '55501' || lpad((${LEAD} // 800 % 100)::VARCHAR, 2, '0')`;
const VALUES: Readonly<Record<string, string>> = {
  id: '(10_000_000 + i)::VARCHAR',
  call_date: "strftime(make_timestamp(moment * 1_000_000), '%Y-%m-%d %H:%M:%S')",
  second: 'moment',
  call_length: 'CASE WHEN i % 5 = 0 THEN hash(i) % 1200 ELSE 0 END::DOUBLE',
  lead_id: `(1 + ${LEAD})::VARCHAR`,
  phone_number: NUMBER,
  number_dialed: NUMBER,
  call_type: "'OUTBOUND'",
  status:
    "['COMPLETED', 'NO_ANSWER', 'ANSWERING_MACHINE', 'BUSY', 'NO_ANSWER'][(1 + hash(i + 3) % 5)::INTEGER]",
  status_name:
    "['Completed', 'No Answer', 'Answering Machine', 'Busy', 'No Answer'][(1 + hash(i + 3) % 5)::INTEGER]",
  user_id: '(12_340 + hash(i + 4) % 200)::VARCHAR',
  user: "'Agent ' || (hash(i + 4) % 200)",
  campaign_id: `(111 + ${CAMPAIGN})::VARCHAR`,
  campaign: `'Campaign ' || (${CAMPAIGN})`,
  list_id: '(333 + hash(i + 6) % 30)::VARCHAR',
  term_reason: "['AGENT', 'CALLER'][(1 + hash(i + 7) % 2)::INTEGER]",
  recording: "'[]'",
};

const { DuckDBInstance } = await loadDuckDB();
const folder = directory;
await makeFolder(folder);
await claimFolder(folder, owner);
const instance = await DuckDBInstance.create(':memory:', { memory_limit: '500MB', threads: '2' });
const connection = await instance.connect();
const dates: string[] = [];
for (let day = 0; day < days; day += 1) {
  const start = (today - days + day) * 86_400;
  const date = new Date(start * 1000).toISOString().slice(0, 10);
  const unfinished = join(folder, unfinishedName());
  const columns = COLUMNS.map(([name, type]) => `${VALUES[name] ?? `NULL::${type}`} AS "${name}"`);
  await connection.run(
    `COPY (SELECT ${columns.join(', ')} FROM (SELECT ${day * perDay} + n AS i, ${start} + 28_800 + n * 43_200 // ${perDay} AS moment FROM range(${perDay}) AS numbers (n)))
     TO ${sqlText(unfinished)} (FORMAT parquet, COMPRESSION zstd)`,
  );
  await chmod(unfinished, 0o600);
  await publishDay(folder, unfinished, {
    layout: LAYOUT,
    evidence: EVIDENCE_VERSION,
    date,
    window: { start: `${date} 00:00:00`, end: `${date} 23:59:59` },
    timeZone: owner.timeZone,
    rows: perDay,
    readAt: new Date().toISOString(),
    completeness: {
      complete: true,
      total_found: perDay,
      fetched: perDay,
      unique: perDay,
      duplicates: 0,
      outside_filter: 0,
      malformed: 0,
      windows: 1,
      missing: [],
    },
    fields: COLUMNS.map(([name]) => name).filter((name) => name in VALUES && name !== 'second'),
    ...(await digestOf(unfinished)),
    file: newCallsFile(),
    ids: { min: String(10_000_000 + day * perDay), max: String(10_000_000 + (day + 1) * perDay - 1) },
    moved: [],
  });
  dates.push(date);
}
connection.closeSync();
instance.closeSync();
process.send?.({ dates });
process.disconnect();
