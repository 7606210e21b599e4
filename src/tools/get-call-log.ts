import * as z from 'zod';
import { flag, requiredId } from '../query/arguments.js';
import { notFoundWords, recordLines } from '../render/call-record.js';
import { legend } from '../render/call-table.js';
import { statusMeanings, unnamedIds } from '../render/call-view.js';
import { shortCall } from '../render/short-call.js';
import { hasThirdPartyText, THIRD_PARTY_NOTE } from '../render/third-party.js';
import { zoneWords } from '../render/window.js';
import { present } from '../util/present.js';
import { callOutput, pick } from './answer/call-output.js';
import { defineTool } from './define-tool.js';

const input = z.strictObject({
  id: requiredId('Call log ID'),
  include_recordings: flag(1, '0 (or false) to leave recording links out'),
});

const output = z.object({
  found: z.boolean(),
  id: z.string(),
  unverified: z.string().optional().describe('Why the call may exist although it was not found'),
  call: callOutput.optional(),
  truncated: z.string().optional().describe('What was cut of the call, and how to get the rest'),
  statuses: z.record(z.string(), z.string()).optional().describe('Meaning of the call’s status'),
  names: z
    .record(z.string(), z.record(z.string(), z.string()))
    .optional()
    .describe('Names of ids that the call does not name itself, by id field'),
});

export const getCallLog = defineTool({
  name: 'get_call_log',
  title: 'Open one call log',
  description:
    'Returns everything known about one call, by its id (search_call_logs finds it): lead, agent, campaign, times, disposition, comment and recording links. The API does not return extra-field values.',
  access: 'read',
  input,
  output,
  async handle({ id, include_recordings }, { calls, account }, scope) {
    const { call: found, unverified } = await calls.get(id, include_recordings === 1, scope);
    if (found === undefined) {
      const next =
        unverified === undefined
          ? 'by lead_id, phone_number or time'
          : `with id ${id} and a start_time and end_time close to the call`;
      return {
        text: `${notFoundWords(id, unverified)}\nLikely causes: a lead or recording id was given instead of a call log id; the call belongs to another account; it was deleted.\nNext: find the call with search_call_logs ${next}.`,
        structured: present({ found: false, id, unverified }),
      };
    }
    const { call, cut } = shortCall(found);
    const meanings = statusMeanings([call], account.statuses);
    const names = unnamedIds([call], account.names);
    const lines = [...recordLines(call)];
    for (const [field, named] of Object.entries(names)) lines.push(`Name of ${legend(field, named)}`);
    if (call.status !== undefined) lines.push(`Meaning of ${legend('status', meanings)}`);
    lines.push(`Times are in ${zoneWords(account.clock)}.`);
    if (hasThirdPartyText(call) || Object.keys(names).length > 0) lines.push(THIRD_PARTY_NOTE);
    if (cut !== undefined) lines.push(cut);
    if (include_recordings === 0) lines.push('Recordings were not asked for (include_recordings: 1).');
    lines.push('Extra-field values cannot be read: the API does not return them.');
    return {
      text: lines.join('\n'),
      structured: present({
        found: true,
        id,
        call: pick(call),
        truncated: cut,
        statuses: call.status === undefined ? undefined : meanings,
        names: Object.keys(names).length === 0 ? undefined : names,
      }),
    };
  },
});
