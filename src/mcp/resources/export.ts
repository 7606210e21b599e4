import { exportUri, mimeTypeOf } from '../../tools/export-address.js';
import type { ResourceTemplate } from './resource.js';

/**
 * A file that export_call_logs wrote for the caller who reads it: over HTTP, where the caller has no other way to it. Large
 * files are read in parts, `name.csv~1` and so on, which make up the file when they are put together in order.
 */
export const exportedFile: ResourceTemplate = {
  name: 'export',
  title: 'An exported file',
  description: 'A file of export_call_logs, for the caller who exported it',
  uriTemplate: 'call-logs://exports/{file}',
  variable: 'file',
  isOffered: ({ exports }) => exports?.callers !== undefined,
  async read(value, { exports }, { principal }) {
    const [, name = '', part] = /^(.*?)(?:~(\d{1,6}))?$/s.exec(decoded(value)) ?? [];
    const found = await exports?.callers?.read(
      principal,
      name,
      part === undefined ? undefined : Number(part),
    );
    if (found === undefined) return 'missing';
    if ('text' in found) return { text: found.text, mimeType: mimeTypeOf(name) };
    return {
      problem: `The file was not read.\nWhy: it has ${found.bytes} bytes, too many for one answer.\nNext: read its ${found.parts} parts, ${exportUri(name, 1)} to ${exportUri(name, found.parts)}; together, in order, they are the file.`,
    };
  },
  suggest: () => [],
};

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return '';
  }
}
