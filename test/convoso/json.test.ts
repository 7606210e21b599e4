import { describe, expect, it } from 'vitest';
import { parseJson } from '../../src/convoso/json.js';

describe('parseJson', () => {
  it('reads plain JSON as JSON.parse does', () => {
    const text = '{"a":[1,2.5,-3e2,true,null,"x"],"b":{}}';
    expect(parseJson(text)).toStrictEqual(JSON.parse(text));
  });

  it('ignores a leading byte order mark', () => {
    expect(parseJson('\ufeff{"success":true}')).toStrictEqual({ success: true });
  });

  it('drops a comma before a closing bracket, as the vendor’s documentation prints it', () => {
    expect(parseJson('{\n"success": true,\n}')).toStrictEqual({ success: true });
    expect(parseJson('{"a":[1,2, ],"b":{"c":1,},}')).toStrictEqual({ a: [1, 2], b: { c: 1 } });
  });

  it('leaves commas and digits inside strings alone while mending', () => {
    expect(parseJson('{"a":"x,}","b":"12345678901234567890","c":"\\",]",}')).toStrictEqual({
      a: 'x,}',
      b: '12345678901234567890',
      c: '",]',
    });
  });

  it('keeps every digit of whole numbers past 2^53', () => {
    expect(parseJson('{"id":9007199254740993}')).toStrictEqual({ id: '9007199254740993' });
    expect(parseJson('[-9007199254740993,{"id": 123456789012345678901}]')).toStrictEqual([
      '-9007199254740993',
      { id: '123456789012345678901' },
    ]);
  });

  it('leaves shorter numbers and long fractions numbers', () => {
    expect(parseJson('{"a":999999999999999,"b":0.1234567890123456789,"id":9007199254740993}')).toStrictEqual({
      a: 999_999_999_999_999,
      b: 0.123_456_789_012_345_68,
      id: '9007199254740993',
    });
  });

  it.each(['', 'nonsense', '{"a":1', '{"a":1}}', '<html></html>', '{"a":,}', '[,]x'])(
    'refuses %j, which is no JSON even after mending',
    (text) => {
      expect(() => parseJson(text)).toThrow(SyntaxError);
    },
  );

  it('does not let a __proto__ member reach the prototype', () => {
    const parsed = parseJson('{"__proto__":{"polluted":true},"id":9007199254740993}') as object;
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  describe('of a size at which nesting costs', () => {
    const large = (json: string) => `${' '.repeat(600_000)}${json}`;
    const lists = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    const objects = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

    it.each([lists, objects])('reads 64 levels and no more', (nested) => {
      expect(parseJson(large(nested(64)))).toStrictEqual(JSON.parse(nested(64)));
      expect(() => parseJson(large(nested(65)))).toThrow('Nested too deeply.');
      expect(parseJson(nested(200))).toStrictEqual(JSON.parse(nested(200)));
    });

    it('counts levels, not brackets, and none inside strings', () => {
      const siblings = `[${Array(200).fill('[{}]').join(',')}]`;
      expect(parseJson(large(siblings))).toStrictEqual(JSON.parse(siblings));
      const text = JSON.stringify([`"${'['.repeat(200)}`, '\\', '{'.repeat(200)]);
      expect(parseJson(large(text))).toStrictEqual(JSON.parse(text));
      expect(() => parseJson(large(`["]]]]",${lists(64)}]`))).toThrow('Nested too deeply.');
    });
  });
});
