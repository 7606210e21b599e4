import { afterEach, describe, expect, it } from 'vitest';
import { createLog } from '../../src/util/log.js';
import { keepSecret, scrub, scrubValue } from '../../src/util/secrets.js';

const SECRET = 'canary/tok"en+0a1b=';
const percent = (text: string) =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
const html = (text: string) =>
  text.replace(
    /[&<>"'/=+]/g,
    (char) => ({ '"': '&quot;', '&': '&amp;' })[char] ?? `&#${char.charCodeAt(0)};`,
  );
const hex = (text: string) => Buffer.from(text).toString('hex');

/** Ways a service, a log or a page may write a value. */
const ENCODINGS: Readonly<Record<string, (text: string) => string>> = {
  'lower-case percent-encoding': (text) => encodeURIComponent(text).toLowerCase(),
  'percent-encoding of every character': percent,
  'double percent-encoding': (text) => encodeURIComponent(encodeURIComponent(text)),
  'triple lower-case percent-encoding': (text) => percent(text).replaceAll('%', '%2525'),
  'HTML escapes': html,
  'HTML escapes of HTML escapes': (text) => html(text).replaceAll('&', '&amp;'),
  'hexadecimal HTML escapes': (text) =>
    [...text].map((char) => `&#x${char.charCodeAt(0).toString(16).toUpperCase()};`).join(''),
  'an HTML attribute with an encoded URL': (text) => html(encodeURIComponent(text)),
  hex,
  'upper-case hex': (text) => hex(text).toUpperCase(),
  'hex in pairs': (text) => hex(text).replace(/../g, '$& ').trim(),
  'JSON in JSON': (text) => JSON.stringify(JSON.stringify(text)),
  'JSON of code points': (text) =>
    [...text].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  'Basic authorization': (text) => Buffer.from(`user:${text}`).toString('base64'),
  'Base64 in the middle of something': (text) => Buffer.from(`ab${text}cd`).toString('base64url'),
  'upper case': (text) => text.toUpperCase(),
};
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

  it.each(Object.entries(ENCODINGS))('go when written as %s', (_, encode) => {
    keep(SECRET);
    const clean = scrub(`before ${encode(SECRET)} after`);
    expect(clean).toMatch(/^before .*\[secret removed\].* after$/);
    for (const encodeAgain of [(text: string) => text, ...Object.values(ENCODINGS)]) {
      expect(clean).not.toContain(encodeAgain('canary'));
    }
  });

  it('go from a text of nothing but escapes in no time', () => {
    keep(SECRET);
    for (const part of ['\\', '%25', '&amp;', '63616e617279']) {
      const started = performance.now();
      scrub(part.repeat(50_000));
      expect(performance.now() - started, part).toBeLessThan(1_000);
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
