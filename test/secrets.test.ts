import { afterEach, describe, expect, it } from 'vitest';
import { createLog } from '../src/log.js';
import { keepSecret, scrub, scrubValue } from '../src/secrets.js';

const SECRET = 'canary/tok"en+0a1b=';
const registered: (() => void)[] = [];
const keep = (value: string) => registered.push(keepSecret(value));
afterEach(() => {
  for (const forget of registered.splice(0)) forget();
});

describe('secrets', () => {
  it('go from a text in every form they travel in', () => {
    keep(SECRET);
    for (const form of [
      SECRET,
      JSON.stringify(SECRET),
      JSON.stringify(SECRET).replaceAll('/', '\\/'),
      encodeURIComponent(SECRET),
      new URLSearchParams({ auth_token: SECRET }).toString(),
      Buffer.from(SECRET).toString('base64'),
    ]) {
      const clean = scrub(`before ${form} after`);
      expect(clean).toMatch(/^before .*\[secret removed\].* after$/);
      expect(clean).not.toContain('canary');
    }
  });

  it('go from the texts and names of a JSON value, which is left alone when it holds none', () => {
    keep(SECRET);
    const value = { rows: [{ [SECRET]: 1, text: `a ${SECRET} b`, n: 1, none: null }] };
    expect(scrubValue(value)).toStrictEqual({
      rows: [{ '[secret removed]': 1, text: 'a [secret removed] b', n: 1, none: null }],
    });
    const clean = { text: 'a' };
    expect(scrubValue(clean)).toBe(clean);
  });

  it('are forgotten when every holder has given them back', () => {
    const first = keepSecret('held-by-two');
    const second = keepSecret('held-by-two');
    first();
    first();
    expect(scrub('held-by-two')).toBe('[secret removed]');
    second();
    expect(scrub('held-by-two')).toBe('held-by-two');
  });

  it('are at least six characters long: shorter ones would eat ordinary words', () => {
    keep('calls');
    expect(scrub('calls')).toBe('calls');
  });

  it('do not reach the log', () => {
    keep(SECRET);
    const lines: string[] = [];
    createLog('debug', (line) => lines.push(line))('error', `m ${SECRET}`, { error: SECRET });
    expect(lines.join('')).not.toContain('canary');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'error', error: '[secret removed]' });
  });
});
