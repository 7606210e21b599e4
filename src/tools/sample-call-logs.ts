import { randomInt } from 'node:crypto';
import * as z from 'zod';
import { answerFrom } from '../calls/source.js';
import { choice, choiceOr, flag, id, wholeNumberOr } from '../query/arguments.js';
import { filterFields } from '../query/filters.js';
import { viewOf } from '../render/call-view.js';
import { sampleLines, sampleNotes } from '../render/sample.js';
import { shortened } from '../render/short-call.js';
import { type Sample, type SampleQuestion, sample } from '../stats/sample.js';
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
  ...filterFields,
  size: wholeNumberOr({ min: 1, max: 100, default: 5 }, 'Calls to draw; with per, from each'),
  per: choice(['user', 'campaign'], 'Draw size calls from each'),
  pick: choiceOr(['random', 'longest', 'shortest'], 'random', 'Which calls'),
  min_call_length: wholeNumberOr({ min: 0, max: 86_400, default: 0 }, 'Shortest call, seconds'),
  with_recording: flag(0, '1 (or true): only calls with a recording'),
  seed: id('Repeats a draw; default: a new one, told in the answer'),
  source: sourceField,
});

const count = z.int();

const output = z.object({
  drawn: count,
  population: count.describe('Eligible calls that the sample was drawn from'),
  seed: z.string(),
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
  title: 'Sample call logs',
  description:
    'Draws calls for QA review from all that match the filters: at random (the same seed repeats the draw), or the longest or shortest, in all or for each agent or campaign. Says how many calls were eligible and whether every call was read. Recording links: get_call_log.',
  access: 'read',
  input,
  output,
  async handle(args, context, scope) {
    const { calls, source, account } = context;
    const resolved = await calls.resolve(args, scope);
    const question: SampleQuestion = {
      size: args.size,
      per: args.per,
      pick: args.pick,
      seed: args.seed ?? String(randomInt(1, 1_000_000_000)),
      minLength: args.min_call_length,
      withRecording: args.with_recording === 1,
    };
    const { drawn, provenance } = await answerFrom(
      source,
      [populationOf(resolved, question.withRecording), walkScope(scope), args.source],
      async (reading) => ({
        drawn: await sample(reading, question, account),
        provenance: reading.provenance,
      }),
    );
    const { completeness, oldest } = drawn;
    const population = await populationPart({ resolved, completeness, provenance, oldest }, context, scope);
    const all = drawn.strata.flatMap((stratum) => stratum.calls);
    return fitting(all.length, (shown) => {
      const { calls: fit, cut } = shortened(all.slice(0, shown));
      const view = viewOf(fit, account.statuses, account.names);
      const notes = [...sampleNotes(drawn), ...(cut === undefined ? [] : [cut])];
      if (shown < all.length) {
        notes.push(
          `Cut to stay within ${MAX_CHARACTERS} characters: the last ${all.length - shown} of the ${all.length} calls drawn are not shown; ask for fewer, or for one ${question.per ?? 'campaign'} at a time, with seed ${question.seed}.`,
        );
      }
      const text = population.none ?? [...population.lines, ...sampleLines(drawn, question, view), ...notes];
      return {
        text: [...population.evidence, ...text].join('\n'),
        structured: present({
          drawn: all.length,
          population: drawn.population,
          seed: question.seed,
          per: question.per,
          strata: question.per === undefined ? undefined : strata(drawn),
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

function strata({ strata: all }: Sample) {
  return all.map(({ key, name, population, calls }) =>
    present({ key: key ?? '', name, population, drawn: calls.length }),
  );
}
