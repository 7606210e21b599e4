import { completable, type McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import type { ToolContext } from '../../tools/define-tool.js';
import { cleanText } from '../../util/third-party-text.js';
import { prompts } from './index.js';
import { cleanArguments, type PromptArgument } from './prompt.js';
import { suggestions } from './suggest.js';

/** Registers prompts on servers, each time the same ones. */
export interface PromptRegistrar {
  readonly names: ReadonlySet<string>;
  on(server: McpServer): void;
}

/** Makes what registers every prompt on a server, with completions for the arguments that have names to offer. */
export function promptRegistrar(context: ToolContext): PromptRegistrar {
  // A prompt that ends in a file needs a server that may write one.
  const usable = prompts.filter(
    ({ createsFiles }) => createsFiles === undefined || context.exports !== undefined,
  );
  const registrations = usable.map(({ name, title, description, args, write }) => {
    const shape = Object.entries(args).map(([arg, declared]) => [arg, schemaOf(declared, context)]);
    return { name, config: { title, description, argsSchema: z.object(Object.fromEntries(shape)) }, write };
  });
  return {
    names: new Set(usable.map(({ name }) => name)),
    on(server) {
      for (const { name, config, write } of registrations) {
        server.registerPrompt(name, config, (given) => ({
          messages: [{ role: 'user', content: { type: 'text', text: write(cleanArguments(given)) } }],
        }));
      }
    },
  };
}

function schemaOf({ description, required, suggest }: PromptArgument, context: ToolContext) {
  const text = z.string().trim().describe(description);
  // Also blank: what only signs make up that nobody sees.
  const checked =
    required === true ? text.refine((given) => cleanText(given) !== '', 'must not be blank') : text;
  const schema =
    suggest === undefined
      ? checked
      : completable(checked, (typed) => suggestions(suggest, typed ?? '', context));
  // The SDK looks for completions inside what is optional, not around it.
  return required === true ? schema : schema.optional();
}
