import type { Interruption, Request } from '../service.js';
import { type Quirk, simple } from './quirk.js';

const failing = (name: string, when: (request: Request) => boolean, instead: Interruption) =>
  simple('failures', name, { interrupt: (request) => (when(request) ? instead : undefined) });
const third = ({ number }: Request) => number === 3;
const fromThird = ({ number }: Request) => number >= 3;

export const FAILURES: readonly Quirk[] = [
  {
    ...failing('HTTP 503 at first', ({ number }) => number === 1, { status: 503 }),
    harmless: true,
  },
  { ...failing('HTTP 503 once', third, { status: 503 }), harmless: true },
  failing('HTTP 503 from the third request on', fromThird, { status: 503 }),
  failing('HTTP 503 beyond the first page', ({ offset }) => offset > 0, { status: 503 }),
  failing('time-outs from the third request on', fromThird, 'timeout'),
  failing('time-outs beyond the first page', ({ offset }) => offset > 0, 'timeout'),
  failing('a web page from the third request on', fromThird, { status: 200, body: '<html></html>' }),
  failing('refusals from the third request on', fromThird, {
    json: { success: false, error: 'Too many requests' },
  }),
  failing('refusals newest first', ({ order }) => order === 'desc', {
    json: { success: false, error: 'Unknown order' },
  }),
  failing('refusals oldest first', ({ order }) => order === 'asc', {
    json: { success: false, error: 'Unknown order' },
  }),
  failing('refusals everywhere', () => true, { json: { success: false, code: 5001, text: 'Invalid token' } }),
];
