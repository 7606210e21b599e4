import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { isZone } from '../account-time/stamps.js';
import { OUTCOME_GROUPS } from '../convoso/statuses.js';
import { withCode } from '../util/error-code.js';
import { auditRulesSchema } from './audit-rules.js';
import { SettingsError } from './settings-error.js';

// The file lives here because the lowest layer that reads it does: names and statuses are resolved in call-logs/.

const MAX_NAME = 200;
/**
 * How writes are confirmed: not at all, or by the person, one change at a time. With `ask` a host that cannot ask gets a
 * token to come back with; with `ask-host` it cannot write.
 */
export const CONFIRM_WRITES = ['never', 'ask', 'ask-host'] as const;

/** User ids that live rows of the dialer itself carry. */
export const DIALER_USERS: readonly string[] = ['666666', '666667', '666671'];

// Few starts have an account file, and making the schema is a good part of a start: it is made when first asked for.
let made: ReturnType<typeof makeSchema> | undefined;

function accountFileSchema() {
  made ??= makeSchema();
  return made;
}

function makeSchema() {
  const id = z.string().regex(/^\S{1,64}$/, 'must be an id: 1 to 64 characters without spaces');
  const names = (what: string) =>
    z
      .record(id, z.string().trim().max(MAX_NAME))
      .default({})
      .describe(`Names of ${what} by id; an empty name counts as not given`);

  const extraField = z.strictObject({
    label: z.string().trim().min(1).max(60).describe('What people call the field'),
    description: z.string().trim().max(200).optional().describe('What belongs in it'),
    allowed_values: z
      .array(z.string().trim().min(1).max(200))
      .min(1)
      .max(50)
      .optional()
      .describe('The only values it takes, in any letter case'),
    max_length: z.int().min(1).max(10_000).optional().describe('Longest value it takes, in characters'),
  });

  return z.strictObject({
    $schema: z.string().optional().describe('Where editors find the schema of this file'),
    time_zone: z
      .string()
      .refine(isZone, 'must be an IANA time zone such as America/Los_Angeles')
      .optional()
      .describe('Time zone of the account (IANA name); CONVOSO_TIMEZONE wins'),
    statuses: z
      .record(
        id,
        z
          .strictObject({
            meaning: z
              .string()
              .trim()
              .max(MAX_NAME)
              .optional()
              .describe('What the code means in this account'),
            group: z
              .enum(OUTCOME_GROUPS)
              .optional()
              .describe('What such calls count as; a success or callback is human where this is left out'),
            success: z
              .boolean()
              .optional()
              .describe('A sale, an appointment, or what else the calls are made for'),
            do_not_call: z.boolean().optional().describe('The person asked not to be called again'),
            callback: z.boolean().optional().describe('Another call was agreed'),
          })
          .refine(({ success, group = 'human' }) => success !== true || group === 'human', {
            path: ['group'],
            message:
              'must be human, or left out, for a success: only a call that reached a person can be one',
          }),
      )
      .default({})
      .describe('Status (disposition) codes of the account'),
    extra_fields: z
      .record(z.string().regex(/^extra_field_\d{2}$/, 'must be named extra_field_NN'), extraField)
      .default({})
      .describe('Extra fields of call logs by their documented name (extra_field_01)'),
    users: names('agent users'),
    campaigns: names('campaigns'),
    lists: names('lists'),
    queues: names('queues'),
    system_users: z
      .array(id)
      .default([...DIALER_USERS])
      .describe('User ids of the dialer itself, left out of agent rankings'),
    audit: auditRulesSchema(),
    defaults: z
      .strictObject({
        confirm_writes: z.enum(CONFIRM_WRITES).optional().describe('As CALL_LOGS_CONFIRM_WRITES'),
        read_only: z.boolean().optional().describe('As CALL_LOGS_READ_ONLY'),
      })
      .default({})
      .describe('Settings that flags and the environment override'),
  });
}

/** What a person has said about one account: its zone, codes, fields and names. */
export type AccountFile = z.output<ReturnType<typeof makeSchema>>;

/** The same as it is written: every part may be left out. */
export type AccountFileInput = z.input<ReturnType<typeof makeSchema>>;

/** One extra field as the account uses it. */
export type ExtraField = AccountFile['extra_fields'][string];

/** The account nothing is known of. */
export const NO_ACCOUNT_FILE: AccountFile = {
  statuses: {},
  extra_fields: {},
  users: {},
  campaigns: {},
  lists: {},
  queues: {},
  system_users: [...DIALER_USERS],
  audit: {},
  defaults: {},
};

/** What is wrong with an account file: where in it, and why. */
export interface AccountFileProblem {
  /** Dotted path from the top of the file; empty for the whole file. */
  readonly path: string;
  readonly why: string;
}

/** Reads the text of an account file; problems come back, one a place, instead of being thrown. */
export function parseAccountFile(
  json: string,
): { readonly account: AccountFile } | { readonly problems: readonly AccountFileProblem[] } {
  let value: unknown;
  try {
    value = JSON.parse(json.replace(/^\uFEFF/, ''));
  } catch {
    return { problems: [{ path: '', why: 'it is not valid JSON (comments and trailing commas are not)' }] };
  }
  const parsed = accountFileSchema().safeParse(value);
  if (parsed.success) return { account: parsed.data };
  return { problems: parsed.error.issues.map(problemOf) };
}

function problemOf(issue: z.core.$ZodIssue): AccountFileProblem {
  const path = issue.path.map(String).join('.');
  // A key that breaks its rule is reported with the rule's own words, which are inside.
  const inner = issue.code === 'invalid_key' ? issue.issues[0] : undefined;
  const why =
    issue.code === 'unrecognized_keys' ? `unknown: ${issue.keys.join(', ')}` : (inner ?? issue).message;
  return { path, why: why.charAt(0).toLowerCase() + why.slice(1) };
}

/** The JSON Schema of the file, for editors; published as account.schema.json. */
export function accountFileJsonSchema(): Record<string, unknown> {
  return {
    title: 'Account file of convoso-call-logs-mcp',
    ...z.toJSONSchema(accountFileSchema(), { io: 'input' }),
  };
}

/** Reads an account file. @throws SettingsError naming each place that is wrong and why. */
export function readAccountFile(path: string): AccountFile {
  let json: string;
  try {
    json = readFileSync(path, 'utf8');
  } catch (error) {
    throw new SettingsError({
      what: `The account file ${path} cannot be read.`,
      why: withCode('It cannot be opened', error),
      next: 'Correct the path (--config or CALL_LOGS_CONFIG) or the file’s permissions.',
    });
  }
  const read = parseAccountFile(json);
  if ('account' in read) return read.account;
  const problems = read.problems.map(({ path, why }) => (path === '' ? why : `${path}: ${why}`));
  throw new SettingsError({
    what: `The account file ${path} cannot be used.`,
    why: `${problems.join('; ')}.`,
    next: 'Correct it and start again; account.schema.json describes the file, and “config check FILE” checks it.',
  });
}
