import type { CheckName } from '../audit/rules.js';
import type { SourceChoice } from '../calls/source.js';
import { exportFindings } from '../export/export-findings.js';
import type { ExportFormat } from '../export/export-rows.js';
import type { FilterInput } from '../query/filters.js';
import { headlineOf, SCREEN_NOTE } from '../render/audit.js';
import { givenFilters } from '../render/page.js';
import { THIRD_PARTY_NOTE } from '../render/third-party.js';
import { Failure } from '../util/failure.js';
import { restsOnWords, runAudit } from './answer/audit.js';
import { populationPart } from './answer/population.js';
import { windowPart } from './answer/window.js';
import type { CallScope, ExportTarget, ToolContext } from './define-tool.js';
import { fallbackName, inRoom, whereabouts } from './export-files.js';

interface FindingsArguments extends FilterInput {
  readonly format: ExportFormat;
  readonly file_name?: string | undefined;
  readonly source: SourceChoice;
}

/**
 * Writes the findings of one screen to a file.
 * @throws Failure where the screen cannot be made, and what the export and the reading throw
 */
export async function exportFindingsOf(
  check: CheckName,
  args: FindingsArguments,
  context: ToolContext & { readonly exports: ExportTarget },
  scope: CallScope,
) {
  const { account, exports, sandbox } = context;
  const { made, resolved, evidence, completeness, provenance } = await runAudit(
    args,
    [check],
    context,
    scope,
  );
  const [screened] = made.screens;
  if (screened === undefined) throw new RangeError(`no screen ${check}`);
  const { result } = screened;
  if ('why' in result) {
    throw new Failure({ what: 'Nothing was exported: the screen cannot be made.', ...result });
  }
  const done = await inRoom(scope.principal, exports, (room) =>
    exportFindings(screened, result, completeness, made.labels, {
      ...room,
      format: args.format,
      fileName: args.file_name,
      fallbackName: fallbackName(`findings-${check}`, resolved.window, new Date()),
      filters: givenFilters(resolved),
      about: {
        ...windowPart(resolved.window, account.clock).structured,
        evidence,
        rests_on: restsOnWords(evidence, completeness),
        note: SCREEN_NOTE,
        ...(sandbox ? { sandbox } : {}),
        created: new Date().toISOString(),
        server: exports.server,
      },
    }),
  );
  const population = await populationPart(
    { resolved, completeness, provenance, oldest: made.oldest },
    context,
    scope,
  );
  const about = [
    headlineOf(screened, completeness.complete),
    SCREEN_NOTE,
    `Rests on: ${restsOnWords(evidence, completeness)}`,
    ...population.evidence,
    ...population.lines,
    ...(made.labels.hasTyped || population.isTyped ? [THIRD_PARTY_NOTE] : []),
  ];
  if (done === undefined) {
    return {
      text: ['No file was written: there is no finding to write.', ...about].join('\n'),
      structured: { exported: false, findings: 0, rows: 0, format: args.format, ...population.structured },
    };
  }
  const at = whereabouts(done, exports);
  return {
    text: [
      `Exported ${done.findings} findings of ${check}, ${done.rows} rows with a call each, to ${at.file} (${done.bytes} bytes, SHA-256 ${done.sha256}).`,
      `Manifest: ${at.manifest}`,
      ...at.lines,
      ...about,
      `Columns: ${done.columns.join(', ')}.`,
    ].join('\n'),
    structured: {
      exported: true,
      file: at.file,
      manifest: at.manifest,
      ...at.addresses,
      format: args.format,
      findings: done.findings,
      rows: done.rows,
      bytes: done.bytes,
      sha256: done.sha256,
      columns: [...done.columns],
      ...population.structured,
    },
    ...(at.links.length === 0 ? {} : { links: at.links }),
  };
}
