import type { CallLogService, RetrievedPage } from '../../src/convoso/client.js';
import { type ConvosoError, refusalError, stoppedError, transportError } from '../../src/convoso/errors.js';
import { parseJson } from '../../src/convoso/json.js';
import { queryForm, type RetrieveQuery } from '../../src/convoso/query.js';
import { readPage, readRefusal, UnexpectedShape } from '../../src/convoso/wire.js';
import type { Service } from './service.js';

/** Attempts that the client makes at a request that may pass. */
const ATTEMPTS = 4;

/** What the client makes of a service, without a wire in between: the same pages, and the same errors. */
export function inMemory(service: Service, zone?: string): CallLogService {
  let asked = 0;
  return {
    async retrieve(query: RetrieveQuery, { signal } = {}): Promise<RetrievedPage> {
      asked += 1;
      // Timers, such as those of budgets, must have their turn.
      if (asked % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
      if (signal?.aborted === true) throw stoppedError('retrieve', false);
      const form = Object.fromEntries(queryForm(query));
      for (let attempt = 1; ; attempt += 1) {
        const answer = service.answer(form);
        if (answer === 'timeout' || ('status' in answer && answer.status !== 200)) {
          if (attempt < ATTEMPTS) continue;
          throw failure(answer === 'timeout' ? 'timeout' : 'service', 'The service does not answer.');
        }
        if ('status' in answer) throw failure('unreadable', 'The reply is a web page.');
        const json = service.isTextual ? parseJson(answer.text()) : answer.value;
        const refused = readRefusal(json);
        if (refused !== undefined) throw refusalError('retrieve', refused);
        try {
          return readPage(json, zone);
        } catch (error) {
          if (!(error instanceof UnexpectedShape)) throw error;
          throw failure('unreadable', `The reply is not the API’s: ${error.message}.`);
        }
      }
    },
    update: () => Promise.reject(failure('service', 'Nothing is changed here.')),
  };
}

function failure(kind: 'timeout' | 'service' | 'unreadable', why: string): ConvosoError {
  return transportError(kind, 'retrieve', { why, next: 'Try again.' }, 'unknown');
}
