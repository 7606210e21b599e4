import { describe, expect, it } from 'vitest';
import { keepSecret } from '../../src/util/secrets.js';
import { cleanText } from '../../src/util/third-party-text.js';

describe('cleanText', () => {
  it.each([
    ['plain text stays', 'Call back after 5 pm.', 'Call back after 5 pm.'],
    ['letters of every script stay', 'Zoë 李雷 Ωμέγα 🙂', 'Zoë 李雷 Ωμέγα 🙂'],
    ['line breaks become one space', 'a\r\nb\n\nc\u2028d\u2029e\u0085f\tg', 'a b c d e f g'],
    ['control characters go', 'a\u0000b\u001b[31mc\u007f', 'ab[31mc'],
    ['bidirectional controls go', 'a\u202eb\u2066c\u2069', 'abc'],
    ['zero-width characters go', 'a\u200bb\u200dc\ufeffd\u2060e', 'abcde'],
    ['tag characters go', `a${String.fromCodePoint(0xe0041, 0xe007f)}b`, 'ab'],
    ['variation selectors and fillers go', 'a\ufe0fb\u3164c\u115fd', 'abcd'],
    ['lone surrogates are replaced', 'a\ud800b', 'a\ufffdb'],
    ['white space at the ends goes', '  a  ', 'a'],
    ['nothing but hidden characters is nothing', '\u200b\u202e', ''],
  ])('%s', (_what, dirty, clean) => {
    expect(cleanText(dirty)).toBe(clean);
  });

  it('bounds the length and marks the cut', () => {
    const cut = cleanText('x'.repeat(5_000));
    expect(cut).toHaveLength(2_000);
    expect(cut.endsWith('x…')).toBe(true);
    expect(cleanText('y'.repeat(2_000))).toBe('y'.repeat(2_000));
  });

  it('does not cut a character in two', () => {
    const cut = cleanText(`${'x'.repeat(8)}🙂🙂`, 10);
    expect(cut).toBe(`${'x'.repeat(8)}…`);
  });

  it('keeps a text of just the longest length, and cuts a longer one there', () => {
    expect(cleanText('é'.repeat(10), 10)).toBe('é'.repeat(10));
    expect(cleanText('é'.repeat(11), 10)).toBe(`${'é'.repeat(9)}…`);
    expect(cleanText('é🙂é', 4)).toBe('é🙂é');
    expect(cleanText(`🙂${'é'.repeat(9)}`, 10)).toBe(`🙂${'é'.repeat(7)}…`);
  });

  it('takes a secret of this server out, whole, hidden between other characters, and before a cut', () => {
    const forget = keepSecret('secret-0a1b2c');
    try {
      expect(cleanText('it is secret-0a1b2c.')).toBe('it is [secret removed].');
      expect(cleanText('it is secret\u200b-0a1b2c.')).toBe('it is [secret removed].');
      expect(cleanText(`${'x'.repeat(15)}secret-0a1b2c`, 20)).toBe(`${'x'.repeat(15)}[sec…`);
    } finally {
      forget();
    }
  });
});
