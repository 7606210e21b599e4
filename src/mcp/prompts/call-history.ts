import { type Prompt, steps, toolCall } from './prompt.js';

/** Contract, "Use Cases": "Call History: Look up all calls for a specific lead". */
export const callHistory: Prompt = {
  name: 'call_history',
  title: 'Call history of a lead',
  description: 'All calls of one lead, oldest first, and how things stand',
  args: { lead_id: { description: 'Lead ID', required: true } },
  write({ lead_id }) {
    const filters = { lead_id };
    return steps(
      `Tell me the call history of lead ${JSON.stringify(lead_id)}.`,
      `${toolCall('search_call_logs', { ...filters, order: 'asc', limit: 100 })}. Without dates it searches all history. If there are more pages, get them with the arguments the answer gives.`,
      'Open a call with get_call_log only where its row leaves something open that matters.',
      'Tell me when the lead was called or called in, by whom, with what outcome and length, and what the last contact was. Mark calls in which nobody was spoken to as such.',
    );
  },
};
