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

/** What became of a confirmation that came back. */
export type Verdict = 'confirmed' | 'expired' | 'used' | 'wrong';

/** Minutes for which a confirmation holds. */
export const CONFIRMATION_MINUTES = 5;

/**
 * Short-lived proofs that a question about exactly one change was asked. They are signed with a key drawn from the
 * account's token, so that replicas of the server take each other's; each is taken once by a process.
 */
export class Confirmations {
  readonly #key: Buffer;
  readonly #now: () => number;
  /** Marks of those taken, with the second they end at. */
  readonly #used = new Map<string, number>();

  /** `secret` never appears in what is minted. `now` gives milliseconds since 1970. */
  constructor(secret: string, now: () => number = Date.now) {
    this.#key = createHmac('sha256', secret).update('convoso-call-logs-mcp confirmation key v1').digest();
    this.#now = now;
  }

  /** A proof for this change and no other, valid for five minutes. */
  mint(kind: ConfirmationKind, change: Change): string {
    const end = Math.floor(this.#now() / 1000) + CONFIRMATION_MINUTES * 60;
    const head = `${end.toString(36)}.${randomBytes(6).toString('base64url')}`;
    return `${head}.${this.#sign(head, kind, change).toString('base64url')}`;
  }

  /** Takes a proof; the same one is not taken twice. */
  take(proof: string, kind: ConfirmationKind, change: Change): Verdict {
    const [end = '', mark = '', signature = ''] = proof.trim().split('.');
    const wanted = this.#sign(`${end}.${mark}`, kind, change);
    const given = Buffer.from(signature, 'base64url');
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return 'wrong';
    const now = Math.floor(this.#now() / 1000);
    for (const [old, until] of this.#used) if (until < now) this.#used.delete(old);
    if (Number.parseInt(end, 36) < now) return 'expired';
    if (this.#used.has(mark)) return 'used';
    this.#used.set(mark, Number.parseInt(end, 36));
    return 'confirmed';
  }

  #sign(head: string, kind: ConfirmationKind, { call_log_id, fields }: Change): Buffer {
    const sorted = Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));
    const subject = JSON.stringify([kind, head, call_log_id, sorted]);
    return createHmac('sha256', this.#key).update(subject).digest().subarray(0, 16);
  }
}
