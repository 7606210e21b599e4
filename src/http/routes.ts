/** Where the protocol is served. */
export const MCP_PATH = '/mcp';

export type Route = 'mcp' | 'healthz' | 'readyz' | 'metrics' | 'oauth_metadata' | 'other';

const ROUTES: Readonly<Record<string, Route>> = {
  [MCP_PATH]: 'mcp',
  '/healthz': 'healthz',
  '/readyz': 'readyz',
  '/metrics': 'metrics',
};

/** The route of a request target. A target that is not a plain path (`http://…`, `*`) has none. */
export function routeOf(target: string | undefined, metadataPaths: readonly string[]): Route {
  const path = (target ?? '').split('?', 1)[0] ?? '';
  if (metadataPaths.includes(path)) return 'oauth_metadata';
  return Object.hasOwn(ROUTES, path) ? (ROUTES[path] ?? 'other') : 'other';
}
