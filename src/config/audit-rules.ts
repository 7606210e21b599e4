import * as z from 'zod';

const HOURS = /^(?:[01]\d|2[0-4]):[0-5]\d-(?:[01]\d|2[0-4]):[0-5]\d$/;

/** The `audit` section of the account file: what the compliance screens take in place of their defaults. */
export function auditRulesSchema() {
  const id = z.string().regex(/^\S{1,64}$/, 'must be an id: 1 to 64 characters without spaces');
  const limit = (max: number, description: string) =>
    z.int().min(1).max(max).optional().describe(description);
  const hours = z.string().regex(HOURS, 'must be hours such as 08:00-20:00');
  return z
    .strictObject({
      abandonment: z
        .strictObject({
          percent: z.number().gt(0).lt(100).optional().describe('Highest abandon rate, percent (default 3)'),
          days: limit(366, 'Days of a period (default 30)'),
        })
        .optional(),
      attempts_24h: z
        .strictObject({
          most: limit(1_000, 'Most attempts to a number (default 3)'),
          hours: limit(168, 'Hours they are counted over (default 24)'),
        })
        .optional(),
      attempts_7d: z
        .strictObject({
          most: limit(1_000, 'Most attempts to a number (default 7)'),
          days: limit(
            30,
            'Days they are counted over, and days without a call after a conversation (default 7)',
          ),
          campaigns: z.array(id).max(1_000).optional().describe('Ids of the campaigns that collect debts'),
        })
        .optional(),
      calling_hours: z
        .strictObject({
          hours: hours.optional().describe('Where no state has others (default 08:00-21:00)'),
          states: z
            .record(
              z.string().regex(/^[A-Z]{2}$/, 'must be the two letters of a state'),
              z.strictObject({
                hours: hours.describe('Monday to Saturday, and Sunday where nothing else is said'),
                sunday: z
                  .union([hours, z.literal('none')])
                  .optional()
                  .describe('Sunday; none: no calls'),
              }),
            )
            .optional()
            .describe('Hours of a state, in place of all that is built in for it'),
        })
        .optional(),
      after_dnc: z
        .strictObject({
          business_days: z
            .int()
            .min(0)
            .max(60)
            .optional()
            .describe('Business days in which a request must be honored (default 10)'),
        })
        .optional(),
      callbacks: z
        .strictObject({ days: limit(30, 'Days in which the lead is called back (default 3)') })
        .optional(),
      caller_id_health: z
        .strictObject({
          p_value: z
            .number()
            .gt(0)
            .lt(0.5)
            .optional()
            .describe('Chance of a flag in all comparisons together, where nothing differs (default 0.01)'),
          dials: limit(10_000, 'Least dials of each side of a comparison (default 50)'),
          short_seconds: limit(600, 'Conversations below this many seconds are short (default 10)'),
        })
        .optional(),
    })
    .default({})
    .describe('Thresholds and lists of the compliance screens (audit_call_logs)');
}

export type AuditOverrides = z.output<ReturnType<typeof auditRulesSchema>>;
