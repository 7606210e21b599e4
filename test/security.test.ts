import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

/** A threat of SECURITY.md, and the tests that are said to cover it. */
interface Threat {
  readonly name: string;
  readonly tests: readonly { readonly file: string; readonly title: string }[];
}

const threats: readonly Threat[] = read('SECURITY.md')
  .split(/^### /m)
  .slice(1)
  .map((section) => {
    const [name = '', ...lines] = section.split('\n');
    const tests = lines.flatMap((line) => {
      const [, file = '', titles = ''] = /^- `(test\/[^`]+)`: (.*)$/.exec(line) ?? [];
      return [...titles.matchAll(/“([^”]+)”/g)].map(([, title = '']) => ({ file, title }));
    });
    return { name, tests };
  });

describe('SECURITY.md', () => {
  it('lists the OWASP MCP Top 10 by name, and other threats', () => {
    const names = threats.map(({ name }) => name);
    expect(names.slice(0, 10)).toStrictEqual([
      'MCP01:2025 Token Mismanagement & Secret Exposure',
      'MCP02:2025 Privilege Escalation via Scope Creep',
      'MCP03:2025 Tool Poisoning',
      'MCP04:2025 Software Supply Chain Attacks & Dependency Tampering',
      'MCP05:2025 Command Injection & Execution',
      'MCP06:2025 Intent Flow Subversion',
      'MCP07:2025 Insufficient Authentication & Authorization',
      'MCP08:2025 Lack of Audit and Telemetry',
      'MCP09:2025 Shadow MCP Servers',
      'MCP10:2025 Context Injection & Over-Sharing',
    ]);
    expect(names.length).toBeGreaterThan(10);
  });

  it.each(threats)('names tests that exist for $name', ({ tests }) => {
    expect(tests).not.toStrictEqual([]);
    const missing = tests.filter(({ file, title }) => !titlesIn(read(file)).has(title));
    expect(missing).toStrictEqual([]);
  });

  it('names a test in every line that names a file', () => {
    const lines = read('SECURITY.md').match(/^.*`test\/.*$/gm) ?? [];
    expect(
      lines.filter((line) => !/^- `test\/[^`]+\.test\.ts`: “[^”]+”(, “[^”]+”)*$/.test(line)),
    ).toStrictEqual([]);
  });
});

/** The titles of tests and groups of tests, as a file of tests writes them. */
function titlesIn(source: string): ReadonlySet<string> {
  const titles = source.matchAll(/(?:\b(?:it|describe)(?:\.\w+)*|\))\(\s*'((?:[^'\\]|\\.)+)'/g);
  return new Set([...titles].map(([, title = '']) => title));
}
