import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '../../src/sandbox/random.js';
import { callOf, type MadeCall } from './calls.js';
import { type Watched, watchedServer } from './server.js';
import { startFaulty } from './upstream.js';

const FAULTY_SHARE = 0.05;
const CALLS_AT_ONCE = 8;
/** A failure as the server words it. */
const IN_WORDS = /^[^\n]+\nWhy: [\s\S]+\nNext: [^\n]+$/;
const LONGEST = 25_000;

export interface SoakResult {
  /** Answers of each tool, by how they ended. */
  readonly ended: Readonly<Record<string, Record<Ending, number>>>;
  readonly answers: number;
  readonly faults: number;
  /** Heap of the server in bytes, after the first fifth of the calls and after the last. */
  readonly heaps: readonly number[];
  /** What was open in the server when it ended. */
  readonly open: readonly string[];
  readonly problems: readonly string[];
}

type Ending = 'ok' | 'error' | 'cancelled';

/** Makes so many calls of all tools, and says what the server is like after each fifth of them. */
export async function soak(calls: number, seed: number): Promise<SoakResult> {
  const directory = mkdtempSync(join(tmpdir(), 'soak-'));
  const upstream = await startFaulty('contract', FAULTY_SHARE, seededRandom(seed));
  const server = await watchedServer({
    CONVOSO_AUTH_TOKEN: 'soak-token-0a1b2c3d',
    CONVOSO_BASE_URL: upstream.url,
    CONVOSO_TIMEZONE: 'America/Los_Angeles',
    CALL_LOGS_REQUEST_TIMEOUT: '5',
    CALL_LOGS_DEADLINE: '10',
    CALL_LOGS_REDACT: 'phone,name',
    CALL_LOGS_EXPORT_DIR: join(directory, 'exports'),
    CALL_LOGS_AUDIT_FILE: join(directory, 'audit.jsonl'),
  });
  const ended: Record<string, Record<Ending, number>> = {};
  const problems: string[] = [];
  const heaps: number[] = [];
  let next = 0;

  async function worker(until: number): Promise<void> {
    while (next < until) {
      const number = next;
      next += 1;
      const call = callOf(seededRandom(seed + 1 + number), upstream.ids);
      ended[call.name] ??= { ok: 0, error: 0, cancelled: 0 };
      const counts = ended[call.name];
      try {
        const ending = await made(server, call);
        if (counts !== undefined) counts[ending] += 1;
      } catch (error) {
        problems.push(`call ${number}, ${call.name} ${JSON.stringify(call.arguments)}: ${error}`);
        if (problems.length >= 20) throw new Error('too many problems', { cause: error });
      }
    }
  }

  try {
    // From here on the client checks structured content against the schemas.
    await server.client.listTools();
    for (let fifth = 1; fifth <= 5; fifth += 1) {
      const until = Math.round((calls * fifth) / 5);
      await Promise.all(Array.from({ length: CALLS_AT_ONCE }, () => worker(until)));
      const { heap, open } = await server.measure();
      heaps.push(heap);
      console.log(`  after ${until} calls: ${(heap / 2 ** 20).toFixed(2)} MB; open: ${tally(open)}`);
    }
    const { code, signal, open } = await server.end();
    if (code !== 0) problems.push(`the server ended with ${code ?? signal}`);
    for (const line of server.stderr().split('\n')) {
      if (/"level":"error"|unexpected/.test(line)) problems.push(`stderr: ${line.slice(0, 500)}`);
    }
    return { ended, ...upstream.counts, heaps, open, problems };
  } finally {
    await upstream.close();
    rmSync(directory, { recursive: true });
  }
}

/** Makes a call. @throws Error when the answer is neither valid nor an error in words */
async function made(server: Watched, { cancelAfter, ...params }: MadeCall): Promise<Ending> {
  const controller = new AbortController();
  const timer = cancelAfter === undefined ? undefined : setTimeout(() => controller.abort(), cancelAfter);
  try {
    const result = await server.client.callTool(params, { signal: controller.signal });
    const [first] = result.content;
    if (first?.type !== 'text' || first.text === '') throw new Error('the answer has no text');
    if (result.isError !== true) {
      if (result.structuredContent === undefined) throw new Error('the answer has no structured content');
      if (first.text.length > LONGEST && params.arguments['response_format'] !== 'detailed') {
        throw new Error(`the answer has ${first.text.length} characters`);
      }
      return 'ok';
    }
    if (!IN_WORDS.test(first.text)) throw new Error(`not an error in words: ${first.text.slice(0, 300)}`);
    return 'error';
  } catch (error) {
    if (controller.signal.aborted) return 'cancelled';
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** `3 PipeWrap, 1 Timeout` */
export function tally(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => `${count} ${name}`).join(', ') || 'nothing';
}
