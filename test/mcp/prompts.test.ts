import { describe, expect, it } from 'vitest';
import { prompts } from '../../src/mcp/prompts/index.js';
import { cleanArguments } from '../../src/mcp/prompts/prompt.js';
import { tools } from '../../src/tools/index.js';

/** Every tool call that a prompt shows: a tool's name with the JSON of its arguments. */
function shownCalls(text: string): { tool: string; args: unknown }[] {
  return [...text.matchAll(/\b(\w+_call_logs?|\w+_call_log_fields) (\{.*?\})(?=[ .;]|$)/gm)].map(
    ([, tool, json]) => ({
      tool: tool ?? '',
      args: JSON.parse(json ?? ''),
    }),
  );
}

describe.each(prompts)('prompt $name', ({ args, write }) => {
  const full = Object.fromEntries(
    Object.keys(args).map((name) => [name, name === 'from' ? 'yesterday' : '3']),
  );
  const least = Object.fromEntries(Object.entries(full).filter(([name]) => args[name]?.required === true));

  it.each([
    ['every argument', full],
    ['only what it needs', least],
  ])('with %s shows calls that the tools accept', (_, given) => {
    const text = write(given);
    for (const { tool, args: shown } of shownCalls(text)) {
      const found = tools.find(({ name }) => name === tool);
      expect(found, `${tool} is no tool`).toBeDefined();
      expect(found?.input.safeParse(shown).error?.issues ?? []).toEqual([]);
    }
    // Whatever tool it speaks of exists.
    for (const [name] of text.matchAll(/\b\w+_call_log(s|_fields)?\b/g)) {
      expect(tools.map((tool) => tool.name)).toContain(name);
    }
    expect(text).toContain('partial');
    expect(text).not.toContain('undefined');
  });

  it('uses every argument it takes', () => {
    for (const name of Object.keys(args)) expect(write({ ...full, [name]: '4711' })).toContain('4711');
  });
});

it('the prompts show calls of tools', () => {
  const counts = prompts.map(
    ({ write }) => shownCalls(write({ lead_id: '1', phone_number: '2125550123' })).length,
  );
  expect(Math.min(...counts)).toBeGreaterThan(0);
});

it('arguments are cleaned, bounded, and left out when blank', () => {
  expect(cleanArguments({ a: ' x\u202Ey\nz ', b: ' ', c: 'n'.repeat(500), d: undefined, e: 5 })).toEqual({
    a: 'xy z',
    c: `${'n'.repeat(199)}…`,
  });
});
