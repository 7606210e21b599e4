import { stampOf, WEEKDAYS } from '../account-time/stamps.js';
import { ZoneOffsets } from '../account-time/zone-offsets.js';
import { type PhonePlace, placeOf } from '../phone/area-codes.js';
import { type Hours, hoursWords, type StateHours } from './rules.js';
import {
  certainFirst,
  counted,
  type Ending,
  type Finding,
  type Labels,
  numeral,
  type Screen,
  type ScreenContext,
  type ScreenResult,
  type Unable,
  word,
} from './screen.js';
import { type KeptCall, kept, type SeenCall } from './seen-call.js';

const DAY = 86_400;
const SUNDAY = 6;

type Area = Extract<PhonePlace, { kind: 'area' }>;

/** A call outside of the hours at some moment that it may have been placed at. */
interface Outside {
  readonly call: KeptCall;
  readonly number: string;
  readonly area: Area;
  readonly why: string | undefined;
  /** Whose hours it breaks: `US`, or a state whose hours are narrower. */
  readonly law: string;
  readonly hours: Hours | undefined;
}

/** Outbound calls before or after the hours at which calls may be placed, in the time zone of the number called. */
export class CallingHours implements Screen {
  readonly #context: ScreenContext;
  readonly #zones = new Map<string, ZoneOffsets>();
  readonly #outside: Outside[] = [];
  readonly #apart = new Map<PhonePlace['kind'] | 'none', number>();
  #screened = 0;
  #severalZones = 0;
  #abroad = 0;

  constructor(context: ScreenContext) {
    this.#context = context;
  }

  add(call: SeenCall): void {
    if (call.place !== 'inside' || call.attempt === 'no' || this.#context.clock === undefined) return;
    const { number } = call;
    const place = number === undefined ? undefined : placeOf(number);
    if (number === undefined || place?.kind !== 'area') {
      const kind = place?.kind ?? 'none';
      this.#apart.set(kind, (this.#apart.get(kind) ?? 0) + 1);
      return;
    }
    this.#screened += 1;
    if (place.zones.length > 1) this.#severalZones += 1;
    if (!place.regions.some((region) => region.startsWith('US-'))) this.#abroad += 1;
    if (!call.isAsked) return;
    const { general } = this.#context.rules.callingHours;
    const state = this.#stateOf(place);
    const usual = this.#outsideOf(call, place, general);
    const stricter = state === undefined ? usual : this.#outsideOf(call, place, state.hours);
    if (stricter.length === 0 || !stricter.includes(true)) return;
    const certainly = (moments: readonly boolean[]) => moments.every((outside) => outside);
    // A state's hours are named where the general ones do not say as much.
    const isUsual = state === undefined || (usual.includes(true) && certainly(usual) === certainly(stricter));
    const sure = certainly(stricter);
    this.#outside.push({
      call: kept(call),
      number,
      area: place,
      law: isUsual ? 'US' : state.code,
      hours: this.#hoursThen(call, place, isUsual ? general : state.hours),
      why:
        sure && call.attempt === 'yes'
          ? undefined
          : sure
            ? 'the call may never have been placed, or may have come in'
            : 'it is outside in some of the possible times there, and not in others',
    });
  }

  result({ labels }: Ending): ScreenResult | Unable {
    if (this.#context.clock === undefined) {
      return {
        why: 'The account’s time zone is not known, so the time where the person called is cannot be worked out.',
        next: 'Set CONVOSO_TIMEZONE, or time_zone in the account file, to the account’s IANA zone, such as America/Los_Angeles.',
      };
    }
    const general = ({ law }: Outside) => Number(law !== 'US');
    const sorted = this.#outside.toSorted((a, b) => general(a) - general(b));
    const findings = certainFirst(sorted.map((one) => this.#finding(one, labels)));
    const every = findings.filter((one) => one.certain).length;
    const apart = [...this.#apart].map(([kind, calls]) => `${numeral(calls)} ${APART[kind]}`);
    return {
      headline: `${every === 0 ? 'no call' : counted(every, 'call')} outside of the hours in every possible time zone${every === findings.length ? '' : `, ${numeral(findings.length - every)} in some of them or possibly not placed`}`,
      basis: [
        `Denominator: ${counted(this.#screened, 'outbound attempt')} in the window to numbers whose area code has a time zone; ${numeral(this.#severalZones)} of them may be in one of several.`,
        ...(this.#abroad === 0
          ? []
          : [
              `${numeral(this.#abroad)} of them are to Canada, the Caribbean or a US territory, screened by the general hours: other rules may hold there.`,
            ]),
        ...(apart.length === 0 ? [] : [`Not screened, for want of a time zone: ${apart.join(', ')}.`]),
      ],
      counted: {
        screened: this.#screened,
        several_zones: this.#severalZones,
        outside_in_every_zone: every,
        possibly_outside: findings.length - every,
        ...Object.fromEntries([...this.#apart].map(([kind, calls]) => [`not_screened_${kind}`, calls])),
      },
      columns: ['number', 'region', 'local_time', 'hours', 'account_time'],
      findings,
    };
  }

  #finding({ call, number, area, law, hours, why }: Outside, labels: Labels): Finding {
    return {
      certain: why === undefined,
      ...(why === undefined ? {} : { why }),
      cells: [
        labels.number(number),
        word(area.regions.join(' ')),
        word(this.#localWords(call, area)),
        word(`${law} ${hours === undefined ? 'none on Sundays' : hoursWords(hours)}`),
        labels.value('call_date', call.callDate),
      ],
      calls: [call],
      callCount: 1,
    };
  }

  /** For every moment that the call may have been placed at, in every zone: whether it is outside of the hours there. */
  #outsideOf(call: Pick<SeenCall, 'earliest' | 'latest'>, area: Area, hours: StateHours): boolean[] {
    return this.#localTimes(call, area).map(({ local }) => {
      const allowed = hoursAt(local, hours);
      const second = local % DAY;
      return allowed === undefined || second < allowed.from || second >= allowed.to;
    });
  }

  /** The hours that hold on the day of the call there. */
  #hoursThen(call: Pick<SeenCall, 'earliest' | 'latest'>, area: Area, hours: StateHours): Hours | undefined {
    return hoursAt(this.#localTimes(call, area)[0]?.local ?? 0, hours);
  }

  #localTimes({ earliest, latest }: Pick<SeenCall, 'earliest' | 'latest'>, area: Area) {
    const instants = earliest === latest ? [earliest] : [earliest, latest];
    return area.zones.flatMap((zone) =>
      instants.map((instant) => ({ zone, local: this.#zone(zone).ordinalAt(instant) })),
    );
  }

  /** Day and time in each zone; zones in which they are the same stand together. */
  #localWords(call: KeptCall, area: Area): string {
    const times = this.#localTimes(call, area).map(({ zone, local }) => [timeWords(local), zone] as const);
    const zonesOf = new Map<string, string[]>();
    for (const [time, zone] of times) zonesOf.set(time, [...new Set([...(zonesOf.get(time) ?? []), zone])]);
    return [...zonesOf].map(([time, zones]) => `${time} ${zones.join(', ')}`).join(' or ');
  }

  #stateOf({ regions }: Area): { readonly code: string; readonly hours: StateHours } | undefined {
    const [region, ...others] = regions;
    if (region === undefined || others.length > 0 || !region.startsWith('US-')) return undefined;
    const code = region.slice(3);
    const hours = this.#context.rules.callingHours.states.get(code);
    return hours === undefined ? undefined : { code, hours };
  }

  #zone(name: string): ZoneOffsets {
    let zone = this.#zones.get(name);
    if (zone === undefined) {
      zone = new ZoneOffsets(name);
      this.#zones.set(name, zone);
    }
    return zone;
  }
}

const APART: Readonly<Record<PhonePlace['kind'] | 'none', string>> = {
  area: '',
  toll_free: 'to toll-free numbers',
  non_geographic: 'to numbers that lie nowhere (500, 900 and the like)',
  unknown: 'to area codes that the table does not have',
  foreign: 'to numbers outside of North America',
  invalid: 'to what is no whole number',
  none: 'without a number',
};

function hoursAt(local: number, { weekdays, sunday }: StateHours): Hours | undefined {
  return weekday(local) === SUNDAY ? sunday : weekdays;
}

/** From Monday as 0. */
function weekday(ordinal: number): number {
  return (Math.floor(ordinal / DAY) + 3) % 7;
}

function timeWords(local: number): string {
  return `${WEEKDAYS[weekday(local)]} ${stampOf(local).slice(11)}`;
}
