/** Whether the server is alive is told by its answering at all; this is whether it should be sent requests. */
export interface Readiness {
  readonly status: 'ready' | 'degraded' | 'unavailable' | 'draining';
  /** What works less well than configured, in words. */
  readonly problems: readonly string[];
}

export interface HealthSources {
  readonly draining: () => boolean;
  /** Whether limits are shared; undefined when they are not meant to be. */
  readonly shared: () => boolean | undefined;
  /** Whether the service takes connections. */
  readonly reachable: () => Promise<boolean>;
  /** True when questions can be answered without the service. */
  readonly archive: boolean;
}

/** Degraded still means ready: limits hold per process, or past days are answered, and no request is lost. */
export async function readiness({ draining, shared, reachable, archive }: HealthSources): Promise<Readiness> {
  const reached = await reachable();
  const problems = [
    ...(shared() === false
      ? ['Redis cannot be reached or answers with errors: limits hold for this process alone.']
      : []),
    ...(reached ? [] : ['The Convoso service takes no connection from this server.']),
  ];
  if (draining()) return { status: 'draining', problems };
  if (!reached && !archive) return { status: 'unavailable', problems };
  return { status: problems.length === 0 ? 'ready' : 'degraded', problems };
}

/** HTTP status that tells a load balancer the same. */
export function readinessStatus({ status }: Readiness): 200 | 503 {
  return status === 'ready' || status === 'degraded' ? 200 : 503;
}
