import { describe, expect, it } from 'vitest';
import type { CallLog } from '../../src/convoso/call-log.js';
import { queryForm, type RetrieveQuery } from '../../src/convoso/query.js';
import { mismatches } from '../../src/query/filters.js';

const PAGING = { limit: 10, offset: 0, order: 'desc', include_recordings: 0 } as const;

describe('queryForm', () => {
  it('sends what is given under its own name, and nothing else', () => {
    const query: RetrieveQuery = {
      ...PAGING,
      status: 'COMPLETED',
      start_time: '2026-03-01 08:00:00',
      called_count: 0,
    };
    expect(Object.fromEntries(queryForm(query))).toStrictEqual({
      limit: '10',
      offset: '0',
      order: 'desc',
      include_recordings: '0',
      status: 'COMPLETED',
      start_time: '2026-03-01 08:00:00',
      called_count: '0',
    });
  });
});

describe('mismatches', () => {
  const call: CallLog = {
    id: '789',
    lead_id: '12345',
    campaign_id: '111',
    queue_id: '5',
    list_id: '333',
    user_id: '22222',
    status: 'COMPLETED',
    phone_number: '2125550123',
    number_dialed: '12125550123',
    first_name: 'Maria',
    last_name: 'Gonzalez',
    call_type: 'OUTBOUND',
    called_count: '2',
    call_length: 300,
    call_date: '2026-03-03 14:30:00',
  };

  it('finds none where every filter holds', () => {
    expect(
      mismatches(call, {
        id: '789',
        lead_id: '12345',
        campaign_id: '111',
        queue_id: '5',
        list_id: '333',
        user_id: '22222',
        status: 'completed',
        phone_number: '+1 (212) 555-0123',
        number_dialed: '2125550123',
        first_name: 'mar',
        last_name: 'GONZALEZ',
        call_type: 'OUTBOUND',
        called_count: 2,
        start_time: '2026-03-03 14:30:00',
        end_time: '2026-03-03 14:30:00',
      }),
    ).toStrictEqual([]);
  });

  it.each([
    ['id', '790'],
    ['lead_id', '1'],
    ['campaign_id', '11'],
    ['queue_id', '6'],
    ['list_id', '334'],
    ['user_id', '2222'],
    ['status', 'COMPLETE'],
    ['phone_number', '2125550124'],
    ['number_dialed', '2125550124'],
    ['first_name', 'Marta'],
    ['last_name', 'Gonzales'],
    ['call_type', 'INBOUND'],
    ['called_count', 3],
    ['start_time', '2026-03-03 14:30:01'],
    ['end_time', '2026-03-03 14:29:59'],
  ])('names %s where the row shows another value', (name, value) => {
    expect(mismatches(call, { [name]: value })).toStrictEqual([name]);
  });

  it('counts a field that the row lacks as satisfied', () => {
    expect(
      mismatches(
        { id: '1', call_length: 0 },
        { lead_id: '7', called_count: 3, start_time: '2026-03-03 00:00:00' },
      ),
    ).toStrictEqual([]);
  });
});
