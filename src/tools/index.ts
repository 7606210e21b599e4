import type { Tool } from './define-tool.js';
import { getCallLog } from './get-call-log.js';
import { searchCallLogs } from './search-call-logs.js';
import { updateCallLogFields } from './update-call-log-fields.js';

/** Every tool, in the order hosts list them. */
export const tools: readonly Tool[] = [searchCallLogs, getCallLog, updateCallLogFields];
