/** The call center the sandbox pretends to be: campaigns, lists, queues, agents, statuses. */

/** A number of the floor's own that leads see, and what it does to the share of them who answer. */
export interface CallerId {
  readonly number: string;
  /** Share of the campaign's calls. */
  readonly weight: number;
  /** 1 for a number like any other; carriers have begun to label the ones below. */
  readonly answered: number;
}

export interface Campaign {
  readonly id: string;
  readonly name: string;
  /** Share of the floor's calls. */
  readonly weight: number;
  /** Share of outbound attempts that are answered and then abandoned, percent. Home Solar dials too hard. */
  readonly dropPercent: number;
  readonly callerIds: readonly [CallerId, ...CallerId[]];
}

export const CAMPAIGNS: readonly Campaign[] = [
  {
    id: '111',
    name: 'Medicare Advantage',
    weight: 45,
    dropPercent: 0.5,
    callerIds: [
      { number: '7475550111', weight: 7, answered: 1 },
      { number: '7475550121', weight: 3, answered: 0.8 },
    ],
  },
  {
    id: '112',
    name: 'Auto Insurance',
    weight: 33,
    dropPercent: 0.6,
    callerIds: [{ number: '7475550112', weight: 1, answered: 1 }],
  },
  {
    id: '113',
    name: 'Home Solar',
    weight: 22,
    dropPercent: 1.6,
    callerIds: [
      { number: '7475550113', weight: 6, answered: 1.05 },
      { number: '7475550123', weight: 4, answered: 0.55 },
    ],
  },
];

export interface LeadList {
  readonly id: string;
  readonly name: string;
  readonly campaignId: string;
  readonly leads: number;
}

export const LISTS: readonly LeadList[] = [
  { id: '333', name: 'Turning 65 CA', campaignId: '111', leads: 2_400 },
  { id: '334', name: 'Medicare Web Leads', campaignId: '111', leads: 1_700 },
  { id: '335', name: 'Auto Quotes Feb', campaignId: '112', leads: 1_600 },
  { id: '336', name: 'Auto Renewals', campaignId: '112', leads: 1_400 },
  { id: '337', name: 'Solar Homeowners', campaignId: '113', leads: 1_900 },
];

export interface Queue {
  readonly id: string;
  readonly name: string;
  readonly campaignId: string;
  /** The number callers ring. */
  readonly inboundNumber: string;
  /** Share of the inbound calls. */
  readonly weight: number;
  /** The longest wait for an agent, seconds. */
  readonly longestWait: number;
}

export const QUEUES: readonly Queue[] = [
  {
    id: '501',
    name: 'Medicare Inbound',
    campaignId: '111',
    inboundNumber: '6575550150',
    weight: 45,
    longestWait: 90,
  },
  {
    id: '502',
    name: 'Auto Service',
    campaignId: '112',
    inboundNumber: '6575550151',
    weight: 25,
    longestWait: 150,
  },
  {
    id: '503',
    name: 'Support',
    campaignId: '112',
    inboundNumber: '6575550152',
    weight: 30,
    longestWait: 260,
  },
];

export interface Agent {
  readonly id: string;
  readonly name: string;
  /** Days worked, 0 for Sunday. */
  readonly days: readonly number[];
  /** Hours worked, account time: from the first, up to but not in the second. */
  readonly from: number;
  readonly to: number;
  /** How much likelier than the average a conversation ends in a sale. */
  readonly skill: number;
}

const WEEKDAYS = [1, 2, 3, 4, 5];

/** Two agents are called Jane, so that a first name alone can be ambiguous. */
export const AGENTS: readonly Agent[] = [
  { id: '12345', name: 'Jane Smith', days: WEEKDAYS, from: 8, to: 17, skill: 1.5 },
  { id: '22222', name: 'Marcus Reed', days: WEEKDAYS, from: 9, to: 18, skill: 1 },
  { id: '22223', name: 'Jane Okafor', days: [1, 2, 3, 4, 5, 6], from: 11, to: 20, skill: 1.2 },
  { id: '22224', name: 'Luis Herrera', days: WEEKDAYS, from: 8, to: 17, skill: 0.9 },
  { id: '22225', name: 'Priya Nair', days: WEEKDAYS, from: 8, to: 16, skill: 1.8 },
  { id: '22226', name: "Tom O'Brien", days: [1, 2, 3, 4, 6], from: 10, to: 19, skill: 0.7 },
  { id: '22227', name: 'Aaliyah Johnson', days: [0, 2, 3, 4, 5, 6], from: 11, to: 20, skill: 1.1 },
  { id: '22228', name: 'Wei Chen', days: WEEKDAYS, from: 9, to: 18, skill: 1.3 },
  { id: '22229', name: 'Sofia Marino', days: [1, 3, 5], from: 8, to: 13, skill: 1 },
  { id: '22230', name: 'Derek Hall', days: [0, 1, 2, 3, 4, 5, 6], from: 8, to: 20, skill: 0.4 },
  { id: '22231', name: 'Zoë Lindqvist', days: WEEKDAYS, from: 12, to: 20, skill: 1 },
  { id: '22232', name: 'Grace Kim', days: [2, 3, 4, 5, 6], from: 12, to: 20, skill: 1.4 },
];

/** The dialer itself: its rows belong to no agent. */
export const SYSTEM_USER = { id: '666666', name: 'System User' } as const;

/** Every status the account uses, with its own name for it: the contract's nine, then the account's own. */
export const STATUSES: ReadonlyMap<string, string> = new Map([
  ['COMPLETED', 'Call Completed'],
  ['NO_ANSWER', 'No Answer'],
  ['BUSY', 'Busy'],
  ['INVALID', 'Invalid Number'],
  ['DISCONNECTED', 'Disconnected'],
  ['FAILED', 'Call Failed'],
  ['ANSWERING_MACHINE', 'Answering Machine'],
  ['CALL_BLOCKED', 'Call Blocked'],
  ['WRONG_PARTY', 'Wrong Party'],
  ['SALE', 'Sale Made'],
  ['NI', 'Not Interested'],
  ['DNC', 'Do Not Call'],
  ['CALLBK', 'Call Back'],
  ['DROP', 'Abandoned'],
  ['A', 'Answering Machine Auto'],
  ['AHXFER', 'After Hours'],
  ['SURVEY', 'Solar Survey'],
  ['INCALL', 'Call in Progress'],
  ['QUEUE', 'In Queue'],
]);

const names = (things: readonly { id: string; name: string }[]): ReadonlyMap<string, string> =>
  new Map(things.map(({ id, name }) => [id, name]));

/** Names by id; an id that is not a key is unknown to the account. */
export const CAMPAIGN_NAMES = names(CAMPAIGNS);
export const LIST_NAMES = names(LISTS);
export const QUEUE_NAMES = names(QUEUES);
export const USER_NAMES = names([...AGENTS, SYSTEM_USER]);

const shifts = new Map<number, readonly Agent[]>();

/** The agents at work in an hour of a weekday; whoever works that day when nobody has the hour. */
export function agentsOnShift(weekday: number, hour: number): readonly Agent[] {
  const key = weekday * 24 + hour;
  const known = shifts.get(key);
  if (known) return known;
  const today = AGENTS.filter((agent) => agent.days.includes(weekday));
  const now = today.filter((agent) => hour >= agent.from && hour < agent.to);
  const shift = now.length > 0 ? now : today;
  shifts.set(key, shift);
  return shift;
}
