import { accountOf } from '../query/account.js';
import { auditCallLogs } from './audit-call-logs.js';
import type { Tool, ToolContext } from './define-tool.js';
import { exportCallLogs } from './export-call-logs.js';
import { getCallLog } from './get-call-log.js';
import { sampleCallLogs } from './sample-call-logs.js';
import { searchCallLogs } from './search-call-logs.js';
import { summarizeCallLogs } from './summarize-call-logs.js';
import { updateCallLogFields } from './update-call-log-fields.js';

/**
 * Every tool of an account, in the order hosts list them; `readOnly` leaves out what writes, and where no file may be written
 * (`mayCreateFiles`), what leaves one behind.
 */
export function createTools(
  { account, confirmations }: Pick<ToolContext, 'account' | 'confirmations'>,
  readOnly: boolean,
  mayCreateFiles = true,
): readonly Tool[] {
  const tools = [
    searchCallLogs,
    getCallLog,
    summarizeCallLogs,
    sampleCallLogs,
    auditCallLogs,
    exportCallLogs,
    updateCallLogFields(account, confirmations?.tokens === true),
  ];
  return tools.filter(
    ({ access, createsFiles }) =>
      (access === 'read' || !readOnly) && (mayCreateFiles || createsFiles === undefined),
  );
}

/** The tools of an account that nothing is known of: what is documented. */
export const tools: readonly Tool[] = createTools(
  { account: accountOf({}), confirmations: undefined },
  false,
);
