import { type Campaign, LISTS } from './floor.js';
import { oneOf, type Random } from './random.js';
import { AREA_CODES, FIRST_NAMES, LAST_NAMES } from './words.js';

/** A person on a list, and what the dialer remembers of them while the history is generated. */
export interface Lead {
  readonly id: string;
  readonly listId: string;
  readonly campaignId: string;
  readonly phone: string;
  readonly firstName: string;
  readonly lastName: string;
  calledCount: number;
  /** Sold, refused or unreachable for good: not dialled again. */
  closed: boolean;
  /** The hour of the history they were last dialled in. */
  lastHour: number;
}

/** Every lead, by campaign. No two share a phone number. */
export function makeLeads(random: Random): ReadonlyMap<string, readonly Lead[]> {
  const phones = shuffled(random, everyPhone());
  const leads = new Map<string, Lead[]>();
  let made = 0;
  for (const list of LISTS) {
    const ofCampaign = leads.get(list.campaignId) ?? [];
    leads.set(list.campaignId, ofCampaign);
    for (let i = 0; i < list.leads; i += 1) {
      const phone = phones[made];
      if (phone === undefined) throw new RangeError('more leads than phone numbers');
      ofCampaign.push({
        id: String(200_001 + made),
        listId: list.id,
        campaignId: list.campaignId,
        phone,
        firstName: oneOf(random, FIRST_NAMES),
        lastName: oneOf(random, LAST_NAMES),
        calledCount: 0,
        closed: false,
        lastHour: -1,
      });
      made += 1;
    }
  }
  return leads;
}

/** A lead of the campaign to dial now: not closed, and not dialled in this hour or the one before. */
export function nextLead(random: Random, leads: readonly Lead[], hour: number): Lead {
  let lead = oneOf(random, leads);
  // A few tries, then whoever came last: a dialer short of fresh leads does hammer the stale ones.
  for (let tries = 0; tries < 8 && (lead.closed || hour - lead.lastHour < 2); tries += 1) {
    lead = oneOf(random, leads);
  }
  return lead;
}

/** The leads of one campaign. */
export function leadsOf(leads: ReadonlyMap<string, readonly Lead[]>, campaign: Campaign): readonly Lead[] {
  return leads.get(campaign.id) ?? [];
}

/** Area code + 555 + 01xx: the numbers kept for fiction, which ring nobody. */
function everyPhone(): string[] {
  const phones: string[] = [];
  for (const area of AREA_CODES) {
    for (let i = 0; i < 100; i += 1) phones.push(`${area}55501${String(i).padStart(2, '0')}`);
  }
  return phones;
}

function shuffled(random: Random, list: string[]): string[] {
  for (let i = list.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    const [a, b] = [list[i], list[j]];
    if (a === undefined || b === undefined) continue;
    list[i] = b;
    list[j] = a;
  }
  return list;
}
