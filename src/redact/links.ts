import type { CallLog, Recording } from '../convoso/call-log.js';

/** A recording without what opens it or says whose it is: its URLs and its file name. */
export function withoutLinks({ recording_id, type }: Recording): Recording {
  return { ...(recording_id === undefined ? {} : { recording_id }), ...(type === undefined ? {} : { type }) };
}

/** Short names occur in ordinary text. */
const MIN_LINK_LENGTH = 8;

/** URLs and file names of a call's recordings, to be found in its other fields. Longest first. */
export function linksOf(call: CallLog): string[] {
  const links = (call.recording ?? []).flatMap(({ src, public_url, filename }) =>
    [src, public_url, filename].flatMap((link) => link ?? []),
  );
  return links.filter((link) => link.length >= MIN_LINK_LENGTH).toSorted((a, b) => b.length - a.length);
}
