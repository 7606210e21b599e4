import { randomInt } from 'node:crypto';
import * as z from 'zod';
import { choice, choiceOr, flag, id, wholeNumberOr } from '../query/arguments.js';
import { filterFields } from '../query/filters.js';
import { takenLines } from '../render/call-table.js';
import { viewOf } from '../render/call-view.js';
import { completenessLines } from '../render/completeness.js';
import { filtersSentence, noCallsLines } from '../render/page.js';
import { sampleLines, sampleNotes } from '../render/sample.js';
import { shortened } from '../render/short-call.js';
import { sourceLines } from '../render/sources.js';
import { historyLines, windowSentence } from '../render/window.js';
import { type Sample, type SampleQuestion, sample } from '../stats/sample.js';
import {
  callFields,
  callOutput,
  pick as pickColumns,
  takenOutput,
  windowOutput,
  windowResult,
} from './answer/call-output.js';
import { fitting, MAX_CHARACTERS } from './answer/fitting.js';
import {
  completenessOutput,
  completenessResult,
  isLive,
  populationOf,
  sourceField,
  sourcesOutput,
  sourcesResult,
  takenResult,
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
  shared: z.object(callFields).partial().optional().describe('Values that every call below has'),
  calls: z.array(callOutput),
  names: z.record(z.string(), z.record(z.string(), z.string())).optional(),
  statuses: z.record(z.string(), z.string()).optional().describe('Meaning of each status that occurs'),
  window: windowOutput,
  ...takenOutput,
  completeness: completenessOutput,
  ...sourcesOutput,
  notes: z.array(z.string()).optional(),
});

export const sampleCallLogs = defineTool({
  name: 'sample_call_logs',
  title: 'Sample call logs',
  description:
    'Draws calls for review from all that match the filters: a random sample that its seed repeats, or the longest or shortest, in all or for each agent or campaign. Use it to pick calls for QA. Says what it drew from and whether every call was read. Links: get_call_log.',
  access: 'read',
  input,
  output,
  async handle(args, { calls, source, account, statuses }, scope) {
    const resolved = await calls.resolve(args, scope);
    const question: SampleQuestion = {
      size: args.size,
      per: args.per,
      pick: args.pick,
      seed: args.seed ?? String(randomInt(1, 1_000_000_000)),
      minLength: args.min_call_length,
      withRecording: args.with_recording === 1,
    };
    const knowledge = { names: calls.names, systemUsers: account.system_users };
    const { drawn, provenance } = await source.answer(
      populationOf(resolved, question.withRecording),
      walkScope(scope),
      args.source,
      async (reading) => ({
        drawn: await sample(reading, question, knowledge),
        provenance: reading.provenance,
      }),
    );
    const { completeness } = drawn;
    const begins = isLive(provenance)
      ? await calls.historyBegins(resolved.window, drawn.oldest, scope)
      : undefined;
    const all = drawn.strata.flatMap((stratum) => stratum.calls);
    const empty = completeness.complete && completeness.unique === 0;
    const about = [...completenessLines(completeness), ...sourceLines(provenance, calls.clock.now())];
    return fitting(all.length, (shown) => {
      const { calls: fit, cut } = shortened(all.slice(0, shown));
      const view = viewOf(fit, statuses, calls.names);
      const notes = [...sampleNotes(drawn), ...(cut === undefined ? [] : [cut])];
      if (shown < all.length) {
        notes.push(
          `Cut to stay within ${MAX_CHARACTERS} characters: the last ${all.length - shown} of the ${all.length} calls drawn are not shown; ask for fewer, or for one ${question.per ?? 'campaign'} at a time, with seed ${question.seed}.`,
        );
      }
      const text = empty
        ? [...about, ...noCallsLines(resolved, calls.clock), ...historyLines(begins)]
        : [
            ...about,
            filtersSentence(resolved),
            windowSentence(resolved.window, calls.clock),
            ...historyLines(begins),
            ...takenLines(resolved),
            ...sampleLines(drawn, question, view),
            ...notes,
          ];
      return {
        text: text.join('\n'),
        structured: {
          drawn: all.length,
          population: drawn.population,
          seed: question.seed,
          ...(question.per === undefined ? {} : { per: question.per, strata: strata(drawn) }),
          shared: view.shared as Record<string, string>,
          calls: view.calls.map((call) => pickColumns(call, view.columns)),
          names: view.names as Record<string, Record<string, string>>,
          statuses: view.statuses,
          window: windowResult(resolved.window, calls.clock, begins),
          ...takenResult(resolved),
          completeness: completenessResult(completeness),
          ...sourcesResult(provenance),
          ...(notes.length === 0 ? {} : { notes }),
        },
      };
    });
  },
});

function strata({ strata: all }: Sample) {
  return all.map(({ key, name, population, calls }) => ({
    key: key ?? '',
    ...(name === undefined ? {} : { name }),
    population,
    drawn: calls.length,
  }));
}
