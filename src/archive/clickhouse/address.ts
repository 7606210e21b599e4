import { SettingsError } from '../../config/settings-error.js';
import { keepSecret } from '../../util/secrets.js';

/** Where an archive in ClickHouse is, and who may write it. */
export interface ClickHouseAddress {
  /** Address of the HTTP interface, without credentials. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly database: string;
  /** Words for status and errors, without credentials. */
  readonly place: string;
}

/** Ports of ClickHouse's HTTP interface, which all of its editions have. */
const PORT = '8123';
const TLS_PORT = '8443';

/**
 * Reads `clickhouse://user:password@host:port/database`; `clickhouses://` or `?tls=1` means TLS. The password is kept out
 * of every text from here on.
 * @throws SettingsError
 */
export function parseAddress(text: string): ClickHouseAddress {
  if (!URL.canParse(text)) throw unusable('It is not a URL.');
  const url = new URL(text);
  const username = decoded(url.username);
  const password = decoded(url.password);
  keepSecret(password);
  if (password !== '') keepSecret(`${username}:${password}`);
  if (!/^clickhouses?:$/.test(url.protocol))
    throw unusable('It is not a clickhouse:// or clickhouses:// address.');
  if (url.hostname === '') throw unusable('It names no host.');
  const options = [...url.searchParams.keys()];
  const asksForTls = /^(1|true)$/i.test(url.searchParams.get('tls') ?? '');
  if (url.hash !== '' || options.some((name) => name !== 'tls') || (options.length > 0 && !asksForTls)) {
    throw unusable('After the database it can only say ?tls=1.');
  }
  const database = decoded(url.pathname.slice(1));
  if (!/^\w{1,64}$/.test(database))
    throw unusable('It names no database of letters, digits and underscores.');
  const tls = asksForTls || url.protocol === 'clickhouses:';
  const host = `${url.hostname}:${url.port || (tls ? TLS_PORT : PORT)}`;
  return {
    url: `${tls ? 'https' : 'http'}://${host}`,
    username: username || 'default',
    password,
    database,
    place: `the ClickHouse database ${database} at ${host}`,
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw unusable('A part of it is not written as URLs are: special characters go as %40 and the like.');
  }
}

function unusable(why: string): SettingsError {
  return new SettingsError({
    what: 'CALL_LOGS_ARCHIVE_URL cannot be used.',
    why,
    next: 'Give an address such as clickhouse://user:password@127.0.0.1:8123/archive, or clickhouses:// for TLS.',
  });
}
