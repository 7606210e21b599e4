import { allHistory, mayGrow, type Window } from '../account-time/stamps.js';
import type { CallLog } from '../convoso/call-log.js';
import type { RequestOptions, RetrievedPage } from '../convoso/client.js';
import { deadlineError } from '../convoso/errors.js';
import type { Account } from '../query/account.js';
import { type ConditionInput, conditionChecks } from '../query/conditions.js';
import { type FilterInput, oneOnly, type PhoneFilter, SEVERAL_FILTERS } from '../query/filters.js';
import { isOneName, type NameSamples, resolveNames, takesName } from '../query/names/name-filters.js';
import { type RowNames, rowNames } from '../query/names/row-names.js';
import { resolvePhones } from '../query/phone-filters.js';
import { hasSeveral, separateValues, type ValueLookup } from '../query/several-values.js';
import { type ResolvedFilters, type ResolvedWindow, resolveFilters } from '../query/window.js';
import { present } from '../util/present.js';
import { isTimeout, timeLimit } from '../util/time-limit.js';
import { SharedReading } from './shared-reading.js';

/** What recent rows tell of the account: what they call things, and how they print numbers. */
interface RecentRows {
  readonly names: RowNames;
  readonly numbers: readonly Pick<CallLog, PhoneFilter>[];
}

/** Rows that names and spellings of numbers are looked up in, and milliseconds for which they count as recent. */
const RECENT_ROWS = 500;
const RECENT_ROWS_FRESH_MS = 3 * 60_000;
/** Reads the newest calls of a window, so many of them. @throws ConvosoError */
type ReadNewest = (window: Window, limit: number, scope: RequestOptions) => Promise<RetrievedPage>;

/** Puts ids, codes, stamps and spellings of numbers where people write names, meanings, time words and numbers. */
export class FilterResolver {
  readonly #account: Account;
  readonly #newest: ReadNewest;
  readonly #recent = new SharedReading<RecentRows>(
    (signal) => this.#rowsOf(allHistory(this.#account.clock.now()), { signal }),
    RECENT_ROWS_FRESH_MS,
  );

  constructor(account: Account, newest: ReadNewest) {
    this.#account = account;
    this.#newest = newest;
  }

  /**
   * Filter arguments as they are sent: names and meanings become ids and codes, dates and time words a window. Names are
   * looked up in the account file and in the newest calls of the account, which are read for it unless that was done in
   * the last minutes; where no name fits, in the newest calls of the window as well.
   * @throws InvalidArguments for a name or date that cannot be used; ConvosoError when those calls cannot be read
   */
  async resolve(input: FilterInput, scope: RequestOptions): Promise<ResolvedFilters> {
    // Dates first: what is wrong with them is said before anything is sent.
    const written = resolveFilters(input, this.#account.clock);
    const samples = this.#nameSamples(written.window, scope);
    for (const name of SEVERAL_FILTERS) {
      const given = written.filters[name];
      if (given !== undefined && (await hasSeveral(name, given, this.#lookup(samples)))) throw oneOnly(name);
    }
    return this.#resolved(written, samples, scope);
  }

  /**
   * The same for questions about many calls: filters may have several values, and there may be conditions. What is not sent
   * is among the `checks`.
   * @throws likewise
   */
  async resolveMany(input: FilterInput & ConditionInput, scope: RequestOptions): Promise<ResolvedFilters> {
    const conditions = conditionChecks(input, this.#account);
    const written = resolveFilters(input, this.#account.clock);
    const samples = this.#nameSamples(written.window, scope);
    const { filters, sent, checks, ...named } = await separateValues(written.filters, this.#lookup(samples));
    const resolved = await this.#resolved({ ...written, filters }, samples, scope);
    const resolvedFrom = resolved.resolvedFrom ?? named.resolvedFrom;
    return {
      ...resolved,
      filters: { ...resolved.filters, ...sent },
      resolvedNames: { ...resolved.resolvedNames, ...named.resolvedNames },
      ...(resolvedFrom === undefined ? {} : { resolvedFrom }),
      checks: [...checks, ...conditions],
    };
  }

  #lookup(samples: NameSamples): ValueLookup {
    const { names } = this.#account;
    return {
      isOneName: async (filter, text) => takesName(filter) && (await isOneName(filter, text, names, samples)),
      resolve: (filters) => resolveNames(filters, names, samples),
    };
  }

  #nameSamples(window: ResolvedWindow, scope: RequestOptions): NameSamples {
    // Whatever the window's newest calls are, while it grows they are among the account's newest.
    const grows = mayGrow(window.end, this.#account.clock.zone, this.#account.clock.now());
    let ofWindow: Promise<RecentRows> | undefined;
    const readWindow = async () => {
      ofWindow ??= this.#rowsOf(window, scope);
      return (await ofWindow).names;
    };
    return {
      recent: async () => (await this.#recentRows(scope)).names,
      ofWindow: async () => (grows ? undefined : readWindow()),
    };
  }

  async #resolved(
    { filters: written, window }: ResolvedFilters,
    samples: NameSamples,
    scope: RequestOptions,
  ): Promise<ResolvedFilters> {
    const named = await resolveNames(written, this.#account.names, samples);
    const { filters, sent, spellings } = await resolvePhones(
      named.filters,
      async () => (await this.#recentRows(scope)).numbers,
    );
    return { window, ...named, filters, resolvedNames: { ...named.resolvedNames, ...sent }, spellings };
  }

  /** What the newest calls of the account tell; those who ask at once share one reading, each for as long as it has time. */
  async #recentRows({ signal, deadline }: RequestOptions): Promise<RecentRows> {
    if (deadline === undefined) return this.#recent.get(signal);
    const limit = timeLimit(deadline - performance.now(), signal);
    try {
      return await this.#recent.get(limit.signal);
    } catch (error) {
      throw isTimeout(limit.signal.reason) ? deadlineError('retrieve', 'not_sent', { cause: error }) : error;
    } finally {
      limit.clear();
    }
  }

  /** What the newest calls of a window call things, and how they print numbers. @throws ConvosoError */
  async #rowsOf(window: Window, scope: RequestOptions): Promise<RecentRows> {
    const page = await this.#newest(window, RECENT_ROWS, scope);
    const masks = this.#account.masks.forAnswer();
    this.#account.names.learn(page.calls, masks);
    const numbers = page.calls.map(({ phone_number, number_dialed }) =>
      present({ phone_number, number_dialed }),
    );
    return { names: rowNames(page, masks), numbers };
  }
}
