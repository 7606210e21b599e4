import { join } from 'node:path';
import { partsOf } from '../export/caller-exports.js';
import type { ExportRequest, WrittenFile } from '../export/export.js';
import type { ResolvedWindow } from '../query/window.js';
import { Failure } from '../util/failure.js';
import type { ExportTarget, FileLink } from './define-tool.js';
import { exportUri, mimeTypeOf } from './export-address.js';

/** Writes to where this caller's files go, within what the caller may keep. */
export async function inRoom<Done>(
  principal: string | undefined,
  { directory, callers }: ExportTarget,
  write: (room: Pick<ExportRequest, 'directory' | 'take'>) => Promise<Done | undefined>,
): Promise<Done | undefined> {
  const room = await callers?.admit(principal);
  let done: Done | undefined;
  try {
    done = await write({ directory: room?.directory ?? directory, take: room?.take });
    return done;
  } finally {
    room?.close(done !== undefined);
  }
}

/** Most links in one answer; what lies beyond is told in words. */
const MAX_LINKS = 10;

/** Where the caller finds the files: by their paths, or by addresses of this server where those would say nothing. */
export function whereabouts(
  { file, manifest, bytes }: Pick<WrittenFile, 'file' | 'manifest' | 'bytes'>,
  { directory, callers }: ExportTarget,
) {
  if (callers === undefined) {
    const [path, manifestPath] = [join(directory, file), join(directory, manifest)];
    return { file: path, manifest: manifestPath, lines: [], addresses: {}, links: [] };
  }
  const parts = partsOf(bytes);
  const uri = exportUri(file);
  const link = (name: string, address: string): FileLink => ({
    uri: address,
    name,
    mimeType: mimeTypeOf(name),
  });
  const wholes = parts === 1 ? [{ ...link(file, uri), size: bytes }] : [];
  const pieces = Array.from({ length: parts === 1 ? 0 : Math.min(parts, MAX_LINKS) }, (_, i) =>
    link(file, exportUri(file, i + 1)),
  );
  const hours = Math.round(callers.keepMs / 3_600_000);
  return {
    file,
    manifest,
    lines: [
      parts === 1
        ? `Read the file as the resource ${uri}, with the credentials of this call: nobody else can.`
        : `Read the file in ${parts} parts, the resources ${exportUri(file, 1)} to ${exportUri(file, parts)}, with the credentials of this call: nobody else can. Together, in order, they are the file.`,
      `It is removed after ${hours === 1 ? 'an hour' : `${hours} hours`}.`,
    ],
    addresses: { uri, manifest_uri: exportUri(manifest), ...(parts === 1 ? {} : { parts }) },
    links: [...wholes, ...pieces, link(manifest, exportUri(manifest))],
  };
}

/** @returns why no file may be written */
export function notOffered(): Failure {
  return new Failure({
    what: 'Nothing was exported.',
    why: 'This server may not write files: CALL_LOGS_EXPORT_DIR is not set.',
    next: 'Have whoever runs this server set CALL_LOGS_EXPORT_DIR, or use summarize_call_logs or search_call_logs.',
  });
}

/** `call-logs_2026-03-01_2026-03-31_20260401T093000Z`: the window and when it was read. */
export function fallbackName(what: string, { start, end, startGiven }: ResolvedWindow, now: Date): string {
  const read = now.toISOString().replace(/[-:]|\.\d+/g, '');
  return `${what}_${startGiven ? start.slice(0, 10) : 'all'}_${end.slice(0, 10)}_${read}`;
}
