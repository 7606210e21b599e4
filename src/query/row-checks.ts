import type { CallLog } from '../convoso/call-log.js';
import type { AnswerMasks } from '../redact/masks.js';
import type { BoundSql, SqlDialect } from './sql-dialect.js';

/**
 * What calls have to be beside the filters that were sent: it is checked on the rows that were read, in memory or by the
 * database that they are in. Whether a call satisfies it is true, false, or not known (undefined, in SQL null), where the
 * call lacks what it takes to tell.
 */
export interface RowCheck {
  /** The argument that asks for it. */
  readonly name: string;
  /** What was asked for, as answers say it behind the name. */
  readonly value: string;
  /** The field of rows that shows it. */
  readonly field: keyof CallLog;
  /** What calls lack of which it is not known: `no readable date`. */
  readonly lacking: string;
  /** True where a call that lacks it certainly does not count: then it takes nothing away from an answer. */
  readonly lackingIsNo?: true;
  readonly rule: StatusRule | RowRule;
}

/** What decides on an outcome, and nothing else of a call. */
export type StatusFacts = Pick<CallLog, 'status' | 'status_name' | 'call_length'>;

/** A check of the outcome, which is worked out on this side for all places that calls are in. */
interface StatusRule {
  readonly byStatus: (call: StatusFacts) => boolean | undefined;
}

export interface RowRule {
  readonly test: (call: CallLog, masks: AnswerMasks) => boolean | undefined;
  /**
   * The same in SQL; `parameter` names parameters of this check that hold texts, from 0. Absent where the answer depends on
   * what is masked: then calls are looked at one by one.
   */
  readonly sql?: ((dialect: SqlDialect, parameter: (place: number) => string) => BoundSql) | undefined;
}

/** Whether a database can check it. */
export function isInSql({ rule }: RowCheck): boolean {
  return 'byStatus' in rule || rule.sql !== undefined;
}

/** How many of the calls read satisfy all checks. */
export interface Selection {
  readonly checks: readonly RowCheck[];
  readonly read: number;
  readonly satisfied: number;
  /**
   * By check: calls of which it is not known whether they satisfy it, among those that no check rules out. None of them is
   * among the satisfied.
   */
  readonly unknown: readonly number[];
}

/** Checks calls one by one, and keeps count. */
export class CallChecker {
  readonly #checks: readonly RowCheck[];
  readonly #masks: AnswerMasks;
  readonly #unknown: number[];
  #read = 0;
  #satisfied = 0;

  constructor(checks: readonly RowCheck[], masks: AnswerMasks) {
    this.#checks = checks;
    this.#masks = masks;
    this.#unknown = checks.map(() => 0);
  }

  /** True for a call that certainly satisfies all checks. */
  take(call: CallLog): boolean {
    this.#read += 1;
    const verdicts: (boolean | undefined)[] = [];
    for (const { rule } of this.#checks) {
      const verdict = 'test' in rule ? rule.test(call, this.#masks) : rule.byStatus(call);
      if (verdict === false) return false;
      verdicts.push(verdict);
    }
    if (!verdicts.includes(undefined)) {
      this.#satisfied += 1;
      return true;
    }
    for (const [place, verdict] of verdicts.entries()) {
      if (verdict === undefined) this.#unknown[place] = (this.#unknown[place] ?? 0) + 1;
    }
    return false;
  }

  get selection(): Selection {
    return {
      checks: this.#checks,
      read: this.#read,
      satisfied: this.#satisfied,
      unknown: [...this.#unknown],
    };
  }
}

/** What of a selection is not known, in words, by check; nothing where calls that lack something certainly do not count. */
export function selectionDoubts({ checks, read, unknown }: Selection): string[] {
  return checks.flatMap((check, place) => {
    const calls = unknown[place] ?? 0;
    // Where no call at all has it, the service may not give it: then nothing is certain.
    if (calls === 0 || (check.lackingIsNo && calls < read)) return [];
    return [`${check.name}: ${lackingWords(check, calls)}`];
  });
}

/** `12 calls have no readable date and are left out` */
export function lackingWords({ lacking }: RowCheck, calls: number): string {
  return calls === 1
    ? `1 call has ${lacking} and is left out`
    : `${calls} calls have ${lacking} and are left out`;
}

/** A selection as answers and manifests print it. */
export function printedSelection({ checks, read, satisfied, unknown }: Selection) {
  const lacking = checks.flatMap(({ name }, place) =>
    unknown[place] ? [[name, unknown[place]] as const] : [],
  );
  return {
    checked: Object.fromEntries(checks.map(({ name, value }) => [name, value])),
    read,
    satisfied,
    ...(lacking.length === 0 ? {} : { unknown: Object.fromEntries(lacking) }),
  };
}
