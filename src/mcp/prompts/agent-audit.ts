import { windowArguments, windowOf } from './period.js';
import { type Prompt, steps, toolCall } from './prompt.js';

/** Contract, "Use Cases": "Agent Auditing: Review calls made by specific agent". */
export const agentAudit: Prompt = {
  name: 'agent_audit',
  title: 'Audit of an agent',
  description: 'What one agent’s calls look like in a period, next to the others, with examples to listen to',
  args: {
    agent: { description: 'Agent’s name or user ID', required: true, suggest: 'user_id' },
    ...windowArguments,
  },
  write(args) {
    const window = windowOf(args, 'last week');
    const filters = { user_id: args['agent'], ...window };
    return steps(
      `Audit the calls of agent ${JSON.stringify(args['agent'])}.`,
      `${toolCall('summarize_call_logs', { ...filters, group_by: ['status'] })} for what became of the agent’s calls.`,
      `${toolCall('summarize_call_logs', { ...window, group_by: ['user'] })} for the other agents in the same window; compare like with like, and say where campaigns or volumes differ.`,
      `${toolCall('sample_call_logs', { ...filters, size: 5, has_recording: true })} for calls to listen to; open the ones you quote with get_call_log.`,
      'Report volume, outcomes and talk time against the others, what stands out, and the calls to listen to by id. A difference on few calls is no finding: give the counts.',
    );
  },
};
