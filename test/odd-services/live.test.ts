import { mkdtempSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { ToolResult } from '../../src/tools/define-tool.js';
import { ODD_FULL as FULL } from '../support/counts.js';
import { runHere } from '../support/run.js';
import { openBench } from '../support/tools.js';
import { sendJson, startUpstream } from '../support/upstream.js';
import { type Case, caseName, chosen, NOW, type Prepared, prepare, SEED, ZONE } from './cases.js';
import { FAITHFUL, QUIRKS, type Quirk, titleOf } from './quirks/index.js';
import type { Service } from './service.js';
import { askAndJudge, type RunTool, WAYS, type Way } from './tooling.js';

// A sample of the catalogue over live sockets, by the tools and by the command line.

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
const exportDirectory = mkdtempSync(join(tmpdir(), 'odd '));
afterAll(() => rmSync(exportDirectory, { recursive: true, force: true }));

/** A quirk shows within the time that clients wait. */
const inTime = ({ name }: Quirk) => !name.includes('time-outs');

function sampled(every: number, offset: number): readonly Quirk[] {
  const all = chosen().filter(inTime);
  return FULL || chosen() !== QUIRKS ? all : all.filter((_quirk, i) => i % every === offset);
}

function respond(
  service: Service,
  form: Readonly<Record<string, string>>,
  response: ServerResponse,
): undefined {
  const { auth_token: _token, ...posted } = form;
  const answer = service.answer(posted);
  if (answer === 'timeout') return undefined;
  if ('status' in answer) {
    response.writeHead(answer.status, { 'Content-Type': 'text/html' }).end(answer.body);
    return undefined;
  }
  return sendJson(response, answer.text());
}

function caseOf(quirk: Quirk, way: Way): Case {
  const place = QUIRKS.indexOf(quirk) + 1;
  return {
    quirks: [quirk],
    dialect: (place + WAYS.indexOf(way)) % 2 === 0 ? 'contract' : 'live',
    size: Math.min(quirk.largest ?? 700, 700),
    seed: SEED + place,
    question: quirk.questions?.[0] ?? 'all',
    zone: ZONE,
  };
}

async function upstreamOf({ service }: Prepared): Promise<string> {
  const upstream = await startUpstream((request, response) => respond(service, request.form, response));
  closing.push(upstream.close);
  return upstream.url;
}

async function wrongOf(way: Way, one: Case, prepared: Prepared, run: RunTool): Promise<string[]> {
  const { right, reason } = await askAndJudge(way, one, prepared, run);
  return right ? [] : [`${way} over ${caseName(one)}: ${reason}`];
}

describe.each(WAYS)('%s over live sockets is right, or says what it does not know', (way) => {
  for (const quirk of [FAITHFUL, ...sampled(40, WAYS.indexOf(way) * 9)]) {
    it(titleOf(quirk), { timeout: 60_000 }, async () => {
      const one = caseOf(quirk, way);
      const prepared = prepare(one);
      const bench = openBench({
        url: await upstreamOf(prepared),
        zone: ZONE,
        now: NOW,
        exports: { directory: exportDirectory, server: { name: 'odd', version: '0' } },
      });
      closing.push(bench.close);
      expect(await wrongOf(way, one, prepared, bench.run)).toEqual([]);
    });
  }
});

describe('the command call over live sockets is right, or says what it does not know', () => {
  for (const quirk of [FAITHFUL, ...sampled(90, 7)]) {
    it(titleOf(quirk), { timeout: 120_000 }, async () => {
      const one = caseOf(quirk, 'summarize');
      const prepared = prepare(one);
      const env = {
        CONVOSO_BASE_URL: await upstreamOf(prepared),
        CONVOSO_AUTH_TOKEN: 'odd-services-token',
        CONVOSO_TIMEZONE: ZONE,
      };
      const run: RunTool = async (name, args) => {
        const { stdout, stderr } = await runHere(['call', name, JSON.stringify(args), '--json'], env);
        if (stdout === '') throw new Error(stderr);
        return JSON.parse(stdout) as ToolResult;
      };
      expect(await wrongOf('summarize', one, prepared, run)).toEqual([]);
    });
  }
});
