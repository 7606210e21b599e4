import type { Floor, Question } from './question.js';
import { complianceQuestions } from './questions/compliance-officer.js';
import { qaQuestions } from './questions/qa-analyst.js';
import { supervisorQuestions } from './questions/supervisor.js';
import { supportQuestions } from './questions/support-agent.js';

/** Every question of the evaluation set with its answer, worked out from these rows. */
export function questionsFor(floor: Floor): Question[] {
  return [
    ...supervisorQuestions(floor),
    ...qaQuestions(floor),
    ...complianceQuestions(floor),
    ...supportQuestions(floor),
  ];
}
