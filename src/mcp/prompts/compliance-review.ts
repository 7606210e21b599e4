import { windowArguments, windowOf } from './period.js';
import { type Prompt, steps, toolCall } from './prompt.js';

/** From screens over the log to the calls behind them, and to a note in an extra field where the person wants one. */
export const complianceReview: Prompt = {
  name: 'compliance_review',
  title: 'Compliance review',
  description: 'Compliance screens over a period, the calls behind their findings, and what is left to check',
  args: {
    ...windowArguments,
    campaign: { description: 'Campaign name or ID; blank for all', suggest: 'campaign_id' },
  },
  write(args) {
    const { campaign, from } = args;
    const filters = {
      ...(campaign === undefined ? {} : { campaign_id: campaign }),
      // The tool's own window, the last 30 whole days, is the one that its rules are about.
      ...(from === undefined ? {} : windowOf(args, from)),
      ...(from === undefined && args['to'] !== undefined ? { end_time: args['to'] } : {}),
    };
    return steps(
      'Review the calls below for compliance.',
      `${toolCall('audit_call_logs', filters)} for the screens. Where one cannot be made, tell me why and what would mend it.`,
      'For each screen with findings, open the first calls behind the worst of them with get_call_log, and look at the whole history of the number with search_call_logs where a single call does not tell.',
      'Report per screen: the findings with their calls and local times, numerator and denominator, the rule with its source, which findings are only possible and why, and what the log cannot show. A finding is something to check: do not say that a rule was broken.',
      'End with what a person has to check elsewhere: consent, recordings, requests that other systems hold.',
      'Only when I ask for it, note the outcome of my check in an extra field of a call with update_call_log_fields.',
    );
  },
};
