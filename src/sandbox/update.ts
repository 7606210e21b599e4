import type { SandboxCall } from './calls.js';
import type { Dialect } from './dialect.js';
import { Refusal } from './refusals.js';
import type { Form } from './retrieve.js';

const MAX_CHARACTERS = 255;
/** The account's extra fields: 01 to 20. */
const EXTRA_FIELDS: ReadonlySet<string> = new Set(
  Array.from({ length: 20 }, (_, i) => `extra_field_${String(i + 1).padStart(2, '0')}`),
);

/** Extra-field values by call. The API never returns them; they last as long as the sandbox. */
export class ExtraFieldStore {
  readonly #values = new Map<string, Map<string, string>>();

  /** The values of a call that are not empty, by field name. */
  of(id: string): Record<string, string> {
    return Object.fromEntries([...(this.#values.get(id) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Writes values; an empty one clears its field. */
  write(id: string, fields: ReadonlyMap<string, string>): void {
    const values = this.#values.get(id) ?? new Map<string, string>();
    for (const [name, value] of fields) {
      if (value === '') values.delete(name);
      else values.set(name, value);
    }
    this.#values.set(id, values);
  }
}

/**
 * Carries out "Call Log—Update" and returns the call. All fields are written or, when one is refused, none. Throws `Refusal`:
 * 6060, 6061, 6062 by the contract; 6032, 6033, 6035 live.
 */
export function update(
  calls: readonly SandboxCall[],
  store: ExtraFieldStore,
  form: Form,
  dialect: Dialect,
): SandboxCall {
  const id = form.get('call_log_id') ?? '';
  // Live has a number for "missing" and none for "malformed": what is not digits is simply not found there.
  if (id.trim() === '' || (dialect === 'contract' && !/^\d+$/.test(id))) throw new Refusal('callLogId');
  const call = calls.find((one) => one.id === id);
  if (!call) throw new Refusal('noSuchCall');
  const fields = readFields(form, dialect);
  // The contract makes both fields optional and has no error for neither: it answers with the record as it is.
  if (fields.size === 0 && dialect === 'live') throw new Refusal('noField');
  store.write(call.id, fields);
  return call;
}

function readFields(form: Form, dialect: Dialect): Map<string, string> {
  const fields = new Map<string, string>();
  for (const [name, value] of form) {
    if (!/^extra_field_/.test(name)) continue;
    if (!EXTRA_FIELDS.has(name)) {
      // Live ignores what it does not know. Under the contract a value that could not be kept is a validation error.
      if (dialect === 'live') continue;
      throw new Refusal('extraField');
    }
    if ([...value].length > MAX_CHARACTERS) throw new Refusal('extraField');
    fields.set(name, value);
  }
  return fields;
}
