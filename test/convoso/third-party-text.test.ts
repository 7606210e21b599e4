import { describe, expect, it } from 'vitest';
import { cleanText } from '../../src/convoso/third-party-text.js';

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
});
