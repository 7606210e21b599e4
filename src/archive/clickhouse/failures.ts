import { ClickHouseError } from '@clickhouse/client';
import { errorCode } from '../../util/error-code.js';
import { Failure } from '../../util/failure.js';
import type { ClickHouseAddress } from './address.js';

/** ClickHouse's own error codes that have something particular to say. */
const CODE = {
  unknownTable: '60',
  unknownDatabase: '81',
  timeExceeded: '159',
  readOnly: '164',
  unknownUser: '192',
  wrongPassword: '193',
  passwordNeeded: '194',
  tooManyQueries: '202',
  memoryExceeded: '241',
  tableIsReadOnly: '242',
  diskFull: '243',
  /** What statements about calls say of themselves (population.ts). */
  incomplete: '395',
  accessDenied: '497',
  authenticationFailed: '516',
} as const;

const REFUSED_CREDENTIALS: ReadonlySet<string> = new Set([
  CODE.unknownUser,
  CODE.wrongPassword,
  CODE.passwordNeeded,
  CODE.authenticationFailed,
]);

/** What goes over the network and did not arrive, or was cut off: worth another try. */
const LOST_CONNECTION: ReadonlySet<string> = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ECONNABORTED']);
const UNRESOLVED: ReadonlySet<string> = new Set(['ENOTFOUND', 'EAI_AGAIN']);
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL|^EPROTO$/;

/** True when the same statement may well succeed a moment later. Every statement here may be sent twice. */
export function isPassing(error: unknown): boolean {
  // The next server, or the same one a moment later, may hold everything.
  if (error instanceof ClickHouseError)
    return error.code === CODE.tooManyQueries || error.code === CODE.incomplete;
  return LOST_CONNECTION.has(errorCode(error)) || /socket hang up/.test(messageOf(error));
}

/** True when the database has none of the archive's tables. */
export function isWithoutTables(error: unknown): boolean {
  return error instanceof ClickHouseError && error.code === CODE.unknownTable;
}

/** Any error of the client, in words. Nothing that the server printed is repeated but the name of its error. */
export function clickHouseFailure(error: unknown, { place, url, database }: ClickHouseAddress): Failure {
  if (error instanceof Failure) return error;
  const failure = (why: string, next: string) =>
    new Failure({ what: `The archive in ${place} did not answer.`, why, next }, { cause: error });
  if (error instanceof ClickHouseError) return refusal(error, database, failure);
  const code = errorCode(error);
  if (UNRESOLVED.has(code)) {
    return failure('Its host name is not known.', 'Correct the host in CALL_LOGS_ARCHIVE_URL.');
  }
  if (code === 'ECONNREFUSED') {
    return failure(
      'Nothing listens there.',
      'Start ClickHouse, or correct the host and port in CALL_LOGS_ARCHIVE_URL (the HTTP interface: 8123, with TLS 8443).',
    );
  }
  if (CERTIFICATE.test(code)) {
    return failure(
      'Its TLS certificate is not trusted, or it does not speak TLS.',
      'Name its certificate authority in NODE_EXTRA_CA_CERTS, or correct CALL_LOGS_ARCHIVE_URL.',
    );
  }
  if (
    code === 'ETIMEDOUT' ||
    code === 'EHOSTUNREACH' ||
    code === 'ENETUNREACH' ||
    /^Timeout error/.test(messageOf(error))
  ) {
    return tookTooLong({ place }, error);
  }
  if (isPassing(error) || code === 'ERR_STREAM_PREMATURE_CLOSE' || /aborted/.test(messageOf(error))) {
    return failure('The connection was lost.', 'Try again; nothing that was archived is lost.');
  }
  return failure(
    'What came back is no whole answer of ClickHouse’s HTTP interface.',
    `See what answers at ${url}: the port must be the one of the HTTP interface (8123, with TLS 8443).`,
  );
}

/** Nothing came back in time. */
export function tookTooLong({ place }: Pick<ClickHouseAddress, 'place'>, cause: unknown): Failure {
  return new Failure(
    {
      what: `The archive in ${place} did not answer.`,
      why: 'It took too long.',
      next: 'See whether it is up and how busy it is, then try again.',
    },
    { cause },
  );
}

type Words = (why: string, next: string) => Failure;

function refusal({ code, type }: ClickHouseError, database: string, failure: Words): Failure {
  if (REFUSED_CREDENTIALS.has(code)) {
    return failure(
      'It refused the user name or the password.',
      'Correct them in CALL_LOGS_ARCHIVE_URL; special characters in a password go as %40 and the like.',
    );
  }
  switch (code) {
    case CODE.unknownDatabase:
      return failure(
        `It has no database ${database}.`,
        `Run CREATE DATABASE ${database} there, then convoso-call-logs-mcp archive init.`,
      );
    case CODE.unknownTable:
      return failure('It has no tables of an archive.', 'Run convoso-call-logs-mcp archive init.');
    case CODE.accessDenied:
    case CODE.readOnly:
      return failure(
        'Its user may not do this.',
        'Grant it SELECT, INSERT, CREATE TABLE, ALTER DELETE and OPTIMIZE on the database, and the right to change settings (readonly = 0).',
      );
    case CODE.incomplete:
      return failure(
        'A server of it does not hold all calls of the question: they were replaced or removed meanwhile, or have not arrived there yet.',
        'Ask again; if it lasts, see which replica is behind.',
      );
    case CODE.memoryExceeded:
      return failure(
        'The question needed more memory than it may have.',
        'Narrow the window or the filters, or group by something with fewer values.',
      );
    case CODE.timeExceeded:
      return failure(
        'The question took too long.',
        'Narrow the window or the filters, or give ClickHouse more cores.',
      );
    case CODE.diskFull:
    case CODE.tableIsReadOnly:
      return failure(
        'Its disk is full, or its tables cannot be written now.',
        'Make room there or repair it, then sync again; the days archived before stand.',
      );
    default:
      return failure(
        `It reports error ${code} (${/^[A-Z0-9_]+$/.test(type ?? '') ? type : 'unnamed'}).`,
        'Look the error up in the log of ClickHouse.',
      );
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : '';
}
