import { windowArguments, windowOf } from './period.js';
import { type Prompt, steps, toolCall } from './prompt.js';

/** Contract, "Use Cases": "Compliance: Extract calls from date range for regulatory review". */
export const complianceExtract: Prompt = {
  name: 'compliance_extract',
  title: 'Extract for compliance',
  description: 'Every call of a period as a file with a manifest, and the compliance screens of that period',
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
      `${toolCall('audit_call_logs', filters)} for the compliance screens. For a screen with more findings than it shows, export_call_logs with findings_of writes them all.`,
      'Report the file, its row count and SHA-256, the exact window and zone, whether it is complete, and what its manifest says of records_kept. Then each screen in a line: its findings with numerator and denominator, its rule and source, and what the log cannot show. Call them findings to check, not legal findings.',
    );
  },
};
