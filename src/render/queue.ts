import type { Summary } from '../stats/summary.js';
import { counted, number, percentWords } from './numbers.js';
import { cellText } from './summary-table.js';

/** What came of the calls that were offered to the agents of queues, in all. */
export function queueLines({ total: { queue }, within }: Summary): string[] {
  const { offered, answered, wait } = queue.figures;
  if (offered === 0) return [];
  const level = queue.serviceLevel(within);
  const waited =
    wait.median === null
      ? ''
      : `; callers waited ${cellText(wait.median, 'seconds')} at the median, nine in ten at most ${cellText(wait.p90, 'seconds')}`;
  return [
    `Queues: ${counted(offered, 'call')} offered; agents answered ${number(answered)} (${percentWords(queue.answerRate)}), ${number(level.numerator)}${level.percent === null ? ' known to be' : ' of them'} within ${within} s (service level ${percentWords(level)} of the offered)${waited}.`,
  ];
}

/** Why there are no figures of queues, or what they are not of. */
export function queueNotes({ total }: Summary): string[] {
  const { offered, wait } = total.queue.figures;
  if (offered === 0) {
    const inbound = total.countWhere(({ direction }) => direction === 'inbound');
    return [
      inbound === 0
        ? 'There are no queue figures: no inbound call matches.'
        : `Queue figures cannot be made: of ${counted(inbound, 'inbound call')}, none that was offered to agents carries queue_id or queue_seconds. The contract’s rows never do; rows of live accounts do.`,
    ];
  }
  return wait.calls === offered
    ? []
    : [
        `${counted(offered - wait.calls, 'offered call')} of ${number(offered)} ${offered - wait.calls === 1 ? 'does' : 'do'} not say how long the caller waited: ${wait.calls === 0 ? 'the wait is not known' : 'the wait is that of the others'}, and service_level is a range where an agent answered them.`,
      ];
}
