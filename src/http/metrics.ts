import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { UpstreamAttempt } from '../convoso/client.js';
import type { ToolCallRecord } from '../mcp/server.js';
import type { Route } from './routes.js';

const METHODS = new Set(['GET', 'POST', 'DELETE', 'OPTIONS', 'HEAD']);
/** Milliseconds for which the text holds: making it takes longer than any other answer. */
const TEXT_HOLDS_MS = 1_000;
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** One answered, or abandoned, request. */
export interface ServedRequest {
  readonly route: Route;
  readonly method: string;
  /** 499 when the client went away before the answer. */
  readonly status: number;
  readonly milliseconds: number;
}

/**
 * What `/metrics` shows. Every label has a small fixed set of values: nothing of a caller, an argument or a call ever
 * becomes one.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests = this.#counter('http_requests_total', 'HTTP requests', ['route', 'method', 'status']);
  readonly #requestSeconds = this.#histogram(
    'http_request_duration_seconds',
    'Time to the end of the answer',
    ['route'],
  );
  readonly #toolCalls = this.#counter('tool_calls_total', 'Calls of tools', ['tool', 'outcome']);
  readonly #toolSeconds = this.#histogram('tool_call_duration_seconds', 'Time of a call of a tool', ['tool']);
  readonly #upstream = this.#counter('upstream_requests_total', 'Attempts at requests to the Call Logs API', [
    'endpoint',
    'outcome',
    'status',
  ]);
  readonly #upstreamSeconds = this.#histogram(
    'upstream_request_duration_seconds',
    'Time of one such attempt',
    ['endpoint'],
  );
  readonly #retries = this.#counter(
    'upstream_retries_total',
    'Attempts after the first at the same request',
    ['endpoint'],
  );

  #text: { readonly at: number; readonly body: Promise<Buffer> } | undefined;

  /**
   * @param gauges read when asked for: requests being served, and whether limits are shared (undefined when they are
   * not meant to be)
   */
  constructor(gauges: { inFlight: () => number; shared: () => boolean | undefined }) {
    collectDefaultMetrics({ register: this.#registry });
    this.#gauge('http_requests_in_flight', 'Requests being served', gauges.inFlight);
    if (gauges.shared() !== undefined) {
      this.#gauge(
        'shared_limits',
        '1 while limits are shared through Redis, 0 while they hold per process',
        () => (gauges.shared() ? 1 : 0),
      );
    }
  }

  request({ route, method, status, milliseconds }: ServedRequest): void {
    this.#requests.inc({ route, method: METHODS.has(method) ? method : 'other', status: String(status) });
    this.#requestSeconds.observe({ route }, milliseconds / 1000);
  }

  toolCall({ tool, outcome, milliseconds }: ToolCallRecord): void {
    this.#toolCalls.inc({ tool, outcome });
    this.#toolSeconds.observe({ tool }, milliseconds / 1000);
  }

  upstreamAttempt({ endpoint, outcome, status, milliseconds, retry }: UpstreamAttempt): void {
    this.#upstream.inc({ endpoint, outcome, status: status === undefined ? 'none' : String(status) });
    this.#upstreamSeconds.observe({ endpoint }, milliseconds / 1000);
    if (retry) this.#retries.inc({ endpoint });
  }

  /** The metrics in Prometheus' text form, and its media type; made at most once a second, however often it is asked for. */
  async text(): Promise<{ body: Buffer; contentType: string }> {
    const now = performance.now();
    if (this.#text === undefined || now - this.#text.at >= TEXT_HOLDS_MS) {
      const body = this.#registry.metrics().then((text) => Buffer.from(text));
      this.#text = { at: now, body };
    }
    return { body: await this.#text.body, contentType: this.#registry.contentType };
  }

  #counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ name: `call_logs_${name}`, help, labelNames, registers: [this.#registry] });
  }

  #histogram(name: string, help: string, labelNames: string[]): Histogram {
    const registers = [this.#registry];
    return new Histogram({ name: `call_logs_${name}`, help, labelNames, buckets: SECONDS, registers });
  }

  #gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name: `call_logs_${name}`,
      help,
      registers: [this.#registry],
      collect() {
        this.set(read());
      },
    });
  }
}
