import { describe, expect, it } from 'vitest';
import { Confirmations } from '../../src/tools/confirmations.js';

const SECRET = 'canary-token-5e1f';
const change = { call_log_id: '789', fields: { extra_field_01: 'Pass', extra_field_02: '' } };

function clocked(secret = SECRET) {
  const clock = { now: Date.parse('2026-03-04T12:00:00Z') };
  return { clock, confirmations: new Confirmations(secret, () => clock.now) };
}

describe('a confirmation', () => {
  it('holds for exactly the change it was made for, in whatever order its fields come', () => {
    const { confirmations } = clocked();
    const proof = confirmations.mint('told', change);
    for (const other of [
      { ...change, call_log_id: '790' },
      { ...change, fields: { extra_field_01: 'Pass' } },
      { ...change, fields: { ...change.fields, extra_field_01: 'pass' } },
      { ...change, fields: { ...change.fields, extra_field_03: 'x' } },
      { call_log_id: '789', fields: { extra_field_02: 'Pass', extra_field_01: '' } },
    ]) {
      expect(confirmations.take(proof, 'told', other)).toBe('wrong');
    }
    const reordered = { call_log_id: '789', fields: { extra_field_02: '', extra_field_01: 'Pass' } };
    expect(confirmations.take(proof, 'told', reordered)).toBe('confirmed');
  });

  it('is taken once, and not for the other kind of question', () => {
    const { confirmations } = clocked();
    const proof = confirmations.mint('asked', change);
    expect(confirmations.take(proof, 'told', change)).toBe('wrong');
    expect(confirmations.take(proof, 'asked', change)).toBe('confirmed');
    expect(confirmations.take(proof, 'asked', change)).toBe('used');
    expect(confirmations.take(confirmations.mint('asked', change), 'asked', change)).toBe('confirmed');
  });

  it('holds for five minutes, even when it was taken before', () => {
    const { clock, confirmations } = clocked();
    const [early, late] = [confirmations.mint('told', change), confirmations.mint('told', change)];
    clock.now += 299_000;
    expect(confirmations.take(early, 'told', change)).toBe('confirmed');
    clock.now += 2_000;
    expect(confirmations.take(late, 'told', change)).toBe('expired');
    expect(confirmations.take(early, 'told', change)).toBe('expired');
  });

  it('holds to the last second of its five minutes', () => {
    const { clock, confirmations } = clocked();
    const proofs = [confirmations.mint('told', change), confirmations.mint('told', change)];
    clock.now += 300_000;
    expect(confirmations.take(` ${proofs[0]}\n`, 'told', change)).toBe('confirmed');
    // One that was taken is remembered for as long as it could be used again.
    expect(confirmations.take(proofs[0] ?? '', 'told', change)).toBe('used');
    clock.now += 1_000;
    expect(confirmations.take(proofs[1] ?? '', 'told', change)).toBe('expired');
  });

  it('of a server is taken by its replica with the same token, and by no other', () => {
    const proof = clocked().confirmations.mint('told', change);
    expect(clocked().confirmations.take(proof, 'told', change)).toBe('confirmed');
    expect(clocked('another-token').confirmations.take(proof, 'told', change)).toBe('wrong');
    expect(proof).not.toContain(SECRET);
  });

  it('that was tampered with is wrong', () => {
    const { confirmations } = clocked();
    const proof = confirmations.mint('told', change);
    const [end = '', mark = '', signature = ''] = proof.split('.');
    const later = (Number.parseInt(end, 36) + 60).toString(36);
    for (const forged of [
      `${later}.${mark}.${signature}`,
      `${end}.other.${signature}`,
      `${end}.${mark}.${signature.slice(0, -2)}`,
      `${end}.${mark}`,
      '..',
      '',
      'x'.repeat(5_000),
    ]) {
      expect(confirmations.take(forged, 'told', change)).toBe('wrong');
    }
  });
});
