import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditTrail } from '../../src/calls/update-log.js';
import type { ConvosoClientOptions } from '../../src/convoso/client.js';
import type { Tool } from '../../src/tools/define-tool.js';
import { createLog } from '../../src/util/log.js';
import { type Bench, openBench } from '../support/tools.js';
import { CANARY_TOKEN, leaks } from './canaries.js';

/** Arguments with which a tool sends a request. A tool that is not listed can be called without any. */
const ARGUMENTS: Readonly<Record<string, object>> = {
  get_call_log: { id: '1001' },
  update_call_log_fields: { call_log_id: '1001', extra_field_01: 'reviewed' },
};

export function argumentsOf(tool: Tool): object {
  return ARGUMENTS[tool.name] ?? {};
}

/** Tools that make one request for an answer, so that every request can be counted. */
export const COUNTED: ReadonlySet<string> = new Set([
  'search_call_logs',
  'get_call_log',
  'update_call_log_fields',
]);

/** A bench that keeps all that leaves it, on short time-outs and with phone numbers masked. */
export interface FaultBench extends Bench {
  /** Canaries in what was logged, or written to files, or in this text. */
  leaked(text: string): string[];
  end(): Promise<void>;
}

export function openFaultBench(url: string, client: Partial<ConvosoClientOptions> = {}): FaultBench {
  const directory = mkdtempSync(join(tmpdir(), 'faults-'));
  const lines: string[] = [];
  const log = createLog('debug', (line) => lines.push(line));
  const bench = openBench({
    url,
    token: CANARY_TOKEN,
    redact: ['phone'],
    exports: { directory: join(directory, 'exports'), server: { name: 'test', version: '0.0.0' } },
    audit: new AuditTrail({
      file: join(directory, 'audit.jsonl'),
      values: true,
      principal: 'tester',
      onLostOutcome: (error) => log('error', 'lost', { error: String(error) }),
    }),
    client: {
      attemptTimeoutMs: 10_000,
      deadlineMs: 20_000,
      maxBodyBytes: 1_048_576,
      retry: { retries: 3, backoffMs: 4 },
      observe: ({ milliseconds, ...attempt }) =>
        log('debug', 'attempt', { ...attempt, ms: Math.round(milliseconds) }),
      ...client,
    },
  });
  return {
    ...bench,
    leaked: (text) => {
      const files = readdirSync(directory, { recursive: true, withFileTypes: true }).flatMap((entry) =>
        entry.isFile() ? [entry.name, readFileSync(join(entry.parentPath, entry.name), 'utf8')] : [],
      );
      return leaks([text, ...lines, ...files].join('\n'));
    },
    async end() {
      await bench.close();
      rmSync(directory, { recursive: true });
    },
  };
}
