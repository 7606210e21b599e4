import { ordinalOf } from '../account-time/stamps.js';
import type { ZoneOffsets } from '../account-time/zone-offsets.js';
import type { CallLog } from '../convoso/call-log.js';
import { codeKey } from '../convoso/status-key.js';
import type { StatusBook, StatusKind } from '../convoso/statuses.js';
import { phoneKey } from '../phone/phone.js';
import { FILTERS, mismatches } from '../query/filters.js';
import type { RowCheck } from '../query/row-checks.js';
import type { ResolvedFilters } from '../query/window.js';
import type { AnswerMasks } from '../redact/masks.js';

/** Whether something is so: `maybe` where the log does not say. */
export type Sure = 'yes' | 'maybe' | 'no';

/** What every screen needs of a call, worked out once. */
export interface SeenCall {
  readonly id: string;
  readonly callDate: string;
  /** Account time, as an ordinal (account-time/stamps.ts). */
  readonly ordinal: number;
  /** Between which instants it was placed, seconds; where no zone is known, an hour apart that a change of clock may be. */
  readonly earliest: number;
  readonly latest: number;
  readonly place: 'before' | 'inside' | 'after';
  /** Whether it is inside the window and satisfies the filters: a finding is shown for such a call. */
  readonly isAsked: boolean;
  readonly direction: 'outbound' | 'inbound' | 'other' | 'unknown';
  /** Whether it is dialed by the dialer: a call that an agent dials by hand is not. */
  readonly isDialers: boolean;
  /** Whether the call was an attempt to reach a number. */
  readonly attempt: Sure;
  readonly kind: StatusKind;
  /** Key (phone/phone.ts) of the number called or, coming in, calling. */
  readonly number: string | undefined;
  readonly campaign: string | undefined;
  readonly lead: string | undefined;
  readonly call: CallLog;
}

/** A call kept because a finding rests on it. */
export type KeptCall = Pick<
  SeenCall,
  'id' | 'callDate' | 'ordinal' | 'earliest' | 'latest' | 'isAsked' | 'campaign' | 'lead'
> & { readonly attempt: Sure };

export function kept(call: SeenCall): KeptCall {
  const { id, callDate, ordinal, earliest, latest, isAsked, campaign, lead, attempt } = call;
  return { id, callDate, ordinal, earliest, latest, isAsked, campaign, lead, attempt };
}

/** Without a zone two dates may be this much further apart, or closer, than they read. */
const CLOCK_CHANGE = 3600;

/** A call without the field of a filter does not satisfy it. */
const CARRIED: ReadonlySet<string> = new Set(Object.keys(FILTERS));

/** Reads the calls of the evidence for the screens. */
export class CallReader {
  /** Calls whose date cannot be placed in account time: no screen has them. */
  undated = 0;
  /** The filters' fields that calls carried. */
  readonly carried = new Set<string>();
  readonly #start: number;
  readonly #end: number;
  readonly #filters: ResolvedFilters['filters'] | undefined;
  readonly #names: readonly string[];
  readonly #checks: readonly RowCheck[];
  readonly #masks: AnswerMasks;
  readonly #book: StatusBook;
  readonly #clock: ZoneOffsets | undefined;

  constructor(
    { filters, window, checks = [] }: Pick<ResolvedFilters, 'filters' | 'window' | 'checks'>,
    book: StatusBook,
    clock: ZoneOffsets | undefined,
    masks: AnswerMasks,
  ) {
    this.#start = ordinalOf(window.start) ?? 0;
    this.#end = ordinalOf(window.end) ?? 0;
    const { start_time: _start, end_time: _end, ...own } = filters;
    this.#names = Object.keys(own);
    this.#filters = this.#names.length === 0 ? undefined : own;
    this.#checks = checks;
    this.#masks = masks;
    this.#book = book;
    this.#clock = clock;
  }

  /** Filters that no call carries a value for: they cannot choose findings. */
  get uncarried(): readonly string[] {
    const checked = this.#checks.filter(({ field }) => !this.carried.has(field)).map(({ name }) => name);
    return [...this.#names.filter((name) => !this.carried.has(name)), ...checked];
  }

  read(call: CallLog): SeenCall | undefined {
    const ordinal = call.call_date === undefined ? undefined : ordinalOf(call.call_date);
    if (ordinal === undefined || call.call_date === undefined) {
      this.undated += 1;
      return undefined;
    }
    this.#noteCarried(call);
    const place = ordinal < this.#start ? 'before' : ordinal > this.#end ? 'after' : 'inside';
    const kind = this.#book.kindOf(call);
    const type = call.call_type === undefined ? undefined : codeKey(call.call_type);
    const direction = DIRECTIONS.get(type) ?? 'unknown';
    const party = direction === 'inbound' ? call.phone_number : (call.number_dialed ?? call.phone_number);
    return {
      id: call.id,
      callDate: call.call_date,
      ordinal,
      ...(this.#clock?.instantsOf(ordinal) ?? { earliest: ordinal, latest: ordinal + CLOCK_CHANGE }),
      place,
      isAsked: place === 'inside' && this.#satisfies(call),
      direction,
      isDialers: type === 'OUTBOUND',
      attempt: attemptOf(direction, kind),
      kind,
      number: party === undefined ? undefined : phoneKey(party),
      campaign: call.campaign_id,
      lead: call.lead_id,
      call,
    };
  }

  #satisfies(call: CallLog): boolean {
    if (this.#filters !== undefined && mismatches(call, this.#filters, CARRIED).length > 0) return false;
    return this.#checks.every(
      ({ rule }) => ('test' in rule ? rule.test(call, this.#masks) : rule.byStatus(call)) === true,
    );
  }

  #noteCarried(call: CallLog): void {
    const fields = [...this.#names, ...this.#checks.map(({ field }) => field)];
    for (const field of fields) if (call[field as keyof CallLog] !== undefined) this.carried.add(field);
  }
}

/** Third parties that an agent brings in are no attempts to reach a lead. */
const DIRECTIONS: ReadonlyMap<string | undefined, SeenCall['direction']> = new Map([
  ['OUTBOUND', 'outbound'],
  ['MANUAL', 'outbound'],
  ['INBOUND', 'inbound'],
  ['3WAY', 'other'],
]);

/** A call that was blocked may never have left the dialer, and one without a direction may have come in. */
function attemptOf(direction: SeenCall['direction'], { group }: StatusKind): Sure {
  if (direction === 'unknown') return 'maybe';
  if (direction !== 'outbound') return 'no';
  return group === 'blocked' ? 'maybe' : 'yes';
}
