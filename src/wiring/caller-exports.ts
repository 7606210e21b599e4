import type { Settings } from '../config/settings.js';
import { CallerExports } from '../export/caller-exports.js';
import type { ToolContext } from '../tools/define-tool.js';

/** Milliseconds between two removals of old exports. */
const SWEEP_MS = 10 * 60_000;

/**
 * The context of a server for callers on other machines: each has exports of its own, within the bounds of the settings.
 */
export function withCallerExports(context: ToolContext, settings: Settings): ToolContext {
  const { exports } = context;
  if (exports === undefined) return context;
  const callers = new CallerExports(exports.directory, {
    files: settings.exportFiles,
    bytes: settings.exportMegabytes * 1_000_000,
    keepMs: settings.exportHours * 3_600_000,
  });
  return { ...context, exports: { ...exports, callers } };
}

/** Removes exports that were kept for long enough, now and every so often. Returns what ends that. */
export function sweepExports({ exports, onUnexpected }: ToolContext): () => void {
  const { callers } = exports ?? {};
  if (callers === undefined) return () => {};
  const sweep = () => void callers.sweep().catch(onUnexpected);
  sweep();
  const timer = setInterval(sweep, SWEEP_MS).unref();
  return () => clearInterval(timer);
}
