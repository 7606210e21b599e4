// docs/settings.md: the settings by subject.
import { table } from './table.mjs';

/** A heading and a table for each subject, in the order of the settings. */
export function settingTables(settings) {
  return [...new Set(settings.map(({ subject }) => subject))]
    .map((subject) => `## ${subject}\n\n${settingTable(settings.filter((one) => one.subject === subject))}`)
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
