import type { Dialect, TrueCall } from './floor.js';

/** A question about a floor: filters as they are sent, and which calls it is truly about. */
export interface Question {
  readonly name: string;
  readonly filters: Readonly<Record<string, string>>;
  wants(call: TrueCall): boolean;
  /** Calls that may be counted as well. */
  allows?(call: TrueCall): boolean;
  /** The field that rows must have for the filter to be checked. */
  readonly field?: string;
}

/** Fields that a contract row does not have. */
const NOT_IN_CONTRACT: ReadonlySet<string> = new Set(['queue_id', 'first_name', 'last_name', 'called_count']);

/** Whether the rows of a dialect have the field that the question filters by. */
export function isChecked({ field }: Question, dialect: Dialect): boolean {
  return field === undefined || dialect === 'live' || !NOT_IN_CONTRACT.has(field);
}

/** Questions about a floor, by name. */
export function questionsOf(dialect: Dialect, calls: readonly TrueCall[]): ReadonlyMap<string, Question> {
  const status = dialect === 'live' ? 'NI' : 'COMPLETED';
  const middle = calls[Math.floor(calls.length / 2)];
  const phone = middle?.phone_number ?? '2125550100';
  const lead = middle?.lead_id ?? '200000';
  const on = (
    field: string,
    value: string,
    wants: Question['wants'],
    more: Partial<Question> = {},
  ): Question => ({ name: field, field, filters: { [field]: value }, wants, ...more });
  const list: Question[] = [
    { name: 'all', filters: {}, wants: () => true },
    on('status', status, (call) => call.status === status),
    on('status', status.toLowerCase(), (call) => call.status === status, { name: 'status in lower case' }),
    on('campaign_id', '111', (call) => call.campaign_id === '111'),
    on('campaign_id', '0111', (call) => call.campaign_id === '111', { name: 'campaign_id with a zero' }),
    on('campaign_id', '11', (call) => call.campaign_id === '11', { name: 'campaign_id 11' }),
    on('user_id', '22223', (call) => call.user_id === '22223'),
    on('user_id', '29999', () => false, { name: 'user_id without calls' }),
    on('queue_id', '900', (call) => call.queue_id === '900'),
    on('list_id', '33', (call) => call.list_id === '33'),
    on('lead_id', lead, (call) => call.lead_id === lead),
    on('phone_number', phone, (call) => call.phone_number === phone),
    on('number_dialed', phone, (call) => call.phone_number === phone),
    on('first_name', 'Ana', (call) => call.first_name === 'Ana', {
      allows: (call) => call.first_name?.toLowerCase().includes('ana') ?? false,
    }),
    on('last_name', 'Smith', (call) => call.last_name === 'Smith', {
      allows: (call) => call.last_name?.toLowerCase().includes('smith') ?? false,
    }),
    on('call_type', 'INBOUND', (call) => call.call_type === 'INBOUND'),
    on('called_count', '3', (call) => call.called_count === 3),
    {
      name: 'status and campaign_id',
      field: 'status',
      filters: { status, campaign_id: '111' },
      wants: (call) => call.status === status && call.campaign_id === '111',
    },
  ];
  return new Map(list.map((question) => [question.name, question]));
}
