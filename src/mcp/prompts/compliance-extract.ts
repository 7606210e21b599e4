import { windowArguments, windowOf } from './period.js';
import { type Prompt, steps, toolCall } from './prompt.js';

/** Contract, "Use Cases": "Compliance: Extract calls from date range for regulatory review". */
export const complianceExtract: Prompt = {
  name: 'compliance_extract',
  title: 'Extract for compliance',
  description: 'Every call of a period as a file with a manifest, and a screen of the abandon rate',
  createsFiles: true,
  args: {
    from: { ...windowArguments.from, required: true },
    to: windowArguments.to,
    campaign: { description: 'Campaign name or ID; blank for all', suggest: 'campaign_id' },
  },
  write(args) {
    const { campaign } = args;
    const filters = { campaign_id: campaign, ...windowOf(args, 'last month') };
    return steps(
      'Extract the calls below for regulatory review.',
      `${toolCall('export_call_logs', { ...filters, format: 'csv' })}. If the export is partial, export the missing windows it names as well, and hand over no partial file as the whole.`,
      `${toolCall('summarize_call_logs', { ...filters, group_by: ['campaign', 'outcome'] })} for the counts that belong to the file.`,
      'Report the file, its row count and SHA-256, the exact window and zone, whether it is complete, and the abandon rate per campaign with numerator and denominator, as a screen and not as a legal finding: the rule looks at 30 days of one campaign.',
    );
  },
};
