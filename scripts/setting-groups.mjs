// docs/settings.md: the settings by subject.
import { table } from './table.mjs';

/** Each subject with its settings: names of variables, and of flags that have none. The first that fits counts. */
const GROUPS = [
  ['The Convoso account', /^(CONVOSO_|CALL_LOGS_(PHONE_COUNTRY|CONFIG)$)/],
  ['Updates', /^CALL_LOGS_(CONFIRM_WRITES|READ_ONLY|AUDIT_)/],
  ['Redaction', /^CALL_LOGS_REDACT/],
  ['Time and size limits', /^CALL_LOGS_(REQUEST_TIMEOUT|DEADLINE|WALK_)/],
  ['Exports', /^CALL_LOGS_(HTTP_)?EXPORT_/],
  ['HTTP: authentication', /^CALL_LOGS_(HTTP_TOKENS|OAUTH_)/],
  ['HTTP: address and proxies', /^CALL_LOGS_HTTP_(PORT|HOST|ALLOWED_|TRUSTED_)/],
  ['HTTP: limits', /^CALL_LOGS_(HTTP_|REDIS_)/],
  ['Archive', /^(CALL_LOGS_(ARCHIVE_|ACCOUNT$)|--(from|every|before)$)/],
  ['Log, sandbox and output', /^(CALL_LOGS_LOG_LEVEL|--(sandbox|dialect|json))$/],
];

/** A heading and a table for each subject. @throws when a setting has none, so that no page leaves it out */
export function settingTables(settings) {
  const groups = new Map(GROUPS.map(([title]) => [title, []]));
  for (const setting of settings) {
    const key = setting.env ?? `--${setting.flag}`;
    const [title] = GROUPS.find(([, pattern]) => pattern.test(key)) ?? [];
    if (title === undefined) throw new Error(`scripts/setting-groups.mjs has no group for ${key}.`);
    groups.get(title).push(setting);
  }
  return [...groups]
    .filter(([, rows]) => rows.length > 0)
    .map(([title, rows]) => `## ${title}\n\n${settingTable(rows)}`)
    .join('\n\n');
}

function settingTable(settings) {
  return table(
    ['Environment', 'Flag', 'Meaning', 'Default'],
    settings.map(({ env, flag, value, description, default: fallback }) => [
      env === undefined ? '' : `\`${env}\``,
      flag === undefined ? '' : `\`--${flag}${value === undefined ? '' : ` ${value}`}\``,
      description,
      fallback === undefined || fallback === false ? '' : `\`${fallback}\``,
    ]),
  );
}
