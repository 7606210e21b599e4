import { windowArguments, windowOf } from './period.js';
import { type Prompt, steps, toolCall } from './prompt.js';

/** Contract, "Use Cases": "Quality Assurance: Pull calls for QA review with recordings". */
export const qaTriage: Prompt = {
  name: 'qa_triage',
  title: 'Calls for QA review',
  description: 'A fair draw of recorded conversations to review, the same number for each agent',
  args: {
    ...windowArguments,
    agent: { description: 'Agent’s name or user ID; blank for all', suggest: 'user_id' },
    campaign: { description: 'Campaign name or ID; blank for all', suggest: 'campaign_id' },
    per_agent: { description: 'Calls for each agent (default 3)' },
    shortest: { description: 'Least call length in seconds (default 60)' },
  },
  write(args) {
    const { agent, campaign } = args;
    const query = {
      ...(agent === undefined ? {} : { user_id: agent }),
      ...(campaign === undefined ? {} : { campaign_id: campaign }),
      ...windowOf(args, 'yesterday'),
      per: 'user',
      size: wholeOr(args['per_agent'], 3),
      min_call_length: wholeOr(args['shortest'], 60),
      has_recording: true,
      seed: 1,
    };
    return steps(
      'Pick calls for quality review.',
      `${toolCall('sample_call_logs', query)}. It draws at random with a seed, so that nobody can say the calls were chosen.`,
      'Open each with get_call_log for its recording link, and list them per agent: id, time, length, outcome, link.',
      'Say the population the sample was drawn from and which agents have fewer calls than asked for.',
      'When I give you a review result for a call, and only then, store it with update_call_log_fields; earlier values cannot be read and are overwritten.',
    );
  },
};

function wholeOr(text: string | undefined, fallback: number): number {
  return text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : fallback;
}
