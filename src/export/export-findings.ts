import type { Screened } from '../audit/audit.js';
import { RULES_AS_OF } from '../audit/rules.js';
import type { Finding, Labels, ScreenResult } from '../audit/screen.js';
import type { Completeness } from '../walk/completeness.js';
import { type ExportRequest, type WrittenFile, writeWithManifest } from './export.js';
import { csv } from './export-rows.js';

/** A file of findings. */
export interface ExportedFindings extends WrittenFile {
  readonly findings: number;
  /** A row for each call behind a finding. */
  readonly rows: number;
  readonly columns: readonly string[];
}

/** Findings whose rows are written at once. */
const FINDINGS_A_WRITE = 500;

/**
 * Writes the findings of one screen, a row for each call behind one, with the rule and what was counted in the manifest. No
 * finding leaves no file.
 * @throws what `writeWithManifest` throws
 */
export async function exportFindings(
  { check, text, overridden }: Screened,
  result: ScreenResult,
  completeness: Completeness,
  labels: Labels,
  request: Pick<
    ExportRequest,
    'directory' | 'format' | 'fileName' | 'fallbackName' | 'take' | 'filters' | 'about'
  >,
): Promise<ExportedFindings | undefined> {
  const { findings } = result;
  if (findings.length === 0) return undefined;
  const columns = ['finding', 'certain', 'why', ...result.columns, 'calls', 'call_id', 'call_date'];
  const done = await writeWithManifest(
    request,
    async (data) => {
      const isCsv = request.format === 'csv';
      if (isCsv) await data.write(csv([columns]));
      let rows = 0;
      for (let first = 0; first < findings.length; first += FINDINGS_A_WRITE) {
        const some = findings
          .slice(first, first + FINDINGS_A_WRITE)
          .flatMap((finding, i) => rowsOf(finding, first + i + 1, labels));
        rows += some.length;
        await data.write(
          isCsv
            ? csv(some.map((row) => row.map((cell) => String(cell ?? ''))))
            : some.map((row) => `${JSON.stringify(namedCells(columns, row))}\n`).join(''),
        );
      }
      return { rows, completeness };
    },
    ({ rows }) => ({
      findings_of: check,
      findings: findings.length,
      certain: findings.filter(({ certain }) => certain).length,
      rows,
      columns,
      rule: text.rule,
      citation: text.citation,
      as_of: RULES_AS_OF,
      changed_by_account: overridden,
      counted: result.counted,
      basis: result.basis,
      log_cannot_show: text.unseen,
      filters: labels.masks.filters(request.filters),
      ...request.about,
    }),
  );
  if (done === undefined) return undefined;
  const { written, ...file } = done;
  return { ...file, findings: findings.length, rows: written.rows, columns };
}

type Value = string | number | boolean | null;

function rowsOf(
  { certain, why, cells, calls, callCount }: Finding,
  number: number,
  labels: Labels,
): Value[][] {
  return calls.map((call) => [
    number,
    certain ? 'yes' : 'possible',
    why ?? null,
    ...cells,
    callCount,
    labels.id(call.id),
    labels.value('call_date', call.callDate),
  ]);
}

function namedCells(columns: readonly string[], row: readonly Value[]): Record<string, Value> {
  return Object.fromEntries(columns.map((column, i) => [column, row[i] ?? null]));
}
