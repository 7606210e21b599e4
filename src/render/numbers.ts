import type { Rate } from '../stats/rate.js';

/** `19.0 %`, or the range that calls of unknown outcome make. */
export function percentWords({ percent, percent_min: min, percent_max: max }: Rate): string {
  if (min !== undefined && max !== undefined) return `${min.toFixed(1)} % to ${max.toFixed(1)} %`;
  return percent === null ? 'no rate' : `${percent.toFixed(1)} %`;
}

/** With commas between thousands. */
export function number(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1 call`, `2,000 calls`. */
export function counted(count: number, thing: string, things = `${thing}s`): string {
  return `${number(count)} ${count === 1 ? thing : things}`;
}
