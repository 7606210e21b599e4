import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loadDuckDB } from '../../../src/archive/parquet/engine.js';
import { CLICKHOUSE } from '../../../src/archive/sql/clickhouse.js';
import { DUCKDB } from '../../../src/archive/sql/duckdb.js';
import { usePhoneCountry } from '../../../src/phone/countries.js';
import { NORTH_AMERICA, phoneKey, useNumberingPlan } from '../../../src/phone/phone.js';
import { PHONE } from '../../../src/query/forms.js';
import { ClickHouse, HAS_CLICKHOUSE } from '../../support/clickhouse.js';
import { PHONE_TEXTS } from '../../support/phones.js';

// Memory and both databases take the same spellings for the same number, whatever the account's country.

const COUNTRIES = ['US', 'GB', 'DE', 'IT', 'RU', 'AU', 'BR'];
const expected = () => PHONE_TEXTS.map((text) => [text, phoneKey(text)]);
afterEach(() => useNumberingPlan(NORTH_AMERICA));

it.each(COUNTRIES)('DuckDB knows the numbers of an account in %s as memory does', async (country) => {
  usePhoneCountry(country);
  const { DuckDBInstance } = await loadDuckDB();
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await connection.run('CREATE TABLE texts (place INTEGER, phone VARCHAR)');
    for (const [place, text] of PHONE_TEXTS.entries())
      await connection.run('INSERT INTO texts VALUES ($place, $text)', { place, text });
    await connection.run('INSERT INTO texts VALUES (1000, NULL)');
    const found = await connection.runAndReadAll(
      `SELECT phone, ${PHONE.sql('phone', DUCKDB)} FROM texts ORDER BY place`,
    );
    expect(found.getRowsJS()).toStrictEqual([...expected(), [null, null]]);
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

  it.each(COUNTRIES)('knows the numbers of an account in %s as memory does', async (country) => {
    usePhoneCountry(country);
    const texts = PHONE_TEXTS.map((text) => `'${text.replace(/[\\']/g, '\\$&')}'`);
    const rows = await server.run(
      `SELECT toJSONString([phone, ${PHONE.sql('phone', CLICKHOUSE)}]) FROM
       (SELECT arrayJoin(CAST([${texts.join(', ')}, NULL] AS Array(Nullable(String)))) AS phone) FORMAT TSVRaw`,
    );
    const found = rows.split('\n').map((row) => JSON.parse(row));
    expect(found).toStrictEqual([...expected(), [null, null]]);
  });
});
