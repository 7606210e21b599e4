/** Whether the server is alive is told by its answering at all; this is whether it should be sent requests. */
export interface Readiness {
  readonly status: 'ready' | 'degraded' | 'draining';
  /** What works less well than configured, in words. */
  readonly problems: readonly string[];
}

export interface HealthSources {
  readonly draining: () => boolean;
  /** Whether limits are shared; undefined when they are not meant to be. */
  readonly shared: () => boolean | undefined;
}

/** Degraded still means ready: limits then hold per process, and no request is lost. */
export function readiness({ draining, shared }: HealthSources): Readiness {
  const problems =
    shared() === false
      ? ['Redis cannot be reached or answers with errors: limits hold for this process alone.']
      : [];
  if (draining()) return { status: 'draining', problems };
  return { status: problems.length === 0 ? 'ready' : 'degraded', problems };
}
