import { ordinal } from '../floor.js';
import { hashOf } from '../random.js';
import type { Setting } from '../service.js';
import type { Quirk } from './quirk.js';

const STALE = 'A replica that is behind answers as a service without the calls it has not yet seen.';

/** The newest calls of the window. */
function newest({ calls, window }: Setting, count: number): ReadonlySet<string> {
  const end = ordinal(window.end) * 1000 + 999;
  return new Set(
    calls
      .filter(({ at }) => at <= end)
      .slice(-count)
      .map(({ id }) => id),
  );
}

/** Some calls anywhere. */
function scattered({ calls }: Setting): ReadonlySet<string> {
  return new Set(calls.flatMap(({ id }) => (hashOf(`${id} late`) % 60 === 0 ? [id] : [])));
}

type Behind = 'rows' | 'count' | 'both';

function behind(
  name: string,
  which: Behind,
  gone: (setting: Setting) => ReadonlySet<string>,
  when: (number: number, setting: Setting) => boolean,
): Quirk {
  return {
    name,
    kind: 'replicas',
    undetectable: STALE,
    hooks: (setting) => {
      const missing = gone(setting);
      const hidden = {
        ...(which === 'count' ? {} : { rows: missing }),
        ...(which === 'rows' ? {} : { count: missing }),
      };
      return { hidden: ({ number }) => (when(number, setting) ? hidden : {}) };
    },
  };
}

const atRandom = (_number: number, { random }: Setting) => random.chance(0.5);
const three = (setting: Setting) => newest(setting, 3);

export const REPLICAS: readonly Quirk[] = [
  behind('one of two behind, at random: rows', 'rows', three, atRandom),
  behind('one of two behind, at random: counts', 'count', three, atRandom),
  behind('one of two behind, at random: both', 'both', three, atRandom),
  behind('one of two far behind, at random', 'both', (setting) => newest(setting, 60), atRandom),
  behind('two in turn, one behind', 'both', three, (number) => number % 2 === 0),
  behind('behind after the first request', 'both', three, (number) => number > 1),
  behind('behind for the first request', 'both', three, (number) => number === 1),
  behind('behind after the second request', 'both', three, (number) => number > 2),
  behind('behind throughout', 'both', three, () => true),
  behind('rows behind throughout', 'rows', three, () => true),
  behind('counts behind throughout', 'count', three, () => true),
  behind('one of two with gaps, at random: rows', 'rows', scattered, atRandom),
  behind('one of two with gaps, at random: both', 'both', scattered, atRandom),
];
