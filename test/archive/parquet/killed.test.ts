import { rmSync } from 'node:fs';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import {
  archiveEnv,
  callsOn,
  lastDays,
  newDirectory,
  rowsByHive,
  tree,
  upstreamRows,
} from '../../support/archive.js';
import { INITIALIZE, INITIALIZED, lines, type Running, runBin, startBin } from '../../support/bin.js';
import { KILLS } from '../../support/counts.js';
import { ordinal, type StandIn, type StandInCall, startStandIn } from '../../support/stand-in.js';
import { seeded } from '../calls.js';

// The real process, killed by the system at moments that nobody chose, while others read.

const SEED = Number(process.env['ARCHIVE_KILL_SEED'] ?? 20_260_304);
const DATES = lastDays(5);
const PER_DAY = 40;
const STATUSES = ['COMPLETED', 'NO_ANSWER', 'BUSY'];
/** Every sync reads every day again, as if all were recent and old. */
const ANEW = {
  CALL_LOGS_ARCHIVE_FROM: '5d',
  CALL_LOGS_ARCHIVE_RECENT_DAYS: '5',
  CALL_LOGS_ARCHIVE_REFRESH_HOURS: '0',
};

const scratch: string[] = [];
afterAll(() => {
  for (const directory of scratch) rmSync(directory, { recursive: true, force: true });
});
const closing: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** An upstream whose days all change at once: in its nth version every call has that status, and each day n calls more. */
async function changingUpstream(): Promise<{ standIn: StandIn; change(): void }> {
  let version = 0;
  const standIn = await startStandIn({ calls: [], delay: 4, pageCap: 15 });
  closing.push(standIn.close);
  const fill = () => {
    for (const { id } of [...standIn.calls]) standIn.remove(id);
    const status = STATUSES[version % STATUSES.length] ?? '';
    for (const call of callsOn(DATES, PER_DAY)) standIn.add({ ...call, status });
    DATES.forEach((date, day) => {
      for (let i = 0; i < version; i += 1) {
        const at = ordinal(`${date} 20:00:00`) + i;
        standIn.add({ id: String(10_000 + day * 100 + i), at, status } satisfies StandInCall);
      }
    });
  };
  fill();
  return {
    standIn,
    change() {
      version += 1;
      fill();
    },
  };
}

/** What a whole archive of these dates consists of. */
const wholeTree = [
  'account.json',
  ...[...DATES]
    .sort()
    .flatMap((date) => [
      `date=${date}/`,
      expect.stringMatching(/calls\.[0-9a-f]{16}\.parquet$/),
      `date=${date}/manifest.json`,
    ]),
];

/** Starts a sync and kills it some milliseconds after its first request; true when it had not ended before. */
async function killedSync(standIn: StandIn, env: Record<string, string>, after: number): Promise<boolean> {
  const requests = standIn.forms.length;
  const running = startBin(['sync'], env);
  await expect.poll(() => standIn.forms.length, { interval: 2, timeout: 20_000 }).toBeGreaterThan(requests);
  await new Promise((resolve) => setTimeout(resolve, after));
  running.kill('SIGKILL');
  return (await running.done).code === null;
}

async function wholeSync(env: Record<string, string>): Promise<void> {
  const { code, stderr } = await runBin(['sync'], env);
  expect([code, stderr]).toEqual([0, '']);
}

/** A server that answers from the archive alone, asked again and again; every answer is looked at. */
function reader(env: Record<string, string>) {
  const server = startBin([], env);
  closing.push(async () => {
    server.kill('SIGKILL');
    await server.done;
  });
  server.write(lines(INITIALIZE, INITIALIZED));
  let id = 1;
  const seen = { answers: 0, versions: new Set<string>() };
  const asking = { stopped: false };
  const asked = (async () => {
    await server.seen(/"id":1\b/);
    while (!asking.stopped) {
      id += 1;
      const days = await ask(server, id);
      seen.answers += 1;
      for (const [date, version] of days) seen.versions.add(`${date} ${version}`);
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
  })();
  // What goes wrong is told by stop().
  asked.catch(() => {});
  return {
    seen,
    async stop() {
      asking.stopped = true;
      await asked;
    },
  };
}

/** The version of every day that one answer shows. Throws when a day is not exactly one version of it. */
async function ask(server: Running, id: number): Promise<Map<string, number>> {
  const args = {
    start_time: DATES.at(-1),
    end_time: DATES[0],
    group_by: ['date', 'outcome'],
    source: 'archive',
    top: 40,
  };
  server.write(lines({ id, method: 'tools/call', params: { name: 'summarize_call_logs', arguments: args } }));
  const [line] = await server.seen(new RegExp(`^.*"id":${id}\\b.*$`, 'm'));
  const { result } = JSON.parse(line) as {
    result: { isError?: boolean; structuredContent: { groups: { columns: string[]; rows: unknown[][] } } };
  };
  if (result.isError === true) throw new Error(line);
  const { columns, rows } = result.structuredContent.groups;
  const days = new Map<string, number>();
  // Outcomes that a day does not have are told as 0.
  for (const row of rows.filter((one) => Number(one[columns.indexOf('calls')]) > 0)) {
    const date = String(row[columns.indexOf('date')]);
    const version = Number(row[columns.indexOf('calls')]) - PER_DAY;
    const outcome = ['human', 'no_answer', 'busy'].indexOf(String(row[columns.indexOf('outcome')]));
    if (days.has(date) || version < 0 || outcome !== version % STATUSES.length) {
      throw new Error(`${date} is not one reading of it: ${JSON.stringify(rows)}`);
    }
    days.set(date, version);
  }
  if (days.size !== DATES.length) throw new Error(`not every day is there: ${JSON.stringify(rows)}`);
  return days;
}

describe('a sync that is killed', () => {
  it(`at ${KILLS} random moments leaves nothing that the next one does not put right, and readers see every day, whole`, async () => {
    const random = seeded(SEED);
    const { standIn, change } = await changingUpstream();
    const directory = newDirectory();
    scratch.push(directory);
    const env = archiveEnv(standIn, directory, ANEW);
    const started = performance.now();
    const first = runBin(['sync'], env);
    await expect.poll(() => standIn.forms.length, { interval: 2, timeout: 20_000 }).toBeGreaterThan(0);
    const requested = performance.now();
    expect((await first).code).toBe(0);
    const length = Math.ceil(performance.now() - requested);
    const reading = reader(env);
    let killed = 0;
    let locked = 0;
    let unfinished = 0;
    while (killed < KILLS) {
      change();
      if (!(await killedSync(standIn, env, random(length)))) continue;
      killed += 1;
      const left = tree(directory);
      if (left.includes('writer.lock')) locked += 1;
      if (left.some((path) => path.includes('.unfinished-'))) unfinished += 1;
      // Half of the kills meet what the one before left behind.
      if (killed % 2 === 1) continue;
      await wholeSync(env);
      expect(tree(directory)).toEqual(wholeTree);
      expect(await rowsByHive(directory)).toEqual(upstreamRows(standIn, DATES));
    }
    await reading.stop();
    process.stdout.write(
      `seed ${SEED} (ARCHIVE_KILL_SEED): ${KILLS} kills within ${length} ms, ${locked} left a lock, ${unfinished} an unfinished file; ${reading.seen.answers} answers meanwhile; ${Math.round((performance.now() - started) / 1000)} s\n`,
    );
    expect(locked).toBeGreaterThan(KILLS / 2);
    expect(reading.seen.answers).toBeGreaterThan(KILLS);
    expect(reading.seen.versions.size).toBeGreaterThan((DATES.length * KILLS) / 4);
    expect((await runBin(['archive', 'verify'], env)).stdout).toBe('ok: 5 days are as they were written\n');
  }, 300_000);
});
