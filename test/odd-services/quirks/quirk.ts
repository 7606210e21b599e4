import type { Season, StampWindow, TrueCall } from '../floor.js';
import type { Hooks, Setting } from '../service.js';

export type Kind =
  | 'dates'
  | 'windows'
  | 'order'
  | 'ties'
  | 'paging'
  | 'totals'
  | 'replicas'
  | 'filters'
  | 'rows'
  | 'changes'
  | 'envelopes'
  | 'failures'
  | 'clock changes';

/** One way in which a service differs from a faithful one. */
export interface Quirk {
  readonly name: string;
  readonly kind: Kind;
  hooks(setting: Setting): Hooks;
  /** It changes nothing that a reading rests on: the answer must be complete all the same. */
  readonly harmless?: boolean;
  /** Rows that every page has beyond the limit. */
  readonly surplus?: number;
  /** Names of the questions (questions.ts) that it is about; default: all calls, and those of a status. */
  readonly questions?: readonly string[];
  /** Days on which it shows. */
  readonly season?: Season;
  /** Calls of the largest floor that can be read in reasonable time. */
  readonly largest?: number;
  /**
   * Why every reply can be the one that a faithful service with fewer calls would send. Only a reading whose own replies
   * were such ones is excused by it.
   */
  readonly undetectable?: string;
  /** The same for search pages alone, which ask for the window as it is; readings of many calls ask wider. */
  readonly undetectableInPages?: string;
  /** Calls of which the printed dates do not say whether they are inside the window: right with them and without. */
  either?(call: TrueCall, window: StampWindow): boolean;
}

/** A quirk whose hooks need nothing of the setting. */
export function simple(kind: Kind, name: string, hooks: Hooks, more: Partial<Quirk> = {}): Quirk {
  return { name, kind, hooks: () => hooks, ...more };
}
