import type { TrueCall } from '../floor.js';
import { hashOf } from '../random.js';
import { type Quirk, simple } from './quirk.js';

/** Filters that a service may not know, and the question that is about each. */
const IGNORABLE = [
  'status',
  'campaign_id',
  'user_id',
  'queue_id',
  'list_id',
  'lead_id',
  'phone_number',
  'number_dialed',
  'first_name',
  'last_name',
  'call_type',
  'called_count',
] as const;

const digits = (text: string) => text.replace(/\D/g, '').replace(/^1(?=\d{10}$)/, '');
const isPhone = (filter: string) => filter === 'phone_number' || filter === 'number_dialed';

/** Numbers printed otherwise than as ten digits, and found in that spelling only. */
const spelled = (name: string, spell: (number: string) => string, more: Partial<Quirk> = {}): Quirk =>
  simple(
    'filters',
    `numbers printed ${name} and found in that spelling only`,
    {
      matches: (filter, wanted, call) => (isPhone(filter) ? wanted === spell(call.phone_number) : undefined),
      row: (row, call) => ({
        ...row,
        phone_number: spell(call.phone_number),
        number_dialed: spell(call.phone_number),
      }),
    },
    { questions: ['phone_number', 'number_dialed'], ...more },
  );

export const dashed = (number: string) => `${number.slice(0, 3)}-${number.slice(3, 6)}-${number.slice(6)}`;

/** Values printed in one of several forms, by call, and found in the very form asked for only. */
const formed = (
  what: string,
  field: 'status' | 'campaign_id',
  questions: readonly string[],
  forms: readonly ((value: string) => string)[],
): Quirk => {
  const printed = (call: TrueCall) =>
    (forms[hashOf(`${call.id} form`) % forms.length] ?? String)(call[field]);
  return simple(
    'filters',
    `${what} printed in several forms and compared as texts`,
    {
      matches: (filter, wanted, call) => (filter === field ? wanted === printed(call) : undefined),
      row: (row, call) => ({ ...row, [field]: printed(call) }),
    },
    {
      questions,
      ...(field === 'campaign_id'
        ? {
            undetectableInPages:
              'How many zeros stand before ids is seen in calls without the filter, which pages do not ask for.',
          }
        : {}),
    },
  );
};

const capitalized = (text: string) => text.slice(0, 1) + text.slice(1).toLowerCase();

export const FILTER_QUIRKS: readonly Quirk[] = [
  formed(
    'statuses',
    'status',
    ['status', 'status in lower case'],
    [String, (status) => status.toLowerCase(), capitalized],
  ),
  formed('campaigns', 'campaign_id', ['campaign_id', 'campaign_id with a zero'], [String, (id) => `0${id}`]),
  ...IGNORABLE.map((filter) =>
    simple(
      'filters',
      `${filter} ignored`,
      { matches: (name) => (name === filter ? true : undefined) },
      {
        questions: [filter],
      },
    ),
  ),
  simple(
    'filters',
    'ids compared as numbers',
    {
      matches: (filter, wanted, call) =>
        filter === 'campaign_id' ? Number(wanted) === Number(call.campaign_id) : undefined,
    },
    { questions: ['campaign_id with a zero', 'campaign_id'] },
  ),
  simple(
    'filters',
    'campaigns matched by their beginning',
    {
      matches: (filter, wanted, call) =>
        filter === 'campaign_id' ? call.campaign_id.startsWith(wanted) : undefined,
    },
    { questions: ['campaign_id 11', 'campaign_id'] },
  ),
  simple(
    'filters',
    'first names matched by their beginning',
    {
      matches: (filter, wanted, call) =>
        filter === 'first_name' ? (call.first_name?.startsWith(wanted) ?? false) : undefined,
    },
    { questions: ['first_name'] },
  ),
  simple(
    'filters',
    'case sensitive',
    {
      matches: (filter, wanted, call) => (filter === 'status' ? call.status === wanted : undefined),
    },
    { questions: ['status in lower case', 'status'] },
  ),
  simple(
    'filters',
    'any filter matched as a part',
    {
      matches: (filter, wanted, call) =>
        filter === 'campaign_id'
          ? call.campaign_id.includes(wanted)
          : filter === 'list_id'
            ? call.list_id.includes(wanted)
            : undefined,
    },
    { questions: ['campaign_id 11', 'list_id'] },
  ),
  simple(
    'filters',
    'numbers found in any spelling',
    {
      matches: (filter, wanted, call) =>
        isPhone(filter) ? digits(wanted) === digits(call.phone_number) : undefined,
    },
    { questions: ['phone_number', 'number_dialed'], harmless: true },
  ),
  spelled('with +1 and dots', (number) => `+1.${dashed(number).replaceAll('-', '.')}`),
  spelled('with an extension', (number) => `${dashed(number)} x${Number(number) % 90}`, {
    undetectable:
      'Which extension a number has is seen on its own rows alone, and they may not be among the newest.',
  }),
  spelled('with +1', (number) => `+1${number}`),
  spelled('with a 1', (number) => `1${number}`),
  spelled('with dashes', dashed),
  spelled('with brackets', (number) => `(${number.slice(0, 3)}) ${number.slice(3, 6)}-${number.slice(6)}`),
  {
    name: 'filters forgotten now and then',
    kind: 'filters',
    questions: ['status', 'campaign_id'],
    hooks: ({ random }) => ({
      form: (form) => {
        const { status: _status, campaign_id: _campaign, ...rest } = form;
        return random.chance(0.4) ? rest : form;
      },
    }),
  },
  {
    name: 'filters applied to each page after it is cut',
    kind: 'filters',
    questions: ['status', 'campaign_id'],
    hooks: () => {
      let wanted: readonly (readonly [string, string])[] = [];
      return {
        form: (form) => {
          const { status, campaign_id, ...rest } = form;
          wanted = Object.entries({ status, campaign_id }).flatMap(([name, value]) =>
            value === undefined ? [] : [[name, value] as const],
          );
          return rest;
        },
        page: (page) => ({
          ...page,
          calls: page.calls.filter((call) =>
            wanted.every(([name, value]) => (name === 'status' ? call.status : call.campaign_id) === value),
          ),
        }),
      };
    },
  },
  simple(
    'filters',
    'a filter hides a tenth of what matches',
    {
      matches: (filter, wanted, call) =>
        filter === 'status'
          ? call.status.toUpperCase() === wanted.toUpperCase() && hashOf(`${call.id} index`) % 10 !== 0
          : undefined,
    },
    {
      questions: ['status'],
      undetectable: 'An index that lacks entries answers as if the account had fewer such calls.',
    },
  ),
];
