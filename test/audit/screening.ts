import type { AccountFile } from '../../src/config/account-file.js';
import type { MaskWord } from '../../src/redact/masks.js';
import { ordinal, type StandIn, type StandInOptions, startStandIn } from '../support/stand-in.js';
import { type Bench, type BenchOptions, openBench } from '../support/tools.js';

/** One call of a test; what is left out is the same for all. */
export interface Row {
  /** `YYYY-MM-DD HH:MM:SS`, account time. */
  readonly at: string;
  readonly number?: string;
  readonly status?: string;
  readonly type?: string | null;
  readonly campaign?: string;
  readonly lead?: string;
  readonly length?: number | null;
  /** Fields that only some rows have. */
  readonly more?: Readonly<Record<string, unknown>>;
}

export interface ScreeningOptions {
  readonly zone?: string | undefined;
  readonly now?: string;
  readonly account?: Partial<AccountFile>;
  readonly redact?: readonly MaskWord[];
  readonly budget?: BenchOptions['budget'];
  readonly dialect?: StandInOptions['dialect'];
  readonly pageCap?: number;
  readonly exports?: BenchOptions['exports'];
}

export interface ScreenOfAnswer {
  readonly check: string;
  readonly headline: string;
  readonly found?: number;
  readonly possible?: number;
  readonly findings: readonly {
    readonly certain: boolean;
    readonly why?: string;
    readonly facts: Readonly<Record<string, string | number | null>>;
    readonly calls: readonly string[];
    readonly call_count: number;
  }[];
  readonly omitted?: number;
  readonly counted?: Readonly<Record<string, number>>;
  readonly basis?: readonly string[];
  readonly cannot?: { readonly why: string; readonly next: string };
  readonly rests_on: string;
  readonly changed_by_account?: readonly string[];
}

export interface Screening {
  readonly bench: Bench;
  readonly service: StandIn;
  /** One screen of an answer, with the text of the whole. */
  screen(check: string, args?: Record<string, unknown>): Promise<ScreenOfAnswer & { readonly text: string }>;
  close(): Promise<void>;
}

/** Statuses that the calls of these tests use beside the contract's. */
export const STATUSES: AccountFile['statuses'] = {
  DNC: { group: 'human', do_not_call: true },
  CALLBK: { group: 'human', callback: true },
  DROP: { group: 'abandoned' },
};

/** The tools over these calls; ids are their places, from 1. The clock stands at noon of 4 March 2026 in New York. */
export async function screening(rows: readonly Row[], options: ScreeningOptions = {}): Promise<Screening> {
  const { zone = 'America/New_York', now = '2026-03-04T17:00:00Z', dialect = 'live' } = options;
  const service = await startStandIn({
    calls: rows.map(({ at }, i) => ({ id: String(i + 1), at: ordinal(at) })),
    dialect,
    ...(options.pageCap === undefined ? {} : { pageCap: options.pageCap }),
    rewrite: (pages) => pages.map((row) => rowOf(rows[Number(row['id']) - 1], row)),
  });
  const bench = openBench({
    url: service.url,
    token: service.token,
    ...('zone' in options && options.zone === undefined ? {} : { zone }),
    now: new Date(now),
    account: { statuses: STATUSES, ...options.account },
    ...(options.redact === undefined ? {} : { redact: options.redact }),
    ...(options.budget === undefined ? {} : { budget: options.budget }),
    ...(options.exports === undefined ? {} : { exports: options.exports }),
  });
  return {
    bench,
    service,
    async screen(check, args = {}) {
      const { text, structured } = await bench.ask('audit_call_logs', { checks: check, ...args });
      const [screen] = structured['checks'] as ScreenOfAnswer[];
      if (screen === undefined) throw new Error('the answer has no screen');
      return { ...screen, text };
    },
    async close() {
      await bench.close();
      await service.close();
    },
  };
}

function rowOf(row: Row | undefined, printed: Record<string, unknown>): Record<string, unknown> {
  const { number = '2125550100', status = 'NO_ANSWER', type = 'outbound' } = row ?? {};
  return {
    id: printed['id'],
    call_date: printed['call_date'],
    lead_id: row?.lead ?? '1',
    list_id: '333',
    campaign_id: row?.campaign ?? '111',
    user_id: '12345',
    phone_number: number,
    number_dialed: number,
    status,
    call_length: row?.length ?? 0,
    ...(type === null ? {} : { call_type: type }),
    recording: [],
    ...row?.more,
  };
}

/** The stamp so many seconds after another one, on the same wall clock. */
export function later(stamp: string, seconds: number): string {
  return new Date((ordinal(stamp) + seconds) * 1000).toISOString().slice(0, 19).replace('T', ' ');
}
