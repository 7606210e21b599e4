import { describe, expect, it } from 'vitest';
import { likelyFlags, STATUS_FLAGS } from '../../src/convoso/status-flags.js';
import { DISPUTED_STATUSES, GROUP_WORDS, OUTCOME_GROUPS, StatusBook } from '../../src/convoso/statuses.js';
import { STATUSES } from '../../src/sandbox/floor.js';

const group = (status: string, book = new StatusBook()) => book.groupOf({ status, call_length: 5 });

describe('StatusBook', () => {
  it.each([
    ['COMPLETED', 'Call completed successfully', 'human'],
    ['NO_ANSWER', "Contact didn't answer", 'no_answer'],
    ['BUSY', 'Number was busy', 'busy'],
    ['INVALID', 'Invalid phone number', 'bad_number'],
    ['DISCONNECTED', 'Call disconnected abnormally', 'failed'],
    ['FAILED', 'Call failed to connect', 'failed'],
    ['ANSWERING_MACHINE', 'Voicemail/answering machine reached', 'machine'],
    ['CALL_BLOCKED', 'Call blocked by system', 'blocked'],
    ['WRONG_PARTY', 'Wrong party reached', 'human'],
  ])('gives %s the contract’s own meaning', (code, meaning, counted) => {
    expect(new StatusBook().meaningOf(code)).toBe(meaning);
    expect(group(code)).toBe(counted);
  });

  it.each([
    ['human', 'SALE NI CALLBK'],
    ['machine', 'A AA AM AL AFAX'],
    ['no_answer', 'NA NAIC CPDNA'],
    ['busy', 'B UB CG CGT CPDB'],
    ['bad_number', 'DC CPDINV CPDSI BPN OI WRONG'],
    ['blocked', 'ANONY CIDB CPDREJ REJ DNCC DNCL DNCLCC DNCRT DNCW QDNC'],
    ['abandoned', 'DROP XDROP PDROP'],
    ['failed', 'ERI LOGOUT CGD CGO CPDATB'],
    ['caller_hangup', 'HU CALLHU BCHU'],
    ['after_hours', 'AHXFER'],
    ['in_progress', 'QUEUE INCALL'],
  ])('counts as %s: %s', (counted, codes) => {
    for (const code of codes.split(' ')) expect([code, group(code)]).toStrictEqual([code, counted]);
  });

  it('counts a transferred call as in progress until it has a length, and then as unmapped', () => {
    expect(new StatusBook().groupOf({ status: 'xfer', call_length: null })).toBe('in_progress');
    expect(group('XFER')).toBe('unmapped');
    expect(group('XFER', new StatusBook({ XFER: { group: 'in_progress' } }))).toBe('in_progress');
  });

  it.each([
    'N',
    'NOCONT',
    'XYZ',
    'NEW',
    'DUP',
    'CBHOLD',
    'BLEND',
    'CSED',
    'CIDROP',
    '',
    '__proto__',
    'constructor',
  ])('leaves %j unmapped', (code) => {
    expect(group(code)).toBe('unmapped');
    expect(new StatusBook().meaningOf(code)).toBe('meaning not known');
  });

  it('reads codes in any letter case', () => {
    expect(group('completed')).toBe('human');
    expect(new StatusBook().meaningOf('Busy')).toBe('Number was busy');
  });

  it('prefers the account’s own name of a status', () => {
    expect(new StatusBook().meaningOf('COMPLETED', 'Policy sold')).toBe('Policy sold');
  });

  it('lets an account define its own codes, keeping what it does not redefine', () => {
    const book = new StatusBook({ N: { meaning: 'Dead air', group: 'no_answer' }, ni: { group: 'other' } });
    expect([book.meaningOf('N'), group('n', book)]).toStrictEqual(['Dead air', 'no_answer']);
    expect(group('NI', book)).toBe('other');
    const renamed = new StatusBook({ COMPLETED: { meaning: 'Talked' } });
    expect([renamed.meaningOf('COMPLETED'), group('COMPLETED', renamed)]).toStrictEqual(['Talked', 'human']);
  });

  it('takes a call without length named “Call in Progress” as in progress, whatever its code counts as', () => {
    const book = new StatusBook({ A: { group: 'machine' } });
    const call = { status: 'A', status_name: 'Call in Progress' };
    expect(book.groupOf({ ...call, call_length: null })).toBe('in_progress');
    expect(book.groupOf({ ...call, call_length: 3 })).toBe('machine');
  });

  it('leaves a call without a status, or named without a group, unmapped', () => {
    expect(new StatusBook().groupOf({ call_length: null })).toBe('unmapped');
    expect(new StatusBook().groupOf({ call_length: 5 })).toBe('unmapped');
    const book = new StatusBook({ N: { meaning: 'Dead air' } });
    expect([group('N', book), book.meaningOf('n')]).toStrictEqual(['unmapped', 'Dead air']);
    expect([...book.entries()].at(-1)).toStrictEqual(['N', { group: 'unmapped', meaning: 'Dead air' }]);
  });

  describe('where rows carry a name for the code', () => {
    const named = (status: string, status_name: string, book = new StatusBook()) =>
      book.groupOf({ status, status_name, call_length: 5 });

    it.each([
      ['A', 'Appointment set'],
      ['AA', 'Agent assist'],
      ['AM', 'Appointment Made'],
      ['B', 'Booked'],
      ['NA', 'Needs approval'],
      ['NI', 'No income'],
      ['DC', 'Deal closed'],
      ['HU', 'Human upsell'],
      ['DROP', 'Drop shipped'],
      ['COMPLETED', 'Paperwork'],
      ['A', 'No call in progress'],
    ])('does not know what %s named “%s” counts as', (code, name) => {
      expect(group(code)).not.toBe('unmapped');
      expect(named(code, name)).toBe('unmapped');
    });

    it.each([
      ['A', 'Answering Machine Auto', 'machine'],
      ['A', 'ANSWERING  MACHINE (automatic)', 'machine'],
      ['AA', 'answering-machine detected (AMD)', 'machine'],
      ['AM', 'Voice Mail', 'machine'],
      ['NA', 'No Answer AutoDial', 'no_answer'],
      ['CPDNA', 'Call Progress: No Answer', 'no_answer'],
      ['B', 'Busy Auto', 'busy'],
      ['UB', 'User Busy', 'busy'],
      ['DC', 'Disconnected', 'bad_number'],
      ['DISCONNECTED', 'Disconnected', 'failed'],
      ['WRONG', 'Wrong Number', 'bad_number'],
      ['WRONG_PARTY', 'Wrong number', 'human'],
      ['NO_ANSWER', "Contact didn't answer", 'no_answer'],
      ['COMPLETED', 'Call Completed', 'human'],
      ['HU', 'Hang-up', 'caller_hangup'],
      ['DROP', 'Abandoned', 'abandoned'],
      ['SALE', 'sale', 'human'],
      ['DNCL', 'dncl', 'blocked'],
      ['AL', '--', 'machine'],
    ])('counts %s named “%s” as %s', (code, name, counted) => {
      expect(named(code, name)).toBe(counted);
    });

    it.each([
      ['N', 'No Answer', 'no_answer'],
      ['A', 'No answer', 'no_answer'],
      ['VM', 'Voicemail', 'machine'],
      ['NA', 'Sale made', 'human'],
      ['NOCONT', 'Answering machine', 'machine'],
    ])('counts %s as what “%s” is published for: %s', (code, name, counted) => {
      expect(named(code, name)).toBe(counted);
    });

    it.each([
      ['N', 'Dead Air'],
      ['NOCONT', 'No Contact'],
      // Each is said of more than one outcome.
      ['X', 'Disconnected'],
      ['X', 'Wrong Number'],
      ['X', 'Dropped'],
      ['X', 'Transferred'],
      ['DNC', 'Do Not Call'],
      ['CB', 'Call Back'],
      ['CALLBK', 'Dialed again'],
    ])('leaves %s named “%s” unmapped', (code, name) => {
      expect(named(code, name)).toBe('unmapped');
    });

    it('lets what the account gives the code win over any name, and its meaning alone not', () => {
      expect(named('A', 'Appointment set', new StatusBook({ a: { group: 'human' } }))).toBe('human');
      expect(named('N', 'No Answer', new StatusBook({ N: { group: 'other' } }))).toBe('other');
      const described = new StatusBook({ A: { meaning: 'Appointment set' } });
      expect(named('A', 'Appointment set', described)).toBe('unmapped');
    });

    it('goes on knowing names after more of them than it remembers', () => {
      const book = new StatusBook();
      for (let i = 0; i < 5_000; i += 1) expect(named('A', `Appointment ${i}`, book)).toBe('unmapped');
      expect(named('A', 'Answering machine', book)).toBe('machine');
    });

    it.each([...STATUSES].filter(([code]) => code !== 'DNC'))(
      'counts the sandbox’s %s named “%s” as without that name',
      (code, name) => {
        expect(named(code, name)).toBe(group(code));
      },
    );
  });

  describe('flags', () => {
    const flagsOf = (status: string, status_name?: string, book = new StatusBook()) => {
      const kind = book.kindOf({
        status,
        ...(status_name === undefined ? {} : { status_name }),
        call_length: 5,
      });
      return STATUS_FLAGS.filter((flag) => kind[flag]);
    };

    it.each([
      ['SALE', undefined, ['success']],
      ['sale', 'Sale Made', ['success']],
      ['S1', 'Sold', ['success']],
      ['QDNC', undefined, ['do_not_call']],
      ['CALLBK', undefined, ['callback']],
      ['CALLBK', 'Call Back', ['callback']],
      ['CB', 'Scheduled Callback', ['callback']],
      // A name of another account's meaning takes the flag from the code.
      ['SALE', 'Sale lost', []],
      ['CALLBK', 'Dialed again', []],
      ['DNCL', 'DNC list match', []],
      ['NI', undefined, []],
      ['N', undefined, []],
    ])('of %s named %j are %j', (status, name, flags) => {
      expect(flagsOf(status, name)).toStrictEqual(flags);
    });

    it('come from the account before any code or name, and make a call one with a person', () => {
      const book = new StatusBook({
        A: { success: true },
        SALE: { success: false },
        dnc: { do_not_call: true },
        CB: { callback: true },
        VM: { callback: true, group: 'machine' },
      });
      expect(flagsOf('a', 'Appointment set', book)).toStrictEqual(['success']);
      expect(book.groupOf({ status: 'A', status_name: 'Appointment set', call_length: 5 })).toBe('human');
      expect(flagsOf('SALE', 'Sale Made', book)).toStrictEqual([]);
      expect([flagsOf('DNC', 'Do Not Call', book), group('DNC', book)]).toStrictEqual([
        ['do_not_call'],
        'unmapped',
      ]);
      expect([group('CB', book), group('VM', book)]).toStrictEqual(['human', 'machine']);
      expect(book.definesSuccess).toBe(true);
      expect(new StatusBook({ SALE: { success: false } }).definesSuccess).toBe(false);
    });

    it('are none while a call is in progress, and no success without a person', () => {
      const book = new StatusBook({ SALE: { group: 'other' } });
      expect(flagsOf('SALE', undefined, book)).toStrictEqual([]);
      expect(
        new StatusBook().kindOf({ status: 'SALE', status_name: 'Call in Progress', call_length: null }),
      ).toStrictEqual({ group: 'in_progress', success: false, do_not_call: false, callback: false });
    });

    it.each([
      ['APPT', 'Appointment set', ['success']],
      ['SL', 'Sale - Term Life', ['success']],
      ['NOSALE', 'No Sale', []],
      ['RS', 'Appointment rescheduled', []],
      ['DNC', 'Do Not Call', ['do_not_call']],
      ['DNC', '', ['do_not_call']],
      ['DNCL', 'DNC List Match', []],
      ['CB', '', ['callback']],
      ['CBK', 'Call back later', ['callback']],
      ['NI', 'Not interested', []],
    ])('that %s named “%s” makes likely are %j', (code, name, flags) => {
      expect(likelyFlags(code, name)).toStrictEqual(flags);
    });
  });

  it('says of a live code, which nobody defines, what it counts as', () => {
    const words = (code: string) => new StatusBook().meaningOf(code);
    expect(['NI', 'AM', 'NA', 'B', 'DC', 'DNCL', 'DROP', 'ERI', 'HU', 'INCALL'].map(words).join(', ')).toBe(
      'answered by a person, answering machine, no answer, busy, bad number, blocked, abandoned, failed, caller hung up, in progress',
    );
  });

  it('has words for every group', () => {
    expect(Object.keys(GROUP_WORDS)).toStrictEqual([...OUTCOME_GROUPS]);
    expect(GROUP_WORDS.other).toBe('other');
  });

  it('knows which code sources disagree on', () => {
    expect([...DISPUTED_STATUSES]).toStrictEqual(['PDROP']);
  });
});
