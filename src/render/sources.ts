import type { Provenance, SourceSpan } from '../calls/source.js';

/** Stretches told one by one; more of them are told in one breath. */
export const MAX_SPANS = 6;

/** Where the calls of an answer come from and how old their reading is; nothing where there is but one place. */
export function sourceLines(provenance: Provenance | undefined, now: Date): string[] {
  if (provenance === undefined) return [];
  const { stretches, remark } = provenance;
  const archived = stretches.filter(({ source }) => source === 'archive');
  const words =
    stretches.length > MAX_SPANS ? together(stretches, now) : stretches.map((one) => stretchWords(one, now));
  return [
    `Source: ${words.length === 0 ? 'none' : words.join(', ')}.${
      archived.length === 0
        ? ''
        : ' Archived calls are as they were when read: later changes are not in them.'
    }`,
    ...(remark === undefined ? [] : [remark]),
  ];
}

function stretchWords(stretch: SourceSpan, now: Date): string {
  const { source, start, end } = stretch;
  const days = start === end ? start : `${start} to ${end}`;
  return source === 'live' ? `live ${days}` : `archive ${days} (${ageWords([stretch], now)})`;
}

function together(stretches: readonly SourceSpan[], now: Date): string[] {
  const archived = stretches.filter(({ source }) => source === 'archive');
  const live = stretches.length - archived.length;
  const [first] = archived;
  const last = archived.at(-1);
  return [
    `archive ${archived.length} stretches of ${first?.start} to ${last?.end} (${ageWords(archived, now)})`,
    ...(live === 0 ? [] : [`live the ${live} stretches beside them`]),
  ];
}

/** `read 3 h to 2 d ago`. */
function ageWords(stretches: readonly SourceSpan[], now: Date): string {
  const ages = stretches.flatMap(({ readAt, lastReadAt }) => [readAt, lastReadAt]).map((at) => age(at, now));
  const [youngest, oldest] = [words(Math.min(...ages)), words(Math.max(...ages))];
  return `read ${youngest === oldest ? oldest : `${youngest} to ${oldest}`} ago`;
}

/** Minutes since a moment; none when the clock was set back since. */
function age(at: string, now: Date): number {
  return Math.max(0, Math.floor((now.getTime() - Date.parse(at)) / 60_000));
}

function words(minutes: number): string {
  if (minutes < 120) return `${minutes} min`;
  return minutes < 2 * 24 * 60 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / (24 * 60))} d`;
}
