import { ordinalOf, stampOf, type Window } from '../../account-time/stamps.js';
import { type Audit, audit, evidenceWindow } from '../../audit/audit.js';
import { type CheckName, rulesOf } from '../../audit/rules.js';
import { answerFrom, type Provenance, type SourceChoice } from '../../calls/source.js';
import type { FilterInput } from '../../query/filters.js';
import { type AccountClock, type ResolvedFilters, resolveFilters } from '../../query/window.js';
import type { Completeness } from '../../walk/completeness.js';
import type { CallScope, ToolContext } from '../define-tool.js';
import { walkScope } from './population.js';

/** Screens that were made, and the reading that they rest on. */
export interface RunAudit {
  readonly made: Audit;
  /** The filters and the window that choose findings. */
  readonly resolved: ResolvedFilters;
  /** The window that was read. */
  readonly evidence: Window;
  readonly completeness: Completeness;
  readonly provenance: Provenance | undefined;
}

/**
 * Makes screens over the account: the evidence is read without filters, which choose the findings.
 * @throws InvalidArguments for filters that cannot be used; ConvosoError; Failure of the source
 */
export async function runAudit(
  args: FilterInput & { readonly source: SourceChoice },
  checks: readonly CheckName[],
  { calls, source, account }: ToolContext,
  scope: CallScope,
): Promise<RunAudit> {
  const resolved = await calls.resolve({ ...args, ...auditWindow(args, account.clock) }, scope);
  const rules = rulesOf(account.audit);
  const evidence = evidenceWindow(checks, resolved.window, rules, account.clock);
  const read = await answerFrom(
    source,
    [
      { filters: { start_time: evidence.start, end_time: evidence.end }, includeRecordings: false },
      walkScope(scope),
      args.source,
    ],
    async (reading) => ({
      made: await audit(reading, checks, resolved, evidence, account, rules),
      completeness: reading.completeness,
      provenance: reading.provenance,
    }),
  );
  return { ...read, resolved, evidence };
}

const DAY = 86_400;

/** The window of the arguments; without a start, 30 whole days up to yesterday or to the end that was given. */
function auditWindow(
  { start_time, end_time }: FilterInput,
  clock: AccountClock,
): Pick<FilterInput, 'start_time' | 'end_time'> {
  if (start_time !== undefined) return { start_time, end_time };
  if (end_time === undefined && clock.zone !== undefined)
    return { start_time: '-30d', end_time: 'yesterday' };
  // Without a zone, the day that is over everywhere on earth: 12 hours behind UTC it is over last.
  const slowest = Math.floor(clock.now().getTime() / 1000) - 12 * 3600;
  const last =
    end_time === undefined
      ? Math.floor(slowest / DAY) - 1
      : Math.floor((ordinalOf(resolveFilters({ end_time }, clock).window.end) ?? 0) / DAY);
  return {
    start_time: stampOf((last - 29) * DAY),
    end_time: end_time ?? stampOf((last + 1) * DAY - 1),
  };
}

/** What every screen of an answer rests on: a sentence. */
export function restsOnWords({ start, end }: Window, { complete, unique }: Completeness): string {
  return complete
    ? `all ${unique} calls of the account from ${start} to ${end}.`
    : `the ${unique} calls that were read of ${start} to ${end}, which is NOT COMPLETE: calls that were not read may add findings, and what is not found here may still be there.`;
}
