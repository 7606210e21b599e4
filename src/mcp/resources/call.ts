import { THIRD_PARTY_NOTE } from '../../render/third-party.js';
import { getCallLog } from '../../tools/get-call-log.js';
import type { ResourceTemplate } from './resource.js';

/** One call: what get_call_log answers, without recording links, which are given only where they are asked for. */
export const call: ResourceTemplate = {
  name: 'call',
  title: 'One call log',
  description: 'Everything known about one call except recording links, by call log ID',
  uriTemplate: 'call-logs://calls/{id}',
  variable: 'id',
  mimeType: 'application/json',
  async read(id, context, scope) {
    const { structured, text } = await getCallLog.run({ id, include_recordings: 0 }, context, scope);
    if (structured === undefined) return { problem: text };
    if (structured['found'] === true) return { page: { ...structured, note: THIRD_PARTY_NOTE } };
    return structured['unverified'] === undefined ? 'missing' : { problem: text };
  },
  suggest: ({ account }, principal) => account.names.callIds(principal),
};
