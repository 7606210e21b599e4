import { createMcpHandler, type McpHttpHandler, type McpServer } from '@modelcontextprotocol/server';
import { type Caller, type ServerOptions, serverFactory } from '../mcp/server.js';
import type { Log } from '../util/log.js';
import type { Authentication } from './auth/authentication.js';
import { InFlight } from './in-flight.js';
import { createScopeRule, type ScopeRule } from './messages.js';

/** What a reload replaces: who may call, and what is called. */
export interface ServingOptions {
  /** Absent on a server that serves this machine alone. */
  readonly authentication: Authentication | undefined;
  readonly mcp: ServerOptions;
}

/** The same, ready to serve. A request is served to its end by what it began with. */
export interface Serving {
  readonly authentication: Authentication | undefined;
  readonly scopeRule: ScopeRule;
  readonly handler: McpHttpHandler;
  /** A server for one request. */
  readonly newServer: (caller: Caller) => McpServer;
  /** The requests that it is serving. */
  readonly inFlight: InFlight;
}

/** Prepares what is needed to serve requests with these options. Errors of the protocol go to the log, at `debug`. */
export function createServing({ authentication, mcp }: ServingOptions, log: Log): Serving {
  const newServer = serverFactory(mcp);
  return {
    authentication,
    scopeRule: createScopeRule(mcp.tools),
    newServer,
    handler: createMcpHandler(newServer, {
      onerror: (error) => log('debug', 'protocol error', { error: error.message }),
    }),
    inFlight: new InFlight(),
  };
}
