import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditTrail } from '../../src/calls/update-log.js';
import { CallerExports } from '../../src/export/caller-exports.js';
import { Metrics } from '../../src/http/metrics.js';
import { prompts } from '../../src/mcp/prompts/index.js';
import { suggestions } from '../../src/mcp/prompts/suggest.js';
import { exportedFile } from '../../src/mcp/resources/export.js';
import { resources, resourceTemplates } from '../../src/mcp/resources/index.js';
import { GROUPINGS } from '../../src/query/groupings.js';
import { MASKS, type MaskWord } from '../../src/redact/masks.js';
import { Confirmations } from '../../src/tools/confirmations.js';
import type { CallScope } from '../../src/tools/define-tool.js';
import { exportCallLogs } from '../../src/tools/export-call-logs.js';
import { createLog } from '../../src/util/log.js';
import { REDACTION_CASES } from '../support/counts.js';
import { type Bench, openBench } from '../support/tools.js';
import { livePage, page, row, startUpstream, type Upstream } from '../support/upstream.js';
import { COMMENT, FIRST, LAST, LINKS, leaked, NAMES, NUMBERS, OTHER, OWN } from './canaries.js';

/** REDACTION_SEED looks elsewhere. */
const SEED = Number(process.env['REDACTION_SEED'] ?? 15);

/** The number of the second call, a list without calls, and a lead with more of them than a page holds. */
const SECOND = '4155550100';
const ELSEWHERE = '998';
const MANY = '997';
const NO_HOST = { signal: new AbortController().signal, progress() {}, canAsk: false };

const KINDS = ['phone', 'name', 'link', 'comment'] as const;
type Kind = (typeof KINDS)[number];

/** Fields that people type into, and those that say something of the call. */
const TEXTS = [
  ...['agent_comment', 'status_name', 'user', 'campaign', 'queue', 'term_reason', 'status', 'call_type'],
  ...['first_name', 'last_name', 'caller_id_displayed', 'inbound_number', 'number_dialed', 'call_date'],
  ...['queue_seconds', 'queue_position', 'called_count', 'session_id'],
];
/** Fields with ids, in which any digits without a break are an id: only the call's own number is known in them. */
const IDS = ['lead_id', 'list_id', 'campaign_id', 'user_id', 'queue_id', 'originating_agent_id'];
const UNKNOWN = [
  ...['transcript', 'summary', 'sms', 'contact', 'customer', 'media_url', 'voicemail', 'alt_phone', 'notes'],
  ...['wrap_code', 'campaign_name', 'talk_time', 'full_name', 'comments2', 'spouse', 'x', 'recording_file'],
];
const RECORDING = ['type', 'recording_id', 'filename', 'src', 'public_url'];

/** A place in a row, and the row with a value in it. */
interface Place {
  readonly name: string;
  put(value: string): Record<string, unknown>;
}

const fieldPlaces = (names: readonly string[]) =>
  names.map((name): Place => ({ name, put: (value) => ({ [name]: value }) }));
const PLACES: readonly Place[] = [
  ...fieldPlaces([...TEXTS, ...IDS, ...UNKNOWN]),
  ...RECORDING.map(
    (field): Place => ({
      name: `recording.${field}`,
      put: (value) => ({ recording: [{ recording_id: 'r1', [field]: value }] }),
    }),
  ),
  // What cannot be read is named, and kept beside the documented fields.
  { name: 'an unreadable call_length', put: (value) => ({ call_length: value }) },
  { name: 'an unreadable user', put: (value) => ({ user: { said: [value] } }) },
  { name: 'an unreadable recording', put: (value) => ({ recording: [[value]] }) },
  { name: 'the time of a date', put: (value) => ({ call_date: `2026-03-03 ${value}` }) },
  { name: 'an extension', put: (value) => ({ number_dialed: `${SECOND}; ${value}` }) },
  { name: 'the name of a field', put: (value) => ({ [value.slice(0, 60)]: 'yes' }) },
];

/** Where each kind may stand and must not leave from. */
function placesOf(kind: Kind, number: string): readonly Place[] {
  if (kind === 'comment')
    return fieldPlaces(['agent_comment', ...UNKNOWN.filter((name) => name !== 'campaign_name')]);
  if (kind === 'phone' && number === OTHER) {
    return PLACES.filter(({ name }) => !IDS.includes(name) && !/^recording|session_id/.test(name));
  }
  return PLACES;
}

/** One canary in one place of a row. */
interface Case {
  readonly kind: Kind;
  readonly masks: readonly MaskWord[];
  readonly value: string;
  readonly place: Place;
  readonly live: boolean;
  readonly surface: Surface;
}

interface Surface {
  readonly name: string;
  /** All that leaves by this way. */
  run(bench: Bench, canary: string): Promise<string>;
}

const MASK_SETS: readonly (readonly MaskWord[])[] = [[], ...MASKS.map((word) => [word]), MASKS];

/** Under which masks a kind must not leave. */
function hides(kind: Kind, masks: readonly MaskWord[], surface: Surface): boolean {
  if (kind !== 'link') return masks.includes(kind);
  return masks.includes('recording') || !ASKED.has(surface.name);
}

const values: Readonly<Record<Kind, fc.Arbitrary<{ value: string; number: string }>>> = {
  phone: fc
    .tuple(fc.constantFrom(OWN, OTHER), fc.constantFrom(...NUMBERS))
    .map(([number, write]) => ({ value: write(number), number })),
  name: fc.constantFrom(...NAMES).map((value) => ({ value, number: '' })),
  link: fc.constantFrom(...LINKS).map((value) => ({ value, number: '' })),
  comment: fc.constant({ value: `said ${COMMENT} twice`, number: '' }),
};

const tool = (name: string, args: object): Surface => ({
  name: `${name} ${JSON.stringify(args)}`,
  async run(bench) {
    const result = await bench.run(name, args);
    return JSON.stringify(result) + result.text;
  },
});

const SURFACES: readonly Surface[] = [
  tool('search_call_logs', {}),
  tool('search_call_logs', { response_format: 'detailed' }),
  tool('search_call_logs', { include_recordings: 1 }),
  tool('search_call_logs', { include_recordings: 1, response_format: 'detailed' }),
  tool('get_call_log', { id: '1001' }),
  tool('get_call_log', { id: '1001', include_recordings: 0 }),
  tool('update_call_log_fields', { call_log_id: '1001', extra_field_01: 'reviewed' }),
  tool('sample_call_logs', {}),
  tool('sample_call_logs', { per: 'user', has_recording: 1 }),
  tool('sample_call_logs', { per: 'campaign' }),
  ...GROUPINGS.map((grouping) => tool('summarize_call_logs', { group_by: [grouping] })),
  tool('audit_call_logs', {}),
  tool('search_call_logs', { user_id: 'Nobody at all' }),
  // What names and numbers were taken for, and the directions of the calls with a number.
  tool('search_call_logs', { user_id: 'Front desk', status: 'sold' }),
  tool('search_call_logs', { number_dialed: SECOND }),
  tool('search_call_logs', { number_dialed: SECOND, list_id: ELSEWHERE }),
  tool('summarize_call_logs', { number_dialed: SECOND }),
  tool('search_call_logs', { limit: 2, lead_id: MANY }),
  tool('search_call_logs', { limit: 1, offset: 1, after: '1001', lead_id: MANY }),
  // When the history begins, and a 0 that is not right.
  tool('summarize_call_logs', { start_time: '2020-01-01' }),
  tool('search_call_logs', { start_time: '2020-01-01', list_id: ELSEWHERE }),
  tool('summarize_call_logs', { start_time: '2020-01-01', list_id: ELSEWHERE }),
  {
    name: 'a confirmed update',
    async run(bench) {
      const confirmations = new Confirmations('secret');
      const scope: Partial<CallScope> = { canAsk: true };
      const context = { ...bench.context, confirmations };
      const { updateCallLogFields } = await import('../../src/tools/update-call-log-fields.js');
      const update = updateCallLogFields(bench.context.account, true);
      const args = { call_log_id: '1001', extra_field_01: 'reviewed' };
      const asked = await update.run(args, context, { ...NO_HOST, ...scope });
      return JSON.stringify([asked, await update.run(args, context, NO_HOST)]);
    },
  },
  ...(['csv', 'ndjson'] as const).flatMap((format) =>
    [0, 1].map(
      (include_recordings): Surface => ({
        name: `export ${format} ${include_recordings}`,
        async run(bench) {
          // What matches is in the file, and what was asked for beside it.
          const { first_name, last_name, phone_number } = rows[0] ?? {};
          const same = first_name === FIRST && last_name === LAST && phone_number === OWN;
          const filters = same ? { phone_number, first_name, last_name } : {};
          const result = await bench.run('export_call_logs', { format, include_recordings, ...filters });
          const { file, manifest } = (result.structured ?? {}) as { file?: string; manifest?: string };
          if (file === undefined || manifest === undefined) throw new Error(result.text);
          const written = [file, manifest].map((name) => readFileSync(name, 'utf8'));
          for (const name of [file, manifest]) rmSync(name);
          return written.join('\n');
        },
      }),
    ),
  ),
  {
    name: 'an export of findings',
    async run(bench) {
      const result = await bench.run('export_call_logs', { findings_of: 'abandonment', format: 'ndjson' });
      const { file, manifest } = (result.structured ?? {}) as { file?: string; manifest?: string };
      const files = file === undefined || manifest === undefined ? [] : [file, manifest];
      const written = files.map((name) => readFileSync(name, 'utf8'));
      for (const name of files) rmSync(name);
      // File names and the time of their making hold digits of their own.
      return [result.text.replaceAll(/\d{8}T\d{6}Z/g, ''), ...written].join('\n');
    },
  },
  {
    name: 'an export over HTTP',
    async run(bench) {
      const { exports } = bench.context;
      if (exports === undefined) throw new Error('no exports');
      const callers = new CallerExports(exports.directory, { files: 5, bytes: 1e7, keepMs: 60_000 });
      const context = { ...bench.context, exports: { ...exports, callers } };
      const scope = { ...NO_HOST, principal: 'alice' };
      const result = await exportCallLogs.run({}, context, scope);
      if (result.links?.length !== 2) throw new Error(result.text);
      const read = result.links.map(({ name }) => exportedFile.read(name, context, scope));
      const pages = JSON.stringify([result, await Promise.all(read)]);
      rmSync(join(exports.directory, 'callers'), { recursive: true });
      // File names end in the time of their making.
      return pages.replaceAll(/\d{8}-\d{6}/g, '');
    },
  },
  {
    name: 'every resource',
    async run(bench) {
      await bench.run('search_call_logs', {});
      const pages = await Promise.all(
        resourceTemplates.map((template) => template.read('1001', bench.context, NO_HOST)),
      );
      const ids = resourceTemplates.map((template) => template.suggest(bench.context, undefined));
      return JSON.stringify([...resources.map((one) => one.read(bench.context)), ...pages, ids]);
    },
  },
  {
    name: 'every prompt and completion',
    async run(bench) {
      await bench.run('search_call_logs', {});
      const kinds = ['user_id', 'campaign_id', 'list_id', 'queue_id', 'status', 'period'] as const;
      const offered = kinds.map((kind) => suggestions(kind, '', bench.context));
      return JSON.stringify([offered, prompts.map((prompt) => prompt.write({}))]);
    },
  },
  {
    name: 'an error of the service’s own words',
    async run(bench, canary) {
      refusal = { success: false, code: 9_999, text: `The record ${canary} is locked` };
      const results = await Promise.all([
        bench.run('search_call_logs', {}),
        bench.run('update_call_log_fields', { call_log_id: '1001', extra_field_01: 'x' }),
      ]);
      refusal = undefined;
      return JSON.stringify(results);
    },
  },
];
/** Where recordings are asked for, so that links may leave without a mask. */
const ASKED: ReadonlySet<string> = new Set(
  SURFACES.map(({ name }) => name).filter(
    (name) => /"include_recordings":1|^export \w+ 1$/.test(name) || name === 'get_call_log {"id":"1001"}',
  ),
);

/** The reply to everything, when it is a refusal. */
let refusal: object | undefined;
let rows: Record<string, unknown>[] = [];
let live = false;

describe(`canaries in ${REDACTION_CASES} rows, with seed ${SEED}`, () => {
  let upstream: Upstream;
  const directory = mkdtempSync(join(tmpdir(), 'canaries-'));
  const lines: string[] = [];
  const log = createLog('debug', (line) => lines.push(line));
  const metrics = new Metrics({ inFlight: () => 0, shared: () => undefined });
  const benches = new Map<readonly MaskWord[], Bench>();

  beforeAll(async () => {
    upstream = await startUpstream();
    upstream.answer = ({ url, form }) => {
      if (refusal !== undefined) return refusal;
      if (url.endsWith('/log/update')) return { success: true, ...rows[0] };
      // Nothing is there of a list, and more than one page of a lead.
      const given = form['list_id'] === ELSEWHERE ? [] : rows;
      const total = form['lead_id'] === MANY ? 40 : given.length;
      return live ? livePage(given, total) : page(given, total);
    };
    for (const [place, redact] of MASK_SETS.entries()) {
      const bench = openBench({
        url: upstream.url,
        redact,
        // So that the screens have findings.
        account: { statuses: { COMPLETED: { group: 'abandoned' } } },
        exports: { directory: join(directory, String(place)), server: { name: 'test', version: '0' } },
        audit: new AuditTrail({
          file: join(directory, `audit-${place}.jsonl`),
          values: true,
          principal: 'tester',
          onLostOutcome: (error) => log('error', 'lost', { error: String(error) }),
        }),
        client: {
          circuit: { failures: Number.POSITIVE_INFINITY, restMs: 0 },
          observe: (attempt) => {
            metrics.upstreamAttempt(attempt);
            log('debug', 'attempt', { ...attempt, milliseconds: 0 });
          },
        },
      });
      benches.set(redact, bench);
    }
  });
  afterAll(async () => {
    for (const bench of benches.values()) await bench.close();
    await upstream.close();
    rmSync(directory, { recursive: true });
  });

  // A counterexample shows names, not what they are made of.
  const named = <T extends { name: string }>(all: readonly T[]) =>
    fc.constantFrom(...all.map((one) => Object.assign(one, { [fc.toStringMethod]: () => one.name })));
  const surface = named(SURFACES);
  const canary: fc.Arbitrary<Case> = fc
    .tuple(fc.constantFrom(...KINDS), fc.constantFrom(...MASK_SETS), surface, fc.boolean())
    .filter(([kind, masks, way]) => hides(kind, masks, way))
    .chain(([kind, masks, way, dialect]) =>
      values[kind].chain(({ value, number }) =>
        fc
          .tuple(fc.constantFrom(...placesOf(kind, number)), fc.constantFrom('', 'said ', '"'))
          .map(([place, before]) => ({
            ...{ kind, masks, place, surface: way, live: dialect },
            value: /^(call_date|status|call_type)$|_id$/.test(place.name)
              ? value
              : `${before}${value}${before && ' after nine'}`,
          })),
      ),
    );

  it(
    'leave by no tool, link, resource, prompt, completion, error, log, metric, audit line, export or manifest',
    async () => {
      await fc.assert(
        fc.asyncProperty(canary, async (one) => {
          const lead = { first_name: FIRST, last_name: LAST, phone_number: OWN };
          const other = {
            id: '1002',
            first_name: 'Ann',
            last_name: 'Lee',
            phone_number: SECOND,
            number_dialed: SECOND,
          };
          rows = [row({ ...lead, ...one.place.put(one.value) }), row(other)];
          live = one.live;
          const bench = benches.get(one.masks);
          if (bench === undefined) throw new Error('no bench');
          const out = await one.surface.run(bench, one.value);
          const left = [out, ...lines.splice(0)].join('\n');
          expect(bench.unexpected, left).toStrictEqual([]);
          expect(leaked(one.kind, left), left).toStrictEqual([]);
        }),
        { numRuns: REDACTION_CASES, seed: SEED, verbose: 1 },
      );
      const files = readdirSync(directory, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
      const rest = [...files, (await metrics.text()).body].join('\n');
      for (const kind of KINDS)
        expect(leaked(kind, kind === 'phone' ? rest.replace(/[\d.e+-]{8,}/g, '') : rest)).toStrictEqual([]);
    },
    Math.max(60_000, REDACTION_CASES * 60),
  );

  it('are noticed where nothing is masked', async () => {
    for (const write of NUMBERS) expect(leaked('phone', write(OWN)), write(OWN)).not.toStrictEqual([]);
    for (const name of NAMES) expect(leaked('name', name), name).not.toStrictEqual([]);
    for (const link of LINKS) expect(leaked('link', link), link).not.toStrictEqual([]);
    rows = [row({ first_name: FIRST, agent_comment: COMMENT })];
    const { text } = (await benches.get(MASK_SETS[0] ?? [])?.run('search_call_logs', {})) ?? { text: '' };
    expect([...leaked('name', text), ...leaked('comment', text)]).toHaveLength(2);
  });
});
