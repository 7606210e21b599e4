import { compareCalls, type SandboxCall, type SandboxCallType, type SandboxRecording } from './calls.js';
import {
  type AccountDay,
  accountTime,
  daysBetween,
  SANDBOX_FIRST_DAY,
  SANDBOX_NOW,
  SANDBOX_TODAY,
} from './clock.js';
import { CONTRACT_EXAMPLE_CALLS } from './examples.js';
import {
  type Agent,
  agentsOnShift,
  CAMPAIGNS,
  type Campaign,
  QUEUES,
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

const SEED = 20_260_303;
const FIRST_ID = 100_001;

/** Calls of a day by weekday, Sunday first. */
const CALLS_A_DAY = [45, 1_140, 1_190, 1_090, 1_050, 930, 265];

/** Share of a day's calls by hour: late morning and late afternoon peak, lunch dips. */
const drawHour = drawFrom<number>([
  [8, 5],
  [9, 9],
  [10, 12],
  [11, 11.5],
  [12, 5.5],
  [13, 7.5],
  [14, 11],
  [15, 11.5],
  [16, 12],
  [17, 12.5],
  [18, 9],
  [19, 5],
]);

/** Seconds of the last day at which a call starts that nobody has hung up by `SANDBOX_NOW`. */
const IN_PROGRESS_SECONDS = [71_832, 71_893, 71_921, 71_948, 71_976] as const;
const FIRST_IN_PROGRESS = IN_PROGRESS_SECONDS[0];

const NOW_SECOND = Number(SANDBOX_NOW.slice(11, 13)) * 3600;

const drawCampaign = drawFrom(CAMPAIGNS.map((campaign) => [campaign, campaign.weight] as const));

const drawType = drawFrom<SandboxCallType>([
  ['OUTBOUND', 820],
  ['INBOUND', 110],
  ['MANUAL', 55],
  ['3WAY', 15],
]);

/** How a number dialled by hand fails to reach a person. */
const drawUnanswered = drawFrom<string>([
  ['NO_ANSWER', 6],
  ['ANSWERING_MACHINE', 3],
  ['BUSY', 1],
]);

/** Where and when a call is being placed. */
interface Moment {
  readonly random: Random;
  readonly day: AccountDay;
  readonly second: number;
  readonly agents: readonly Agent[];
  /** Seconds left until nothing is known any more; calls that ended did so before. */
  readonly room: number;
}

/** How a call went, whoever it was with. */
interface Outcome {
  readonly type: SandboxCallType;
  readonly status: string;
  readonly length: number | null;
  readonly agent: Agent | undefined;
  readonly queue?: Queue;
  readonly queueSeconds?: number;
  readonly broughtInBy?: string;
}

/**
 * The whole history of the sandbox, oldest first: some 25,000 calls from `SANDBOX_FIRST_DAY` to `SANDBOX_NOW` (account
 * time) and the contract's two examples among them. The same rows on every run, in every time zone.
 */
export function generateCalls(): readonly SandboxCall[] {
  const random = seededRandom(SEED);
  const leads = makeLeads(random);
  const calls: SandboxCall[] = [];
  for (const [dayNumber, day] of daysBetween(SANDBOX_FIRST_DAY, SANDBOX_TODAY).entries()) {
    const busy = new Set<string>();
    for (const second of secondsOf(random, day)) {
      const open = day.date === SANDBOX_TODAY && second >= FIRST_IN_PROGRESS;
      const hour = Math.floor(second / 3600);
      const shift = agentsOnShift(day.weekday, hour);
      const agents = busy.size > 0 ? shift.filter((agent) => !busy.has(agent.id)) : shift;
      const moment = { random, day, second, agents, room: NOW_SECOND - second };
      const outcome = open ? inProgress(moment) : callOf(moment);
      if (open && outcome.agent) busy.add(outcome.agent.id);
      const campaign = campaignOf(random, outcome);
      const lead = nextLead(random, leadsOf(leads, campaign), dayNumber * 24 + hour);
      const settled = outcome.status === 'attempt' ? settle(moment, campaign) : outcome;
      lead.calledCount += 1;
      lead.lastHour = dayNumber * 24 + hour;
      lead.closed ||= CLOSING.has(settled.status);
      calls.push(record(moment, String(FIRST_ID + calls.length), campaign, lead, settled));
    }
  }
  for (const example of CONTRACT_EXAMPLE_CALLS) {
    const after = calls.findIndex((call) => compareCalls(call, example) > 0);
    calls.splice(after, 0, example);
  }
  return calls;
}

/** The seconds of a day at which calls start, in order. */
function secondsOf(random: Random, day: AccountDay): Int32Array {
  const usual = CALLS_A_DAY[day.weekday] ?? 0;
  const count = between(random, Math.floor(usual * 0.95), Math.ceil(usual * 1.05));
  const isToday = day.date === SANDBOX_TODAY;
  const seconds: number[] = isToday ? [...IN_PROGRESS_SECONDS] : [];
  for (let i = 0; i < count; i += 1) {
    const second = drawHour(random) * 3600 + between(random, 0, 3599);
    // On the last day the finished calls come before those in progress, each with time to have ended.
    if (!isToday || second < FIRST_IN_PROGRESS - 60) seconds.push(second);
  }
  return Int32Array.from(seconds).sort();
}

function callOf(moment: Moment): Outcome {
  const kind = drawType(moment.random);
  if (kind === 'INBOUND') return inbound(moment);
  if (kind === 'MANUAL') return manual(moment);
  if (kind === '3WAY') return threeWay(moment);
  // How an attempt goes depends on the campaign, which is drawn next.
  return { type: 'OUTBOUND', status: 'attempt', length: 0, agent: undefined };
}

function settle(moment: Moment, campaign: Campaign): Outcome {
  const { random } = moment;
  const met = ATTEMPTS.get(campaign.id)?.(random) ?? 'FAILED';
  if (met === 'human') return conversation(moment, 'OUTBOUND');
  if (met === 'DROP') {
    return { type: 'OUTBOUND', status: met, length: abandonedAfter(random), agent: undefined };
  }
  // Agents hear some answering machines and unanswered rings themselves; the dialer keeps the rest.
  const heard = (met === 'ANSWERING_MACHINE' && random() < 0.4) || (met === 'NO_ANSWER' && random() < 0.1);
  const agent = heard ? oneOf(random, moment.agents) : undefined;
  return { type: 'OUTBOUND', status: met, length: lengthOf(random, met), agent };
}

function conversation(moment: Moment, type: SandboxCallType): Outcome & { agent: Agent } {
  const agent = oneOf(moment.random, moment.agents);
  const status = DISPOSITIONS.get(agent.id)?.(moment.random) ?? 'COMPLETED';
  return { type, status, length: Math.min(lengthOf(moment.random, status), moment.room - 1), agent };
}

function inbound(moment: Moment): Outcome {
  const { random } = moment;
  const queue = oneOf(random, QUEUES);
  if (random() < 0.07) {
    const waited = betweenMostlyLow(random, 15, 420);
    const queueSeconds = Math.min(waited, moment.room - 1);
    return { type: 'INBOUND', status: 'DROP', length: queueSeconds, agent: undefined, queue, queueSeconds };
  }
  const talk = conversation(moment, 'INBOUND');
  return { ...talk, queue, queueSeconds: betweenMostlyLow(random, 0, 180) };
}

function manual(moment: Moment): Outcome {
  const { random } = moment;
  if (random() < 0.45) return conversation(moment, 'MANUAL');
  const status = drawUnanswered(random);
  return { type: 'MANUAL', status, length: lengthOf(random, status), agent: oneOf(random, moment.agents) };
}

function threeWay(moment: Moment): Outcome {
  // Alone on the floor there is nobody to bring the call in.
  if (moment.agents.length < 2) return conversation(moment, 'OUTBOUND');
  const talk = conversation(moment, '3WAY');
  const others = moment.agents.filter((agent) => agent !== talk.agent);
  return { ...talk, broughtInBy: oneOf(moment.random, others).id };
}

function inProgress(moment: Moment): Outcome {
  return { type: 'OUTBOUND', status: 'INCALL', length: null, agent: oneOf(moment.random, moment.agents) };
}

/** A queue belongs to a campaign; every other call falls to one by its share. */
function campaignOf(random: Random, outcome: Outcome): Campaign {
  const drawn = drawCampaign(random);
  if (!outcome.queue) return drawn;
  const { campaignId } = outcome.queue;
  return CAMPAIGNS.find((campaign) => campaign.id === campaignId) ?? drawn;
}

function record(moment: Moment, id: string, campaign: Campaign, lead: Lead, outcome: Outcome): SandboxCall {
  const { random } = moment;
  const { status, queue } = outcome;
  const call_date = accountTime(moment.day.date, moment.second);
  const talked = CONVERSATIONS.has(status);
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
    queue_position: queue ? betweenMostlyLow(random, 1, 6) : null,
    queue_seconds: outcome.queueSeconds ?? null,
    caller_id_displayed: queue ? lead.phone : campaign.callerId,
    inbound_number: queue?.inboundNumber ?? null,
    term_reason: termReason(random, status),
    originating_agent_id: outcome.broughtInBy ?? null,
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
