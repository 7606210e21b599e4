import type { Family, FamilyQuestion, Floor, Question } from './question.js';
import { agentQuestions } from './questions/agents.js';
import { campaignQuestions } from './questions/campaigns.js';
import { leadQuestions } from './questions/lists-and-leads.js';
import { pickQuestions } from './questions/qa-picks.js';
import { queueQuestions } from './questions/queues.js';
import { trendQuestions } from './questions/trends.js';
import { updateQuestions } from './questions/updates-and-refusals.js';
import { volumeQuestions } from './questions/volume.js';

const QUESTIONS: Readonly<Record<Family, (floor: Floor) => readonly Question[]>> = {
  volume: volumeQuestions,
  agents: agentQuestions,
  campaigns: campaignQuestions,
  queues: queueQuestions,
  'lists and leads': leadQuestions,
  'trends and comparisons': trendQuestions,
  'QA picks': pickQuestions,
  'updates and refusals': updateQuestions,
};

/** Every question of the evaluation set with its answer, worked out from these rows. */
export function questionsFor(floor: Floor): FamilyQuestion[] {
  return Object.entries(QUESTIONS).flatMap(([family, questions]) =>
    questions(floor).map((question) => ({ ...question, family: family as Family })),
  );
}
