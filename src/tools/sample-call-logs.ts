import { randomInt } from 'node:crypto';
import * as z from 'zod';
import { answerFrom } from '../calls/source.js';
import { choice, choiceOr, id, wholeNumberOr } from '../query/arguments.js';
import { conditionFields } from '../query/conditions.js';
import { manyFilterFields } from '../query/filters.js';
import { type OutgoingCall, reduced } from '../redact/outgoing.js';
import { viewOf } from '../render/call-view.js';
import { sampleLines, sampleNotes } from '../render/sample.js';
import { shortened } from '../render/short-call.js';
import { PICKS, type Sample, type SampleQuestion, sample } from '../stats/sample.js';
import { present } from '../util/present.js';
import { callOutput, pick as pickColumns, sharedOutput } from './answer/call-output.js';
import { fitting, MAX_CHARACTERS } from './answer/fitting.js';
import {
  populationOf,
  populationPart,
  populationSchema,
  sourceField,
  walkScope,
} from './answer/population.js';
import { defineTool } from './define-tool.js';

const input = z.strictObject({
  ...manyFilterFields,
  ...conditionFields,
  size: wholeNumberOr({ min: 1, max: 100, default: 5 }, 'Calls to show; with per, of each'),
  per: choice(['user', 'campaign'], 'Pick size calls of each'),
  pick: choiceOr(PICKS, 'random', 'Which calls, and their order'),
  seed: id('Repeats a random draw; default: a new one, told in the answer'),
  source: sourceField,
});

const count = z.int();

const output = z.object({
  drawn: count,
  population: count.describe('Eligible calls: those that match and have ended'),
  pick: z.enum(PICKS),
  seed: z.string().optional().describe('Of a random draw'),
  per: z.string().optional(),
  strata: z
    .array(z.object({ key: z.string(), name: z.string().optional(), population: count, drawn: count }))
    .optional(),
  shared: sharedOutput.optional(),
  calls: z.array(callOutput),
  names: z.record(z.string(), z.record(z.string(), z.string())).optional(),
  statuses: z.record(z.string(), z.string()).optional().describe('Meaning of each status that occurs'),
  ...populationSchema,
  notes: z.array(z.string()).optional(),
});

export const sampleCallLogs = defineTool({
  name: 'sample_call_logs',
  title: 'Sample, find and list call logs',
  description:
    'Finds calls among all that match: the longest, shortest, newest or oldest, such as every call over 39 minutes (min_call_length, pick longest) or those whose comment mentions a word (comment_contains, pick newest), or a random draw for QA review (the same seed repeats it), in all or for each agent or campaign. Shows end reason and whether there is a recording (links: get_call_log), says how many calls were eligible and whether every call was read.',
  access: 'read',
  input,
  output,
  async handle(args, context, scope) {
    const { calls, source, account } = context;
    const resolved = await calls.resolveMany(args, scope);
    const { size, per, pick } = args;
    const isRandom = pick === 'random';
    // What is not drawn is to be the same each time.
    const seed = args.seed ?? (isRandom ? String(randomInt(1, 1_000_000_000)) : '1');
    const question: SampleQuestion = { size, per, pick, seed };
    const { drawn, provenance, selection } = await answerFrom(
      source,
      [populationOf(resolved, 'presence'), walkScope(scope), args.source],
      async (reading) => ({
        drawn: await sample(reading, question, account),
        provenance: reading.provenance,
        selection: reading.selection,
      }),
    );
    const { completeness, oldest } = drawn;
    const population = await populationPart(
      { resolved, completeness, provenance, selection, oldest },
      context,
      scope,
    );
    const all = drawn.strata.flatMap((stratum) => stratum.calls.map(withRecordingKind));
    return fitting(all.length, (shown) => {
      const { calls: fit, cut } = shortened(all.slice(0, shown));
      const view = viewOf(fit, account.statuses, account.names, ['term_reason']);
      const notes = [...sampleNotes(drawn, question), ...(cut === undefined ? [] : [cut])];
      if (shown < all.length) {
        notes.push(
          `Cut to stay within ${MAX_CHARACTERS} characters: the last ${all.length - shown} of the ${all.length} calls picked are not shown; ask for fewer, or for one ${per ?? 'campaign'} at a time${isRandom ? `, with seed ${seed}` : ''}.`,
        );
      }
      const text = population.none ?? [...population.lines, ...sampleLines(drawn, question, view), ...notes];
      return {
        text: [...population.evidence, ...text].join('\n'),
        structured: present({
          drawn: all.length,
          population: drawn.population,
          pick,
          seed: isRandom ? seed : undefined,
          per,
          strata: per === undefined ? undefined : strata(drawn),
          shared: view.shared as Record<string, string>,
          calls: view.calls.map((call) => pickColumns(call, view.columns)),
          names: view.names as Record<string, Record<string, string>>,
          statuses: view.statuses,
          ...population.structured,
          notes: notes.length === 0 ? undefined : notes,
        }),
      };
    });
  },
});

/** Whether there is a recording, and of which kind: its other facts say nothing to whoever picks calls. */
function withRecordingKind(call: OutgoingCall): OutgoingCall {
  return reduced(call, ({ recording, ...rest }) => ({
    ...rest,
    ...(recording === undefined
      ? {}
      : { recording: recording.slice(0, 1).map(({ type }) => present({ type })) }),
  }));
}

function strata({ strata: all }: Sample) {
  return all.map(({ key, name, population, calls }) =>
    present({ key: key ?? '', name, population, drawn: calls.length }),
  );
}
