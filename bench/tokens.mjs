// How much of a model's context the answers take, against the same rows as compact JSON, in two tokenizers.

import { encode as cl100k } from 'gpt-tokenizer/encoding/cl100k_base';
import { encode as o200k } from 'gpt-tokenizer/encoding/o200k_base';
import { startServer } from './server.mjs';
import { startUpstream } from './upstream.mjs';

const TOKENIZERS = { o200k, cl100k };

/** Most that structured content of ten rows may take of the compact JSON: some hosts show the model only that. */
const STRUCTURED_BOUNDS = { contract: 0.8, live: 0.5 };

/** Most tokens (o200k) that every host pays before it asks anything: what tools/list says of all tools. */
const LIST_TOKENS = { input: 5_000, output: 4_000 };

/**
 * Most that the whole answer may take of the compact JSON, by dialect and rows. For ten rows it was 0.55 and 0.33 while a page
 * of the sandbox held calls of one type and few statuses; the legends of mixed pages, as live accounts have them, take more.
 */
const BOUNDS = { contract: { 10: 0.58, 50: 0.45 }, live: { 10: 0.35, 50: 0.28 } };

/** What a person may ask for: other rows, other columns that they share, other lengths of what surrounds the table. */
const WINDOWS = [
  {},
  { end_time: '2026-03-03 14:40:00' },
  { end_time: '2026-02-24 11:15:00' },
  { start_time: '2026-02-17 11:00:00', end_time: '2026-02-17 11:59:59', order: 'asc' },
  { campaign_id: '111', end_time: '2026-03-02 14:40:00' },
  { user_id: '22222' },
  { start_time: '2026-02-20', end_time: '2026-02-20' },
  { end_time: '2026-03-03 19:59:36', offset: 40 },
  { end_time: '2026-03-03 19:59:36', offset: 12_345 },
  { start_time: '2026-02-23', end_time: '2026-02-27', call_type: 'INBOUND' },
];

/** Most tokens that a summary of all of the sandbox's calls may take. */
const SUMMARY_TOKENS = 1_500;
const SUMMARIES = [
  {},
  { group_by: ['campaign'] },
  { group_by: ['hour'] },
  { group_by: ['user'] },
  { group_by: ['status'] },
  { group_by: ['campaign', 'hour'] },
];

/** Shares of the raw JSON, and sizes of summaries, with how they spread over what may be asked. */
export async function tokens() {
  return [...(await pagesOfRows()), ...(await summaries()), ...(await list())];
}

/** What tools/list takes, as parts of what it may: names, descriptions and input schemas, then output schemas. */
async function list() {
  const server = await startServer({ env: { CONVOSO_AUTH_TOKEN: 'bench', CONVOSO_TIMEZONE: 'UTC' } });
  try {
    const { tools } = await server.request('tools/list');
    const sizes = {
      input: tools.map(({ name, title, description, inputSchema }) => ({
        name,
        title,
        description,
        inputSchema,
      })),
      output: tools.map(({ outputSchema }) => outputSchema),
    };
    return Object.entries(sizes).map(([what, values]) => ({
      what: `tools/list, ${what} schemas${what === 'input' ? ', names and descriptions' : ''}, o200k`,
      baseline: `${LIST_TOKENS[what]} tokens`,
      ratios: [o200k(JSON.stringify(values)).length / LIST_TOKENS[what]],
      bound: 1,
    }));
  } finally {
    await server.close();
  }
}

/** Summaries of a month of calls, as parts of what they may take. */
async function summaries() {
  const upstream = await startUpstream('contract');
  const server = await startServer(upstream);
  try {
    const window = { start_time: '2026-02-01', end_time: '2026-03-03' };
    const texts = [];
    for (const asked of SUMMARIES) {
      const { content } = await server.call('summarize_call_logs', { ...window, ...asked });
      texts.push(content[0].text);
    }
    return Object.entries(TOKENIZERS).map(([tokenizer, encode]) => ({
      what: `summary of a month of calls, ${tokenizer}`,
      baseline: `${SUMMARY_TOKENS} tokens`,
      ratios: texts.map((text) => encode(text).length / SUMMARY_TOKENS),
      bound: 1,
    }));
  } finally {
    await server.close();
    upstream.close();
  }
}

async function pagesOfRows() {
  const rows = [];
  for (const dialect of Object.keys(BOUNDS)) {
    const upstream = await startUpstream(dialect);
    const server = await startServer(upstream);
    try {
      for (const limit of [10, 50]) {
        for (const [tokenizer, encode] of Object.entries(TOKENIZERS)) {
          const shares = [];
          const structured = [];
          for (const window of WINDOWS) {
            // A window without a start would hold more calls than pages can reach, and the answer would say so.
            const asked = { start_time: '2026-02-02', ...window, limit };
            const raw = JSON.stringify(await upstream.rows(asked));
            const { content, structuredContent } = await server.call('search_call_logs', asked);
            shares.push(encode(content[0].text).length / encode(raw).length);
            structured.push(encode(JSON.stringify(structuredContent)).length / encode(raw).length);
          }
          rows.push({
            what: `answer of ${limit} ${dialect} rows, ${tokenizer}`,
            baseline: 'compact JSON',
            ratios: shares,
            bound: BOUNDS[dialect][limit],
          });
          if (limit !== 10) continue;
          rows.push({
            what: `structured content of ${limit} ${dialect} rows, ${tokenizer}`,
            baseline: 'compact JSON',
            ratios: structured,
            bound: STRUCTURED_BOUNDS[dialect],
          });
        }
      }
    } finally {
      await server.close();
      upstream.close();
    }
  }
  return rows;
}
