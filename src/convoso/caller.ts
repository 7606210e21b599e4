import { AsyncLocalStorage } from 'node:async_hooks';

const callers = new AsyncLocalStorage<string>();

/**
 * Runs work for one of several callers, so that what it sends to the service is counted as that caller's. A context and not
 * an argument: between the HTTP request and the request upstream stand all tools, walks and caches, none of which has a use
 * for it, and none of which can forget to hand it on this way.
 */
export function runForCaller<T>(caller: string, work: () => T): T {
  return callers.run(caller, work);
}

/** Whose work this is; undefined where there is one caller only, or none. */
export function currentCaller(): string | undefined {
  return callers.getStore();
}
