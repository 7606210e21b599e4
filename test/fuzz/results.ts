import { expect } from 'vitest';
import type { Tool, ToolResult } from '../../src/tools/define-tool.js';
import { leaks } from '../faults/canaries.js';
import { FUZZ_CASES } from '../support/counts.js';
import type { Bench } from '../support/tools.js';

/** The same in every run, so that a change is judged by its own cases; FUZZ_SEED looks elsewhere. A failure prints it. */
export const SEED = Number(process.env['FUZZ_SEED'] ?? 20_780);

/** A counterexample is made small for no longer than a minute. */
export const RUN = {
  numRuns: FUZZ_CASES,
  seed: SEED,
  interruptAfterTimeLimit: 280_000,
  markInterruptAsFailure: true,
};

/** Milliseconds for a property on a machine that others share. */
export const PATIENCE = 300_000;

const LONGEST = 25_000;
/** Control characters but line breaks, bidirectional, zero-width and tag characters, lone surrogates. */
const HIDDEN = /[^\P{Cc}\n]|\p{Cf}|\p{Cs}|\u2028|\u2029/u;

/** What holds for every answer of every tool, whatever it was asked and whatever the service said. */
export function checkResult(bench: Bench, tool: Tool, result: ToolResult, detailed = false): void {
  expect(bench.unexpected).toStrictEqual([]);
  expect(leaks(JSON.stringify(result))).toStrictEqual([]);
  expect(result.text).not.toMatch(HIDDEN);
  if (result.isError) {
    expect(result.structured).toBeUndefined();
    expect(result.text).toMatch(/^[^\n]+\nWhy: [\s\S]+\nNext: [^\n]+$/);
    expect(result.text.length).toBeLessThanOrEqual(8_000);
    return;
  }
  expect(tool.output.strict().safeParse(result.structured).error).toBeUndefined();
  const json = JSON.stringify(result.structured);
  expect(JSON.parse(json)).toStrictEqual(result.structured);
  expect(texts(result.structured).join(' ')).not.toMatch(HIDDEN);
  if (detailed) return;
  expect(result.text.length).toBeLessThanOrEqual(LONGEST);
  expect(json.length).toBeLessThanOrEqual(LONGEST);
}

function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, one]) => [name, ...texts(one)]);
}
