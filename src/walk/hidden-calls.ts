import { ordinalOf, stampOf } from '../account-time/stamps.js';
import type { CallLog } from '../convoso/call-log.js';
import { ConvosoError } from '../convoso/errors.js';
import type { CallLogFilters, RetrieveQuery } from '../convoso/query.js';
import type { CallLogPage } from '../convoso/wire.js';
import { belongs, uncheckable } from '../query/filters.js';
import { formsLike, hasForms, likelyForms, printedForms, printedWords } from '../query/other-forms.js';
import type { ReadingWindow } from './reading-window.js';

export interface HiddenQuestion {
  /** As they were sent, without the window. */
  readonly filters: Omit<CallLogFilters, 'start_time' | 'end_time'>;
  readonly window: ReadingWindow;
  readonly pageSize: number;
  /** Forms that rows are known to print values in. */
  readonly spellings: readonly CallLogFilters[];
  /** Whether the reading met a row with this id. */
  isKnown(id: string): boolean;
  /** @throws ConvosoError */
  retrieve(query: RetrieveQuery): Promise<CallLogPage>;
  /** The newest calls of the question as it was sent. @throws ConvosoError */
  again(): Promise<CallLogPage>;
}

/** Rows looked at of each other form; the newest ones may lie in the minutes beyond the window. */
const FEW = 20;

/**
 * Looks for calls that belong to a question and that the service did not return for it, because it compares texts and they
 * print a value in another form: among the newest calls of the window, asked for without filters, and, where those are not
 * all of its calls, by the forms that are likely. Costs one request, and one for each of those forms.
 * @returns full sentences, none where there are no such calls
 * @throws ConvosoError
 */
export async function hiddenCalls(question: HiddenQuestion): Promise<string[]> {
  const { filters, window, pageSize, isKnown } = question;
  if (!hasForms(filters)) return [];
  const query = {
    ...windowOf(window),
    limit: pageSize,
    offset: 0,
    order: 'desc',
    include_recordings: 0,
  } as const;
  const strangers = ({ calls, carried }: CallLogPage) =>
    calls.filter((call) => !isKnown(call.id) && isInside(call, window) && belongs(call, filters, carried));
  const control = await question.retrieve(query);
  // Calls that do not carry what is asked for do not show whether they belong.
  const tells = uncheckable(filters, control.carried).length === 0;
  let found = tells ? strangers(control) : [];
  if (!tells || !isWhole(control, pageSize)) {
    const forms = [...question.spellings, ...formsLike(control.calls, filters), ...likelyForms(filters, 1)];
    const pages = await Promise.all(
      distinct(forms).map((form) =>
        unlessRefused(question.retrieve({ ...query, ...filters, ...form, limit: FEW })),
      ),
    );
    found = [...found, ...pages.flatMap((page) => (page === undefined ? [] : strangers(page)))];
  }
  if (found.length === 0) return [];
  // Calls may have come in since, which the service does not hide.
  const again = await question.again();
  const shown = new Set(again.calls.map(({ id }) => id));
  return words(
    found.filter(({ id }) => !shown.has(id)),
    filters,
  );
}

function words(hidden: readonly CallLog[], filters: CallLogFilters): string[] {
  const forms = hidden.map((call) => printedForms(call, filters));
  const alike = new Set(hidden.flatMap(({ id }, i) => (Object.keys(forms[i] ?? {}).length === 0 ? [id] : [])))
    .size;
  const leftOut = `The service left out ${alike === 1 ? 'a call' : `${alike} calls`} of this question, which it shows when asked without the filters: its answer is not right.`;
  return [
    ...printedWords(forms).map((said) => `Other calls ${said}; they are not counted here.`),
    ...(alike === 0 ? [] : [leftOut]),
  ];
}

/** True of a page that holds every call there is; a full page may be followed by others, whatever the count says. */
export function isWhole({ received, total_found, malformed }: CallLogPage, limit: number): boolean {
  return received < limit && malformed.length === 0 && total_found !== null && total_found <= received;
}

/** What is asked for of a window. */
export function windowOf({ wide }: ReadingWindow): {
  readonly start_time: string;
  readonly end_time: string;
} {
  return { start_time: stampOf(wide.start), end_time: stampOf(wide.end) };
}

/** Whether a call is certainly of the window. */
export function isInside({ call_date }: CallLog, { asked }: ReadingWindow): boolean {
  const at = call_date === undefined ? undefined : ordinalOf(call_date);
  return at !== undefined && at >= asked.start && at <= asked.end;
}

/** The page of a form; undefined where the service refuses it, as it does values that the account does not have. */
export async function unlessRefused<Page>(page: Promise<Page>): Promise<Page | undefined> {
  try {
    return await page;
  } catch (error) {
    if (error instanceof ConvosoError && error.kind === 'refused') return undefined;
    throw error;
  }
}

/** Each form once. */
export function distinct(forms: readonly CallLogFilters[]): CallLogFilters[] {
  return [...new Map(forms.map((form) => [JSON.stringify(form), form])).values()];
}
