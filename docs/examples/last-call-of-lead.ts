import * as z from 'zod';
import { requiredId } from '../../src/query/arguments.js';
import { recordLines } from '../../src/render/call-record.js';
import { THIRD_PARTY_NOTE } from '../../src/render/third-party.js';
import { callOutput, pick } from '../../src/tools/answer/call-output.js';
import { windowPart, windowSchema } from '../../src/tools/answer/window.js';
import { defineTool } from '../../src/tools/define-tool.js';

export const lastCallOfLead = defineTool({
  name: 'last_call_of_lead',
  title: 'Last call of a lead',
  description:
    'Returns the newest call of one lead with all its fields, or says that there is none. Searches all history. For more calls of the lead see search_call_logs.',
  access: 'read',
  input: z.strictObject({ lead_id: requiredId('Lead ID') }),
  output: z.object({
    ...windowSchema,
    call: callOutput.optional().describe('Absent when the lead has no call'),
  }),
  async handle(args, { account, calls }, scope) {
    const { filters, window } = await calls.resolve(args, scope);
    const page = await calls.search(
      { ...filters, limit: 1, offset: 0, order: 'desc', include_recordings: 0 },
      scope,
    );
    const [call] = page.calls;
    const searched = windowPart(window, account.clock);
    if (call === undefined) {
      return {
        text: ['The lead has no call.', ...searched.lines].join('\n'),
        structured: searched.structured,
      };
    }
    return {
      text: [...recordLines(call), THIRD_PARTY_NOTE, ...searched.lines].join('\n'),
      structured: { ...searched.structured, call: pick(call) },
    };
  },
});
