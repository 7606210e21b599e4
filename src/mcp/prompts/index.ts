import { agentAudit } from './agent-audit.js';
import { callHistory } from './call-history.js';
import { complianceExtract } from './compliance-extract.js';
import { complianceReview } from './compliance-review.js';
import { customerInquiry } from './customer-inquiry.js';
import { performanceAnalysis } from './performance-analysis.js';
import type { Prompt } from './prompt.js';
import { qaTriage } from './qa-triage.js';

/** One prompt for each of the contract's "Use Cases", in its order, and the review that the screens lead to. */
export const prompts: readonly Prompt[] = [
  callHistory,
  agentAudit,
  complianceExtract,
  complianceReview,
  qaTriage,
  performanceAnalysis,
  customerInquiry,
];
