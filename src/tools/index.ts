import type { Tool } from './define-tool.js';
import { exportCallLogs } from './export-call-logs.js';
import { getCallLog } from './get-call-log.js';
import { sampleCallLogs } from './sample-call-logs.js';
import { searchCallLogs } from './search-call-logs.js';
import { summarizeCallLogs } from './summarize-call-logs.js';
import { updateCallLogFields } from './update-call-log-fields.js';

/** Every tool, in the order hosts list them. */
export const tools: readonly Tool[] = [
  searchCallLogs,
  getCallLog,
  summarizeCallLogs,
  sampleCallLogs,
  exportCallLogs,
  updateCallLogFields,
];
