import { windowArguments, windowOf } from './period.js';
import { type Prompt, steps, toolCall } from './prompt.js';

/** Contract, "Use Cases": "Performance Analysis: Analyze call metrics by status". */
export const performanceAnalysis: Prompt = {
  name: 'performance_analysis',
  title: 'Performance analysis',
  description: 'Outcomes, rates and talk time of a period, by status and agent, and by hour where it helps',
  args: {
    ...windowArguments,
    campaign: { description: 'Campaign name or ID; blank for all', suggest: 'campaign_id' },
  },
  write(args) {
    const { campaign } = args;
    const filters = { campaign_id: campaign, ...windowOf(args, 'last week') };
    return steps(
      'Analyze the calls below.',
      `${toolCall('summarize_call_logs', { ...filters, group_by: ['status'] })} for outcomes and rates.`,
      `${toolCall('summarize_call_logs', { ...filters, group_by: ['user'] })} for the agents.`,
      `${toolCall('summarize_call_logs', { ...filters, group_by: ['hour'] })} only if the times of day matter to the answer.`,
      'Report each rate with its numerator, denominator and definition, the share of calls whose status has no known meaning, and what the numbers do not show. Talk time is not handle time.',
    );
  },
};
