import { describe, expect, it } from 'vitest';
import { type Change, type ConfirmationKind, Confirmations } from '../../src/tools/confirmations.js';

const SECRET = 'canary-token-5e1f';
const change = { call_log_id: '789', fields: { extra_field_01: 'Pass', extra_field_02: '' } };

function clocked(secret = SECRET) {
  const clock = { now: Date.parse('2026-03-04T12:00:00Z') };
  const made = new Confirmations(secret, { now: () => clock.now });
  return {
    clock,
    confirmations: {
      mint: (kind: ConfirmationKind, change: Change, principal?: string) =>
        made.mint({ kind, change, principal }),
      take: (proof: string, kind: ConfirmationKind, change: Change, principal?: string) =>
        made.take(proof, { kind, change, principal }),
    },
  };
}

describe('a confirmation', () => {
  it('holds for exactly the change it was made for, in whatever order its fields come', async () => {
    const { confirmations } = clocked();
    const proof = confirmations.mint('told', change);
    for (const other of [
      { ...change, call_log_id: '790' },
      { ...change, fields: { extra_field_01: 'Pass' } },
      { ...change, fields: { ...change.fields, extra_field_01: 'pass' } },
      { ...change, fields: { ...change.fields, extra_field_03: 'x' } },
      { call_log_id: '789', fields: { extra_field_02: 'Pass', extra_field_01: '' } },
    ]) {
      expect(await confirmations.take(proof, 'told', other)).toBe('wrong');
    }
    const reordered = { call_log_id: '789', fields: { extra_field_02: '', extra_field_01: 'Pass' } };
    expect(await confirmations.take(proof, 'told', reordered)).toBe('confirmed');
  });

  it('holds for the caller it was made for, and for no other', async () => {
    const { confirmations } = clocked();
    const proof = confirmations.mint('told', change, 'alice');
    for (const other of ['bob', 'Alice', 'alice ', '', undefined]) {
      expect(await confirmations.take(proof, 'told', change, other)).toBe('wrong');
    }
    expect(await confirmations.take(proof, 'told', change, 'alice')).toBe('confirmed');
    const nobodys = confirmations.mint('asked', change);
    expect(await confirmations.take(nobodys, 'asked', change, 'alice')).toBe('wrong');
    expect(await confirmations.take(nobodys, 'asked', change)).toBe('confirmed');
  });

  it('is taken once by many who bring it at the same time', async () => {
    const { confirmations } = clocked();
    const proof = confirmations.mint('told', change);
    const verdicts = await Promise.all(
      Array.from({ length: 20 }, () => confirmations.take(proof, 'told', change)),
    );
    expect(verdicts.filter((verdict) => verdict === 'confirmed')).toHaveLength(1);
  });

  it('is taken once, and not for the other kind of question', async () => {
    const { confirmations } = clocked();
    const proof = confirmations.mint('asked', change);
    expect(await confirmations.take(proof, 'told', change)).toBe('wrong');
    expect(await confirmations.take(proof, 'asked', change)).toBe('confirmed');
    expect(await confirmations.take(proof, 'asked', change)).toBe('used');
    expect(await confirmations.take(confirmations.mint('asked', change), 'asked', change)).toBe('confirmed');
  });

  it('holds for five minutes, even when it was taken before', async () => {
    const { clock, confirmations } = clocked();
    const [early, late] = [confirmations.mint('told', change), confirmations.mint('told', change)];
    clock.now += 299_000;
    expect(await confirmations.take(early, 'told', change)).toBe('confirmed');
    clock.now += 2_000;
    expect(await confirmations.take(late, 'told', change)).toBe('expired');
    expect(await confirmations.take(early, 'told', change)).toBe('expired');
  });

  it('holds to the last second of its five minutes', async () => {
    const { clock, confirmations } = clocked();
    const proofs = [confirmations.mint('told', change), confirmations.mint('told', change)];
    clock.now += 300_000;
    expect(await confirmations.take(` ${proofs[0]}\n`, 'told', change)).toBe('confirmed');
    // One that was taken is remembered for as long as it could be used again.
    expect(await confirmations.take(proofs[0] ?? '', 'told', change)).toBe('used');
    clock.now += 1_000;
    expect(await confirmations.take(proofs[1] ?? '', 'told', change)).toBe('expired');
  });

  it('of a server is taken by its replica with the same token, and by no other', async () => {
    const proof = clocked().confirmations.mint('told', change);
    expect(await clocked().confirmations.take(proof, 'told', change)).toBe('confirmed');
    expect(await clocked('another-token').confirmations.take(proof, 'told', change)).toBe('wrong');
    expect(proof).not.toContain(SECRET);
  });

  it('that was tampered with is wrong', async () => {
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
      expect(await confirmations.take(forged, 'told', change)).toBe('wrong');
    }
  });
});
