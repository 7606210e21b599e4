import type { SyncReport } from '../archive/sync.js';

/** Milliseconds between two states of the line that a terminal shows. */
const REDRAW_MS = 200;

/** What a sync prints: a line a day, and in a terminal a last line that shows how far it is. */
export class SyncLines implements SyncReport {
  readonly #out: NodeJS.WritableStream;
  readonly #terminal: (NodeJS.WritableStream & { columns?: number }) | undefined;
  #days = 0;
  #done = 0;
  #rows = 0;
  #started = performance.now();
  #drawnAt = 0;

  /** `terminal` is where progress is drawn, when a person looks at it. */
  constructor(
    out: NodeJS.WritableStream,
    terminal: (NodeJS.WritableStream & { columns?: number }) | undefined,
  ) {
    this.#out = out;
    this.#terminal = terminal;
  }

  planned(days: number): void {
    this.#days = days;
    this.#done = 0;
    this.#rows = 0;
    this.#started = performance.now();
    if (days === 0) this.#line('Nothing to read: the archive is up to date.');
  }

  progress(date: string, rows: number, total: number | undefined): void {
    if (this.#terminal === undefined || performance.now() - this.#drawnAt < REDRAW_MS) return;
    this.#drawnAt = performance.now();
    const all = this.#rows + rows;
    const seconds = (performance.now() - this.#started) / 1000;
    const share = this.#done + (total === undefined || total === 0 ? 0 : Math.min(1, rows / total));
    const left = share === 0 ? '' : `, about ${timeWords((seconds / share) * (this.#days - share))} left`;
    const text = `${date}: ${numberWords(rows)}${total === undefined ? '' : ` of ${numberWords(total)}`} calls; day ${this.#done + 1} of ${this.#days}; ${numberWords(all / seconds)} a second${left}`;
    this.#terminal.write(`\r\u001b[2K${text.slice(0, (this.#terminal.columns ?? 80) - 1)}`);
  }

  archived({ date, rows }: { date: string; rows: number }, milliseconds: number): void {
    this.#done += 1;
    this.#rows += rows;
    this.#line(
      `${date}: ${numberWords(rows)} calls archived in ${timeWords(milliseconds / 1000)} (day ${this.#done} of ${this.#days})`,
    );
  }

  missed(date: string, why: string): void {
    this.#done += 1;
    this.#line(`${date}: not archived. ${why}`);
  }

  purged(dates: readonly string[]): void {
    this.#line(`Removed ${dates.length} days that are no longer kept, up to ${dates.at(-1)}.`);
  }

  #line(text: string): void {
    this.#terminal?.write('\r\u001b[2K');
    this.#out.write(`${text}\n`);
  }
}

function numberWords(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

function timeWords(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
