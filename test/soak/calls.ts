import { AGENTS, CAMPAIGNS, STATUSES } from '../../src/sandbox/floor.js';
import { between, drawFrom, oneOf, type Random } from '../../src/sandbox/random.js';

/** One call of a tool as a host makes it. */
export interface MadeCall {
  readonly name: string;
  readonly arguments: Record<string, unknown>;
  /** Given up by the host after this many milliseconds. */
  readonly cancelAfter?: number;
}

type Make = (random: Random, ids: readonly string[]) => MadeCall;

const agents = AGENTS.map(({ id }) => id);
const campaigns = CAMPAIGNS.map(({ id }) => id);
const statuses = [...STATUSES.keys()];
/** The days that the service of soak.ts has calls of. */
const DAYS = ['2026-02-27', '2026-02-28', '2026-03-02', '2026-03-03'];

const make = drawFrom<Make>([
  [(random) => ({ name: 'search_call_logs', arguments: { ...window(random), ...page(random) } }), 40],
  [
    (random, ids) => ({
      name: 'get_call_log',
      arguments: { id: oneOf(random, ids), include_recordings: random() < 0.3 },
    }),
    25,
  ],
  [
    (random, ids) => ({
      name: 'update_call_log_fields',
      arguments: { call_log_id: oneOf(random, ids), extra_field_01: `reviewed ${between(random, 1, 9_999)}` },
    }),
    10,
  ],
  [
    (random) => ({
      name: 'summarize_call_logs',
      arguments: {
        ...window(random),
        group_by: random() < 0.5 ? [] : [oneOf(random, ['user', 'campaign', 'status', 'hour'])],
      },
    }),
    10,
  ],
  [
    (random) => ({
      name: 'sample_call_logs',
      arguments: { ...window(random), size: between(random, 1, 20), seed: String(between(random, 1, 99)) },
    }),
    10,
  ],
  [
    (random) => ({
      name: 'export_call_logs',
      arguments: { ...window(random), format: oneOf(random, ['csv', 'ndjson']) },
    }),
    5,
  ],
]);

/** Arguments that must be refused. */
const WRONG: readonly Record<string, unknown>[] = [
  { nonsense: 1 },
  { start_time: '2026-02-30' },
  { start_time: '2026-03-02', end_time: '2026-03-01' },
  { id: { not: 'an id' }, call_log_id: [] },
];

/** The call of this number: of every hundred some are wrong, and some are given up while they run. */
export function callOf(random: Random, ids: readonly string[]): MadeCall {
  const call = make(random)(random, ids);
  const fate = random();
  if (fate < 0.03) return { ...call, arguments: { ...call.arguments, ...oneOf(random, WRONG) } };
  return fate < 0.04 ? { ...call, cancelAfter: between(random, 0, 5) } : call;
}

/** An hour or two of a day, now and then a whole one. */
function window(random: Random): Record<string, unknown> {
  const day = oneOf(random, DAYS);
  if (random() < 0.02) return { start_time: day, end_time: day };
  const hour = between(random, 8, 17);
  return {
    start_time: `${day} ${String(hour).padStart(2, '0')}:00:00`,
    end_time: `${day} ${String(hour + between(random, 0, 1)).padStart(2, '0')}:59:59`,
  };
}

function page(random: Random): Record<string, unknown> {
  return {
    ...(random() < 0.2 ? { campaign_id: oneOf(random, campaigns) } : {}),
    ...(random() < 0.2 ? { user_id: oneOf(random, agents) } : {}),
    ...(random() < 0.2 ? { status: oneOf(random, statuses) } : {}),
    ...(random() < 0.1 ? { response_format: 'detailed' } : {}),
    limit: between(random, 1, 100),
    offset: random() < 0.8 ? 0 : between(random, 1, 50),
  };
}
