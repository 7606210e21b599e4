/**
 * The one shape of every failure that a person or a model can meet: what failed, why, and what to do next.
 * Each part is a full sentence. None may hold a secret, a stack or a raw upstream body.
 */
export class Failure extends Error {
  readonly what: string;
  readonly why: string;
  readonly next: string;

  constructor(parts: { what: string; why: string; next: string }, options?: { cause?: unknown }) {
    super(`${parts.what} ${parts.why} ${parts.next}`, options);
    this.name = new.target.name;
    this.what = parts.what;
    this.why = parts.why;
    this.next = parts.next;
  }
}

/** The caller's arguments cannot be used as they are. Nothing was sent upstream. */
export class InvalidArguments extends Failure {}
