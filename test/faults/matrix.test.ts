import { describe, expect, it } from 'vitest';
import type { Tool } from '../../src/tools/define-tool.js';
import { tools } from '../../src/tools/index.js';
import { startUpstream } from '../support/upstream.js';
import { argumentsOf, COUNTED, openFaultBench } from './bench.js';
import { healthy } from './canaries.js';
import { type Expected, FAULTS, type Fault } from './catalogue.js';

function expectedOf(fault: Fault, tool: Tool): Expected {
  if (tool.access === 'write') return fault.update;
  return tool.name === 'get_call_log' ? (fault.get ?? fault.read) : fault.read;
}

describe.concurrent.each(FAULTS)('$name', (fault) => {
  it.each(tools)('met by $name', async (tool) => {
    const upstream = await startUpstream(fault.act);
    const bench = openFaultBench(
      upstream.url,
      fault.attemptTimeoutMs === undefined ? {} : { attemptTimeoutMs: fault.attemptTimeoutMs },
    );
    const { requests, says } = expectedOf(fault, tool);
    try {
      const result = await bench.run(tool.name, argumentsOf(tool));
      const sent = upstream.requests.length;
      if (says === 'ok') expect(result.text).not.toMatch(/\nWhy: /);
      else if (COUNTED.has(tool.name)) expect(result.text).toMatch(says);
      expect(result.isError).toBe(says !== 'ok' && (result.isError || COUNTED.has(tool.name)));
      if (COUNTED.has(tool.name)) expect(sent).toBe(requests);
      expect(bench.unexpected).toStrictEqual([]);

      upstream.answer = (request) => healthy(request);
      const next = await bench.run(tool.name, argumentsOf(tool));
      expect(next.text).not.toMatch(/\nWhy: /);
      expect(next.isError).toBe(false);
      expect(bench.leaked(JSON.stringify([result, next]))).toStrictEqual([]);
    } finally {
      await bench.end();
      await upstream.close();
    }
  });
});

describe('the matrix', () => {
  it('holds at least 45 faults under different names', () => {
    expect(new Set(FAULTS.map(({ name }) => name)).size).toBe(FAULTS.length);
    expect(FAULTS.length).toBeGreaterThanOrEqual(45);
  });
});
