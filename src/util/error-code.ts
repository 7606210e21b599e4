/** The code of an error of the system, such as `ENOENT`; blank for an error without one, and for what is no error. */
export function errorCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

/** The first code found on an error or, for the several addresses of one host, on the errors inside; blank without one. */
export function firstErrorCode(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const inner = error instanceof AggregateError ? error.errors : [error.cause];
  return errorCode(error) || (inner.map(firstErrorCode).find((code) => code !== '') ?? '');
}

/** The words for a file that cannot be opened or written, with the code where there is one. */
export function withCode(words: string, error: unknown): string {
  return `${words} (${errorCode(error) || 'error'}).`;
}
