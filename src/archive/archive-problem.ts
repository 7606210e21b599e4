import { Failure } from '../util/failure.js';

/** What the archive failed with (`cause`), told apart from what else can fail on the way to an answer. */
export class ArchiveProblem extends Error {
  constructor(cause: unknown) {
    super('the archive failed', { cause });
  }

  /** Why, in full sentences. */
  get why(): string {
    const { cause } = this;
    return cause instanceof Failure ? `${cause.what} ${cause.why}` : 'It failed in an unexpected way.';
  }
}

/** @throws ArchiveProblem for whatever this throws */
export async function fromArchive<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new ArchiveProblem(error);
  }
}

/** These batches. @throws ArchiveProblem for whatever they throw */
export async function* batchesOf<T>(batches: AsyncIterable<T>): AsyncGenerator<T, void> {
  try {
    yield* batches;
  } catch (error) {
    throw new ArchiveProblem(error);
  }
}
