import type { SandboxCall, SandboxCallType, SandboxRecording } from './calls.js';
import { type AccountDay, accountTime, dayAfter } from './clock.js';
import { type Callback, drawQueue, slotsOf } from './day.js';
import {
  type Agent,
  agentsOnShift,
  CAMPAIGNS,
  type CallerId,
  type Campaign,
  type Queue,
  SYSTEM_USER,
} from './floor.js';
import { type Lead, leadsOf, makeLeads, nextLead } from './leads.js';
import {
  ATTEMPTS,
  abandonedAfter,
  CLOSING,
  CONVERSATIONS,
  DISPOSITIONS,
  lengthOf,
  termReason,
} from './outcomes.js';
import { between, betweenMostlyLow, drawFrom, hashOf, oneOf, type Random, seededRandom } from './random.js';
import { COMMENTS, HOSTILE_COMMENTS } from './words.js';

const SEED = 20_260_307;
const FIRST_ID = 100_001;

const drawCampaign = drawFrom(CAMPAIGNS.map((campaign) => [campaign, campaign.weight] as const));
const DRAW_CALLER_ID = new Map(
  CAMPAIGNS.map((campaign) => [
    campaign,
    drawFrom<CallerId>(campaign.callerIds.map((callerId) => [callerId, callerId.weight] as const)),
  ]),
);

const drawType = drawFrom<SandboxCallType>([
  ['OUTBOUND', 800],
  ['INBOUND', 130],
  ['MANUAL', 55],
  ['3WAY', 15],
]);

/** How a number dialed by hand fails to reach a person. */
const drawUnanswered = drawFrom<string>([
  ['NO_ANSWER', 6],
  ['ANSWERING_MACHINE', 3],
  ['BUSY', 1],
]);

/** Leads of a campaign that its dialer cannot leave alone on a day, and their share of its attempts. */
const HOT_LEADS = 3;
const HOT_SHARE = 0.03;

/** Of the callbacks that agents promise, those they keep, within so many days. */
const CALLBACKS_KEPT = 0.6;
const CALLBACK_DAYS = 4;

/** For a week, two months back, Home Solar used a code of its own that nobody told the account file about. */
const PILOT = { campaignId: '113', monthsAgo: 2, fromDay: 15, toDay: 21, share: 0.35 } as const;

/** Where and when a call is being placed. */
interface Moment {
  readonly random: Random;
  readonly day: AccountDay;
  readonly monthsAgo: number;
  readonly second: number;
  /** The agents at work who are not talking. Most calls never meet one. */
  readonly agents: () => readonly Agent[];
}

/** How a call went, whoever it was with. */
interface Outcome {
  readonly type: SandboxCallType;
  readonly status: string;
  readonly length: number;
  readonly agent?: Agent;
  readonly queue?: Queue;
  readonly queueSeconds?: number;
  readonly broughtInBy?: Agent;
}

/** The call center at work. Days have to be asked for in their order: leads remember how often they were called. */
export class Floor {
  readonly #leads = makeLeads(seededRandom(SEED));
  /** Promised calls by the date they are due. */
  readonly #callbacks = new Map<string, Callback[]>();
  #made = 0;

  /** The calls of one day, oldest first, all of them at their end. `monthsAgo`: months between its month and the newest. */
  callsOf(day: AccountDay, monthsAgo: number): SandboxCall[] {
    const random = seededRandom(Math.imul(SEED + day.number, 0x9e3779b1));
    const hot = new Map(
      CAMPAIGNS.map((campaign) => [campaign, this.#hotLeads(random, campaign, day.number * 24)]),
    );
    const busyUntil = new Map<Agent, number>();
    const calls: SandboxCall[] = [];
    for (const { second, kind } of slotsOf(random, day, monthsAgo, this.#callbacks.get(day.date) ?? [])) {
      const hour = Math.floor(second / 3600);
      const agents = () =>
        agentsOnShift(day.weekday, hour).filter((agent) => (busyUntil.get(agent) ?? 0) < second);
      const moment = { random, day, monthsAgo, second, agents };
      const promised = typeof kind === 'object' ? kind : undefined;
      // The lead was lost meanwhile, or the agent is talking: the promise is not kept.
      if (promised && (promised.lead.closed || !agents().includes(promised.agent))) continue;
      const dialed = promised
        ? calledBack(moment, promised)
        : kind === 'closed'
          ? closed(moment)
          : begun(moment);
      const campaign = campaignOf(random, dialed, promised);
      const callerId = DRAW_CALLER_ID.get(campaign)?.(random) ?? campaign.callerIds[0];
      const outcome = dialed.status === 'attempt' ? attempted(moment, campaign, callerId) : dialed;
      const lead =
        promised?.lead ??
        (outcome.type === 'OUTBOUND' && random() < HOT_SHARE
          ? oneOf(random, hot.get(campaign) ?? [])
          : nextLead(random, leadsOf(this.#leads, campaign), day.number * 24 + hour));
      lead.calledCount += 1;
      lead.lastHour = day.number * 24 + hour;
      lead.closed ||= CLOSING.has(outcome.status);
      const free = second + (outcome.queueSeconds ?? 0) + outcome.length;
      for (const agent of [outcome.agent, outcome.broughtInBy]) if (agent) busyUntil.set(agent, free);
      if (outcome.status === 'CALLBK' && outcome.agent) this.#promise(moment, lead, outcome.agent);
      calls.push(record(moment, String(FIRST_ID + this.#made), campaign, callerId, lead, outcome));
      this.#made += 1;
    }
    this.#callbacks.delete(day.date);
    return calls;
  }

  #hotLeads(random: Random, campaign: Campaign, hour: number): Lead[] {
    const leads = leadsOf(this.#leads, campaign);
    return Array.from({ length: HOT_LEADS }, () => nextLead(random, leads, hour));
  }

  /** Puts a callback on a day the agent works, if it is one that is kept. */
  #promise({ random, day }: Moment, lead: Lead, agent: Agent): void {
    const due = dayAfter(day, between(random, 1, CALLBACK_DAYS));
    const second = between(random, agent.from * 3600, agent.to * 3600 - 1);
    if (random() >= CALLBACKS_KEPT || !agent.days.includes(due.weekday)) return;
    const promised = this.#callbacks.get(due.date) ?? [];
    this.#callbacks.set(due.date, [...promised, { second, lead, agent }]);
  }
}

function begun(moment: Moment): Outcome {
  const kind = drawType(moment.random);
  if (kind === 'INBOUND') return inbound(moment);
  if (kind === 'MANUAL' && moment.agents().length > 0) return byHand(moment, 'MANUAL', 0.45);
  if (kind === '3WAY' && moment.agents().length > 1) return threeWay(moment);
  // How an attempt goes depends on the campaign, which is drawn next.
  return { type: 'OUTBOUND', status: 'attempt', length: 0 };
}

function attempted(moment: Moment, campaign: Campaign, callerId: CallerId): Outcome {
  const { random } = moment;
  const met = ATTEMPTS.get(callerId)?.(random) ?? 'FAILED';
  if (met === 'DROP') return { type: 'OUTBOUND', status: met, length: abandonedAfter(random) };
  if (met === 'human') {
    // The dialer waits for an agent before it rings so long that somebody answers.
    if (moment.agents().length === 0) return { type: 'OUTBOUND', status: 'NO_ANSWER', length: 0 };
    const talk = conversation(moment, 'OUTBOUND');
    if (!inPilot(moment, campaign)) return talk;
    return { ...talk, status: 'SURVEY', length: lengthOf(random, 'SURVEY') };
  }
  // Agents hear some answering machines and unanswered rings themselves; the dialer keeps the rest.
  const heard = (met === 'ANSWERING_MACHINE' && random() < 0.4) || (met === 'NO_ANSWER' && random() < 0.1);
  const length = lengthOf(random, met);
  const agents = heard ? moment.agents() : [];
  return {
    type: 'OUTBOUND',
    status: met,
    length,
    ...(agents.length > 0 ? { agent: oneOf(random, agents) } : {}),
  };
}

function inPilot({ random, day, monthsAgo }: Moment, campaign: Campaign): boolean {
  const ofMonth = Number(day.date.slice(8));
  const runs = monthsAgo === PILOT.monthsAgo && ofMonth >= PILOT.fromDay && ofMonth <= PILOT.toDay;
  return runs && campaign.id === PILOT.campaignId && random() < PILOT.share;
}

function conversation(
  { random, agents }: Moment,
  type: SandboxCallType,
  agent = oneOf(random, agents()),
): Outcome & { agent: Agent } {
  const status = DISPOSITIONS.get(agent.id)?.(random) ?? 'COMPLETED';
  return { type, status, length: lengthOf(random, status), agent };
}

function inbound(moment: Moment): Outcome {
  const { random } = moment;
  const queue = drawQueue(random);
  const wait = betweenMostlyLow(random, 0, queue.longestWait);
  const patience = between(random, 10, 420);
  if (patience >= wait && moment.agents().length > 0) {
    return { ...conversation(moment, 'INBOUND'), queue, queueSeconds: wait };
  }
  return { type: 'INBOUND', status: 'DROP', length: patience, queue, queueSeconds: patience };
}

/** A caller hears when the floor is open, and nobody waits. */
function closed({ random }: Moment): Outcome {
  const length = lengthOf(random, 'AHXFER');
  return { type: 'INBOUND', status: 'AHXFER', length, queue: drawQueue(random), queueSeconds: 0 };
}

function byHand(moment: Moment, type: 'MANUAL', reached: number, by?: Agent): Outcome {
  const { random } = moment;
  const agent = by ?? oneOf(random, moment.agents());
  if (random() < reached) return conversation(moment, type, agent);
  const status = drawUnanswered(random);
  return { type, status, length: lengthOf(random, status), agent };
}

/** Who asked to be called back mostly answers. */
function calledBack(moment: Moment, { agent }: Callback): Outcome {
  return byHand(moment, 'MANUAL', 0.65, agent);
}

function threeWay(moment: Moment): Outcome {
  const talk = conversation(moment, '3WAY');
  const others = moment.agents().filter((agent) => agent !== talk.agent);
  return { ...talk, broughtInBy: oneOf(moment.random, others) };
}

/** A queue belongs to a campaign, and so does a lead; every other call falls to one by its share. */
function campaignOf(random: Random, { queue }: Outcome, promised: Callback | undefined): Campaign {
  const id = promised?.lead.campaignId ?? queue?.campaignId;
  const drawn = drawCampaign(random);
  return id === undefined ? drawn : (CAMPAIGNS.find((campaign) => campaign.id === id) ?? drawn);
}

function record(
  moment: Moment,
  id: string,
  campaign: Campaign,
  callerId: CallerId,
  lead: Lead,
  outcome: Outcome,
): SandboxCall {
  const { random } = moment;
  const { status, queue } = outcome;
  const call_date = accountTime(moment.day.date, moment.second);
  const talked = CONVERSATIONS.has(status);
  const queued = queue !== undefined && status !== 'AHXFER';
  return {
    id,
    lead_id: lead.id,
    list_id: lead.listId,
    campaign_id: campaign.id,
    user_id: outcome.agent?.id ?? SYSTEM_USER.id,
    phone_number: lead.phone,
    number_dialed: queue?.inboundNumber ?? lead.phone,
    first_name: lead.firstName,
    last_name: lead.lastName,
    status,
    call_length: outcome.length,
    call_date,
    call_type: outcome.type,
    called_count: lead.calledCount,
    recording: talked ? recordings(random, id, call_date, lead.phone, outcome) : [],
    agent_comment: talked ? comment(random, id) : null,
    queue_id: queue?.id ?? null,
    queue_position: queued ? betweenMostlyLow(random, 1, 6) : null,
    queue_seconds: outcome.queueSeconds ?? null,
    caller_id_displayed: queue ? lead.phone : callerId.number,
    inbound_number: queue?.inboundNumber ?? null,
    term_reason: termReason(random, status),
    originating_agent_id: outcome.broughtInBy?.id ?? null,
    session_id: talked ? `s${hashOf(id).toString(16).padStart(8, '0')}` : null,
  };
}

/** Most conversations are recorded, a call with a third party often twice. File names carry the lead's number, as live. */
function recordings(
  random: Random,
  id: string,
  callDate: string,
  phone: string,
  outcome: Outcome,
): SandboxRecording[] {
  if (random() < 0.07) return [];
  const parts = outcome.type === '3WAY' && random() < 0.6 ? ['all', 'transfer'] : ['all'];
  const type = random() < 0.02 ? 'wav' : 'mp3';
  const [date = '', time = ''] = callDate.split(' ');
  const stamp = `${date.replaceAll('-', '')}-${time.replaceAll(':', '')}`;
  return parts.map((part, i) => {
    const recording_id = `rec${id}${i === 0 ? '' : `-${i + 1}`}`;
    const filename = `${stamp}_${phone}_${between(random, 1_000, 9_999)}-${part}.${type}`;
    return {
      src: `https://convoso.com/recording/${recording_id}/${filename}`,
      type,
      recording_id,
      filename,
      public_url: `https://convoso.com/public/${recording_id}/${filename}`,
    };
  });
}

function comment(random: Random, id: string): string | null {
  const draw = random();
  if (draw < 0.005) return HOSTILE_COMMENTS[hashOf(id) % HOSTILE_COMMENTS.length] ?? null;
  return draw < 0.25 ? oneOf(random, COMMENTS) : null;
}
