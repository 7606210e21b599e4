import { row, type WireRequest } from '../support/upstream.js';

/** Values that must not leave the server: every test of a fault looks for them in all that came out. */
export const CANARY_TOKEN = 'canary-token-0a1b2c3d4e5f';
export const CANARY_PHONE = '2125550177';

/** A healthy reply to this request, full of the canary phone number. */
export function healthy(request: WireRequest): object {
  const call = row({
    phone_number: CANARY_PHONE,
    number_dialed: `+1 (212) 555-0177`,
    caller_id_displayed: CANARY_PHONE,
    inbound_number: `1${CANARY_PHONE}`,
    first_name: 'Marker',
    agent_comment: 'call back on 212.555.0177 after five',
    session_id: `S-${CANARY_PHONE}-1`,
    alt_phone: CANARY_PHONE,
    recording: [
      {
        src: `https://rec.example/${CANARY_PHONE}`,
        type: 'mp3',
        recording_id: `r_${CANARY_PHONE}`,
        filename: `20260303_${CANARY_PHONE}.mp3`,
        public_url: `https://rec.example/p/1${CANARY_PHONE}`,
      },
    ],
  });
  if (request.url.endsWith('/log/update')) return { success: true, ...call };
  return { offset: 0, limit: 10, total_found: 1, results: [call] };
}

/** The number up to its line, however it is written. Durations and random ids hold the same digits by chance, further in. */
const CANARY_START = /(?<![0-9a-f])(?:1[\s().-]*)?212[\s().-]*555/i;

/** What of the canaries is in a text: a phone number counts whole anywhere, or begun where a number can begin. */
export function leaks(text: string): string[] {
  const numbers = text.replace(/[\s().-]/g, '');
  return [
    ...(text.includes('canary-token') ? ['the token'] : []),
    ...(numbers.includes(CANARY_PHONE) || CANARY_START.test(text) ? ['the phone number'] : []),
  ];
}
