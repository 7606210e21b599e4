import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDuckDB } from '../../../src/archive/parquet/engine.js';
import { CLICKHOUSE } from '../../../src/archive/sql/clickhouse.js';
import { DUCKDB } from '../../../src/archive/sql/duckdb.js';
import { FOLDED } from '../../../src/query/forms.js';
import { ClickHouse, HAS_CLICKHOUSE } from '../../support/clickhouse.js';

// Memory and both databases search comments alike: in any letter case, with accents of any making or without.

/** Every letter that has a case, an accent or a mark, a hundred a text; and texts that are put together of several. */
const LETTERS = Array.from({ length: 0x3400 - 0x20 }, (_, i) => i + 0x20)
  .concat(Array.from({ length: 0xffe0 - 0xf900 }, (_, i) => i + 0xf900))
  .map((code) => String.fromCodePoint(code))
  .filter((letter) => /[\p{L}\p{Mn}]/u.test(letter));
const TEXTS = [
  ...Array.from({ length: Math.ceil(LETTERS.length / 100) }, (_, i) =>
    LETTERS.slice(i * 100, (i + 1) * 100).join(' '),
  ),
  'Café, CAFE\u0301 and cafe\u0300\u0301',
  'Straße ÅNGSTRÖM \u212b ﬁn İstanbul ıslak ΣΊΣΥΦΟΣ',
  'Tiếng Việt, Čeština, Ёлка, 한국어, 日本語 が か\u3099, 😀',
  'quotes \' " \\ % _',
  '',
];
const expected = TEXTS.map((text) => [text, FOLDED.key(text)]);

it('folds letters to what people take them for', () => {
  expect(FOLDED.key('Café, CAFE\u0301')).toBe('cafe, cafe');
  expect(FOLDED.key('ΣΊΣΥΦΟΣ σίσυφος')).toBe('σισυφοσ σισυφοσ');
  expect(FOLDED.key('İSTANBUL Ёлка ÅÉ')).toBe('istanbul елка ae');
  expect(FOLDED.key('LAWYER 100 %')).toBe('lawyer 100 %');
});

it('DuckDB folds letters as memory does', async () => {
  const { DuckDBInstance } = await loadDuckDB();
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await connection.run('CREATE TABLE texts (place INTEGER, words VARCHAR)');
    for (const [place, text] of TEXTS.entries())
      await connection.run('INSERT INTO texts VALUES ($place, $text)', { place, text });
    const found = await connection.runAndReadAll(
      `SELECT words, ${FOLDED.sql('words', DUCKDB)} FROM texts ORDER BY place`,
    );
    expect(found.getRowsJS()).toStrictEqual(expected);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
});

describe.skipIf(!HAS_CLICKHOUSE)('ClickHouse', () => {
  let server: ClickHouse;
  beforeAll(async () => {
    server = await ClickHouse.start();
  });
  afterAll(() => server.stop());

  it('folds letters as memory does', async () => {
    const texts = TEXTS.map((text) => `'${text.replace(/[\\']/g, '\\$&')}'`);
    const rows = await server.run(
      `SELECT toJSONString([words, ${FOLDED.sql('words', CLICKHOUSE)}]) FROM
       (SELECT arrayJoin([${texts.join(', ')}]) AS words) FORMAT TSVRaw`,
    );
    expect(rows.split('\n').map((row) => JSON.parse(row))).toStrictEqual(expected);
  });
});
