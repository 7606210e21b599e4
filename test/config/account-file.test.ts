import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  type AccountFileProblem,
  accountFileJsonSchema,
  NO_ACCOUNT_FILE,
  parseAccountFile,
} from '../../src/config/account-file.js';
import { starterFile } from '../../src/config/starter-file.js';
import { StatusBook } from '../../src/convoso/statuses.js';
import { outgoingCall } from '../../src/redact/outgoing.js';

const parse = (value: unknown) => parseAccountFile(JSON.stringify(value));
function problems(value: unknown): readonly AccountFileProblem[] {
  const read = parse(value);
  if ('account' in read) throw new Error('nothing was refused');
  return read.problems;
}

describe('an account file', () => {
  it('holds the zone, codes, fields, names, system users and defaults', () => {
    const file = {
      $schema: './account.schema.json',
      time_zone: 'America/Los_Angeles',
      statuses: {
        SALE: { meaning: 'Policy sold', group: 'human', success: true },
        DNC: { do_not_call: true },
        CB: { callback: true, group: 'no_answer' },
        N: {},
      },
      extra_fields: {
        extra_field_01: { label: 'QA result', allowed_values: ['Pass', 'Fail'] },
        extra_field_17: { label: 'Note', description: 'Why', max_length: 80 },
      },
      users: { '12345': 'Jane Smith' },
      campaigns: { '111': 'Medicare' },
      lists: { '333': 'Web' },
      queues: { '501': '' },
      system_users: ['666666'],
      audit: {
        attempts_24h: { most: 2 },
        calling_hours: { states: { NY: { hours: '09:00-20:00', sunday: 'none' } } },
      },
      defaults: { confirm_writes: 'ask', read_only: true },
    };
    expect(parse(file)).toEqual({ account: file });
  });

  it('may leave everything out', () => {
    expect(parse({})).toEqual({ account: NO_ACCOUNT_FILE });
    expect(NO_ACCOUNT_FILE.system_users).toEqual(['666666', '666667', '666671']);
  });

  it.each([
    [{ time_zone: 'Mars/Base' }, 'time_zone', /IANA time zone/],
    [{ statuses: { SALE: { group: 'sold' } } }, 'statuses.SALE.group', /human/],
    [{ statuses: { SALE: 'Sold' } }, 'statuses.SALE', /object/],
    [{ statuses: { SALE: { success: 'yes' } } }, 'statuses.SALE.success', /boolean/],
    [{ statuses: { SALE: { success: true, group: 'machine' } } }, 'statuses.SALE.group', /must be human/],
    [{ audit: { attempts_24h: { most: 0 } } }, 'audit.attempts_24h.most', />=1/],
    [
      { audit: { calling_hours: { states: { NY: { hours: '9-20' } } } } },
      'audit.calling_hours.states.NY.hours',
      /08:00-20:00/,
    ],
    [{ audit: { abandonement: {} } }, 'audit', /abandonement/],
    [{ extra_fields: { extra_5: { label: 'x' } } }, 'extra_fields.extra_5', /extra_field_NN/],
    [{ extra_fields: { extra_field_05: {} } }, 'extra_fields.extra_field_05.label', /string/],
    [
      { extra_fields: { extra_field_05: { label: 'x', max_length: 0 } } },
      'extra_fields.extra_field_05.max_length',
      /1/,
    ],
    [{ users: { '1 2': 'Jane' } }, 'users.1 2', /id/],
    [{ users: { '12': 5 } }, 'users.12', /string/],
    [{ usres: {} }, '', /unknown: usres/],
    [{ defaults: { confirm_writes: 'maybe' } }, 'defaults.confirm_writes', /never/],
    [[], '', /object/],
  ])('%j is refused with its place and the reason', (value, path, why) => {
    const [problem, ...more] = problems(value);
    expect(more).toEqual([]);
    expect(problem?.path).toBe(path);
    expect(problem?.why).toMatch(why);
  });

  it('names every place that is wrong', () => {
    expect(problems({ time_zone: 'x', users: { '1': 2 } }).map(({ path }) => path)).toEqual([
      'time_zone',
      'users.1',
    ]);
  });

  it('that is no JSON is refused', () => {
    for (const text of ['', '{', '{"users":{},}', '// no\n{}']) {
      expect(parseAccountFile(text)).toMatchObject({ problems: [{ path: '', why: /JSON/ }] });
    }
    expect(parseAccountFile('\uFEFF{}')).toEqual({ account: NO_ACCOUNT_FILE });
  });

  it('is described by account.schema.json as generated from the code (node dist/cli.js config schema)', () => {
    const published = readFileSync(new URL('../../account.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(published)).toEqual(JSON.parse(JSON.stringify(accountFileJsonSchema())));
  });
});

describe('a starter file', () => {
  const book = new StatusBook();

  it('has what live rows carry, is valid, and marks what nothing is known of', () => {
    const common = { id: '1', call_length: 3 };
    const file = starterFile(
      [
        { ...common, status: 'QX', status_name: 'Quoted', user_id: '7', user: 'Ann Lee', list_id: '3' },
        {
          ...common,
          status: 'BUSY',
          user_id: '700001',
          user: 'System User',
          campaign_id: '1',
          campaign: 'Auto',
        },
        { ...common, status: 'BUSY', user_id: '7', queue_id: '5', queue: 'Main' },
      ].map(outgoingCall),
      book,
      'America/Denver',
    );
    expect(file).toMatchObject({
      time_zone: 'America/Denver',
      statuses: {
        BUSY: { meaning: 'Number was busy', group: 'busy' },
        QX: { meaning: 'Quoted', group: 'unmapped' },
      },
      users: { '7': 'Ann Lee', '700001': 'System User' },
      campaigns: { '1': 'Auto' },
      lists: { '3': '' },
      queues: { '5': 'Main' },
    });
    expect(file.system_users).toContain('700001');
    expect(parse(file)).toHaveProperty('account');
  });

  it('proposes flags by codes and names, for a person to check', () => {
    const seen = [
      ['APPT', 'Appointment set'],
      ['SALE', 'Sale Made'],
      ['DNC', 'Do Not Call'],
      ['CB', 'Callback'],
      ['A', 'Answering Machine'],
      ['BUSY', 'Sold out'],
    ] as const;
    const rows = seen.map(([status, status_name], i) =>
      outgoingCall({ id: `${i}`, call_length: 3, status, status_name }),
    );
    const { statuses } = starterFile(rows, book, undefined);
    expect(statuses).toEqual({
      APPT: { meaning: 'Appointment set', group: 'human', success: true },
      SALE: { meaning: 'Sale Made', group: 'human', success: true },
      DNC: { meaning: 'Do Not Call', group: 'unmapped', do_not_call: true },
      CB: { meaning: 'Callback', group: 'human', callback: true },
      A: { meaning: 'Answering Machine', group: 'machine' },
      BUSY: { meaning: 'Sold out', group: 'human', success: true },
    });
    expect(parse({ statuses })).toHaveProperty('account');
  });

  it('leaves blank what rows do not carry', () => {
    const file = starterFile(
      [outgoingCall({ id: '1', call_length: 3, status: 'ZZ', user_id: '7' })],
      book,
      undefined,
    );
    expect(file).toMatchObject({ statuses: { ZZ: { meaning: '', group: 'unmapped' } }, users: { '7': '' } });
    expect(file).not.toHaveProperty('time_zone');
    expect(parse(file)).toHaveProperty('account');
  });
});
