/** The address of a file of the caller's, or of one of its parts (from 1). */
export function exportUri(name: string, part?: number): string {
  return `call-logs://exports/${encodeURIComponent(name)}${part === undefined ? '' : `~${part}`}`;
}

/** The media type of a file of an export, by its name. */
export function mimeTypeOf(name: string): string {
  if (name.endsWith('.csv')) return 'text/csv';
  return name.endsWith('.ndjson') ? 'application/x-ndjson' : 'application/json';
}
