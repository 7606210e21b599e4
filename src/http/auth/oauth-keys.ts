import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import type { Log } from '../../util/log.js';
import { fetchJson, IssuerProblem, keysAddress, type OAuthOptions } from './oauth-issuer.js';

/** Keys are fetched anew after this time, so that one the issuer took back stops counting. */
const MAX_AGE_MS = 600_000;
/** Keys are asked for again at most this often when a token names an unknown one. */
const UNKNOWN_KEY_COOLDOWN_MS = 2_000;
/** After the first failure the next caller tries again; from then on the issuer is left alone for so long, doubled up to the most. */
const FIRST_COOLDOWN_MS = 2_000;
const MAX_COOLDOWN_MS = 10_000;
const MAX_KEYS_BYTES = 1_048_576;

/** The keys of the issuer cannot be had: nothing can be said of a token. */
export class KeysUnavailable extends Error {}

type FetchedKeys = { readonly find: JWTVerifyGetKey; readonly at: number };

/**
 * The keys that an issuer signs with, fetched when first needed and shared by all callers, failures included: however many
 * tokens arrive, the issuer is asked seldom. Says once in the log that keys cannot be had and why, and once that they can.
 */
export class IssuerKeys {
  readonly #options: OAuthOptions;
  readonly #log: Log;
  #keys: FetchedKeys | undefined;
  #fetching: Promise<FetchedKeys> | undefined;
  #failures = 0;
  /** Time before which the issuer is not asked again. */
  #restUntil = 0;

  constructor(options: OAuthOptions, log: Log) {
    this.#options = options;
    this.#log = log;
  }

  /** The key for a token. @throws KeysUnavailable; a JOSEError when the issuer has no such key */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    const keys = await this.#current();
    try {
      return await keys.find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      // Perhaps it is new. While the issuer has just been asked, or does not answer, the keys known are all there are.
      if (Date.now() - keys.at < UNKNOWN_KEY_COOLDOWN_MS || Date.now() < this.#restUntil) throw error;
      return (await this.#fetch()).find(header, token);
    }
  };

  async #current(): Promise<FetchedKeys> {
    if (this.#keys !== undefined && Date.now() - this.#keys.at < MAX_AGE_MS) return this.#keys;
    if (Date.now() < this.#restUntil) throw new KeysUnavailable();
    return this.#fetch();
  }

  #fetch(): Promise<FetchedKeys> {
    this.#fetching ??= this.#fetchOnce().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #fetchOnce(): Promise<FetchedKeys> {
    try {
      const address = await keysAddress(this.#options);
      const find = keySet(await fetchJson(address, MAX_KEYS_BYTES), address);
      if (this.#failures > 0) this.#log('warn', 'the keys of the OAuth issuer can be had again');
      this.#failures = 0;
      this.#restUntil = 0;
      this.#keys = { find, at: Date.now() };
      return this.#keys;
    } catch (error) {
      if (this.#failures === 0) {
        this.#log('warn', 'the keys of the OAuth issuer cannot be had: its tokens are answered with 503', {
          reason: error instanceof IssuerProblem ? error.message : String(error),
        });
      } else {
        const rest = FIRST_COOLDOWN_MS * 2 ** (this.#failures - 1);
        this.#restUntil = Date.now() + Math.min(MAX_COOLDOWN_MS, rest);
      }
      this.#failures += 1;
      throw new KeysUnavailable();
    }
  }
}

function keySet(document: unknown, address: URL): JWTVerifyGetKey {
  try {
    return createLocalJWKSet(document as Parameters<typeof createLocalJWKSet>[0]);
  } catch {
    throw new IssuerProblem(`${address.origin}${address.pathname} is not a set of keys (JWKS)`);
  }
}
