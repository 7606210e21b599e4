import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** What is to be changed: the subject of a confirmation. Keys may come in any order. */
export interface Change {
  readonly call_log_id: string;
  readonly fields: Readonly<Record<string, string>>;
}

/**
 * How a confirmation was asked for: `asked` went to the person through the host, `told` was handed to the assistant as a
 * token. One is never taken for the other.
 */
export type ConfirmationKind = 'asked' | 'told';

/** What a confirmation is good for: one change, on behalf of the one caller for whom it was made. */
export interface Confirmed {
  readonly kind: ConfirmationKind;
  readonly change: Change;
  /** Who asked for the change, where callers are told apart. */
  readonly principal: string | undefined;
}

/**
 * What became of a confirmation that came back. It counts only when it is certain that it was not used before: `unknown`
 * while that cannot be found out, `forgotten` when nobody can know it any more.
 */
export type Verdict = 'confirmed' | 'expired' | 'used' | 'wrong' | 'unknown' | 'forgotten';

/** Remembers which confirmations were used, by the mark that each one carries. */
export interface UsedMarks {
  /**
   * Takes a mark for good.
   * @param minted when the confirmation was made, and `end` until when it holds, both in milliseconds since 1970
   */
  take(mark: string, minted: number, end: number): Promise<'first' | 'used' | 'unknown' | 'forgotten'>;
}

export interface ConfirmationOptions {
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Where uses are remembered; by this process alone unless given. */
  readonly used?: UsedMarks | undefined;
  /** False: only a host that puts the question to the person may write, and no token stands for a yes. */
  readonly tokens?: boolean;
}

/** Minutes for which a confirmation holds. */
export const CONFIRMATION_MINUTES = 5;
const LIFETIME_MS = CONFIRMATION_MINUTES * 60_000;

/**
 * Short-lived proofs that a question about exactly one change was asked for one caller. They are signed with a key drawn
 * from the account's token, so that replicas of the server take each other's; each is taken once by all who share the marks.
 */
export class Confirmations {
  /** Whether a token may stand for the person's yes where the host cannot ask. */
  readonly tokens: boolean;
  readonly #key: Buffer;
  readonly #now: () => number;
  readonly #used: UsedMarks;

  /** `secret` never appears in what is minted. */
  constructor(secret: string, { now = Date.now, used, tokens = true }: ConfirmationOptions = {}) {
    this.#key = createHmac('sha256', secret).update('convoso-call-logs-mcp confirmation key v2').digest();
    this.#now = now;
    this.#used = used ?? new OwnMarks(now);
    this.tokens = tokens;
  }

  /** A proof for this change and caller and no other, valid for five minutes. */
  mint(subject: Confirmed): string {
    const head = `${(this.#now() + LIFETIME_MS).toString(36)}.${randomBytes(12).toString('base64url')}`;
    return `${head}.${this.#sign(head, subject).toString('base64url')}`;
  }

  /** Takes a proof; the same one is not taken twice. */
  async take(proof: string, subject: Confirmed): Promise<Verdict> {
    const [ending = '', mark = '', signature = ''] = proof.trim().split('.');
    const wanted = this.#sign(`${ending}.${mark}`, subject);
    const given = Buffer.from(signature, 'base64url');
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return 'wrong';
    const end = Number.parseInt(ending, 36);
    if (end < this.#now()) return 'expired';
    const taken = await this.#used.take(mark, end - LIFETIME_MS, end);
    return taken === 'first' ? 'confirmed' : taken;
  }

  #sign(head: string, { kind, change: { call_log_id, fields }, principal }: Confirmed): Buffer {
    const sorted = Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));
    const subject = JSON.stringify([kind, head, principal ?? null, call_log_id, sorted]);
    return createHmac('sha256', this.#key).update(subject).digest();
  }
}

/** The marks that this process has taken, for as long as they could come again. */
export class OwnMarks implements UsedMarks {
  readonly #now: () => number;
  readonly #ends = new Map<string, number>();

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  async take(mark: string, _minted: number, end: number): Promise<'first' | 'used'> {
    const now = this.#now();
    for (const [old, until] of this.#ends) if (until < now) this.#ends.delete(old);
    if (this.#ends.has(mark)) return 'used';
    this.#ends.set(mark, end);
    return 'first';
  }
}
