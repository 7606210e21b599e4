import type { CallLog, Recording } from '../convoso/call-log.js';
import { present } from '../util/present.js';
import { decoded, replaced } from './decoded.js';

/**
 * Links in text. A recording opens without a login for whoever has its link, and what a link in a text opens nobody can
 * tell: unless recordings may leave, none does, whatever its letter case, its encoding or its scheme.
 */

/** Stands where a link was, and where one to a recording of the call was. */
export const LEFT_OUT = '(link left out)';
const RECORDING_LEFT_OUT = '(recording link left out)';

/** A recording without what opens it or says whose it is: its URLs and its file name. */
export function withoutLinks({ recording_id, type }: Recording): Recording {
  return present({ recording_id, type });
}

/** Shorter texts occur in ordinary ones. */
const MIN_KNOWN = 6;

/** URLs, hosts and file names of a call's recordings, to be found in its other fields. Longest first. */
export function linksOf(call: CallLog): string[] {
  const links = (call.recording ?? []).flatMap(({ src, public_url, filename }) => [
    ...[src, public_url].flatMap((url) => (url === undefined ? [] : [url, hostOf(url)])),
    filename ?? '',
  ]);
  return links.filter(({ length }) => length >= MIN_KNOWN).toSorted((a, b) => b.length - a.length);
}

function hostOf(url: string): string {
  return /^(?:[a-z][a-z\d+.-]*:)?\/*([^/?#\s:]+\.[^/?#\s:]+)/i.exec(url)?.[1] ?? '';
}

const WORD = '[\\p{L}\\p{N}_-]+';
/** Browsers take the full stops of other scripts for dots, too. */
const DOT = '(?:[.\\u3002\\uff0e\\uff61]|\\[\\.\\]|\\(\\.\\))';
const NOT_INSIDE = '(?<![\\p{L}\\p{N}_.@-])';
const PORT = '(?::\\d{1,5})?';
/** What a link goes on with: all that follows it without a space, because browsers differ in where they end one. */
const REST = '\\S';
const LINK = new RegExp(
  [
    // With a scheme; slashes may be turned round or escaped. A single word after it is nobody's address.
    `[a-z][a-z\\d+.-]{0,30}\\s?:\\s?[/\\\\]{1,4}(?!${WORD}(?:[\\s"'<>|)]|$))[^\\s/\\\\]${REST}*`,
    `(?<![\\p{L}\\p{N}:/])[/\\\\]{2,4}${WORD}(?:${DOT}${WORD})+${REST}*`,
    `${NOT_INSIDE}www${DOT}${REST}+`,
    // Without: a host and a path.
    `${NOT_INSIDE}(?:${WORD}(?::[^\\s@]{0,100})?@)?${WORD}(?:${DOT}${WORD})*${DOT}\\p{L}{2,}${PORT}[/?#\\\\]${REST}+`,
    `${NOT_INSIDE}\\d{1,3}(?:\\.\\d{1,3}){3}${PORT}[/?#\\\\]${REST}+`,
    `${NOT_INSIDE}localhost${PORT}[/?#\\\\]${REST}+`,
    // The file of a recording.
    `(?<![^\\s"'<>|])[^\\s"'<>|]+\\.(?:mp3|wav|wave|ogg|oga|opus|m4a|mp4|m4b|webm|gsm|aac|amr|flac|wma|spx|m3u8?)(?![\\p{L}\\p{N}])`,
  ].join('|'),
  'giu',
);

/** What a text without any of these holds no link: no slash, no dot inside a word, nothing encoded. */
const MAY_HOLD = /[/%&\\]|\.[^\s.]|[^\x20-\x7e]/;
/** What surely is no part of a link that it follows. */
const LINK_END = /[\s"'<>|`]/;

/** The text without links, and without those `known` of the call's recordings. */
export function removeLinks(text: string, known: readonly string[]): string {
  if (!MAY_HOLD.test(text)) return text;
  const read = decoded(text);
  const lower = read.text.toLowerCase();
  const found: [from: number, to: number, by: string][] = [];
  for (const match of read.text.matchAll(LINK))
    found.push([match.index, match.index + match[0].length, LEFT_OUT]);
  for (const link of known) {
    const wanted = decoded(link).text.toLowerCase();
    for (let at = lower.indexOf(wanted); at !== -1; at = lower.indexOf(wanted, at + wanted.length)) {
      found.push([at, at + wanted.length, RECORDING_LEFT_OUT]);
    }
  }
  if (found.length === 0) return text;
  found.sort(([a], [b]) => a - b);
  const parts: { from: number; to: number; by: string }[] = [];
  let done = 0;
  for (const [from, to, by] of found) {
    const last = parts.at(-1);
    const end = wholeLink(text, read, to);
    if (last !== undefined && from < done) {
      last.to = Math.max(last.to, end);
      if (by === RECORDING_LEFT_OUT) last.by = by;
    } else parts.push({ from, to: end, by });
    done = parts.at(-1)?.to ?? end;
  }
  return replaced(text, read, parts);
}

/** A blank that is written as an escape does not end a link; punctuation of the sentence does. */
function wholeLink(text: string, { text: read, places }: ReturnType<typeof decoded>, to: number): number {
  let end = to;
  const writtenAt = (at: number) =>
    text[places === undefined ? at : (places.starts[at] ?? text.length)] ?? ' ';
  while (end < read.length && !LINK_END.test(writtenAt(end))) end += 1;
  while (end > 1 && /[.,;:!?)\]}]/.test(read[end - 1] ?? '')) end -= 1;
  return end;
}
