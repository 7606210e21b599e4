// An upstream for benchmarks, in a process of its own: CALLS calls spread evenly over 30 days (or DAYS days from START),
// worked out from their number, so that it needs no memory for them. Every page takes DELAY milliseconds.
import { createServer } from 'node:http';

const total = Number(process.env.CALLS);
const delay = Number(process.env.DELAY);
const START = Date.parse(process.env.START ?? '2026-03-01T00:00:00Z') / 1000;
const SECONDS = Number(process.env.DAYS ?? 30) * 86_400;
const STATUSES = ['COMPLETED', 'NO_ANSWER', 'ANSWERING_MACHINE', 'BUSY', 'NO_ANSWER'];

const secondOf = (i) => START + Math.floor((SECONDS * i) / total);
const ordinal = (stamp) => Date.parse(`${stamp.replace(' ', 'T')}Z`) / 1000;
/** Number of the first call at or after a second. */
const firstFrom = (second) => Math.min(total, Math.max(0, Math.ceil(((second - START) * total) / SECONDS)));

function row(i) {
  const number = `${200 + (i % 800)}55501${String(Math.floor(i / 800) % 100).padStart(2, '0')}`;
  return {
    id: String(1_000_000 + i),
    lead_id: String(1 + (i % 200_000)),
    list_id: '333',
    campaign_id: String(111 + (i % 3)),
    user_id: String(12_340 + (i % 25)),
    phone_number: number,
    status: STATUSES[i % STATUSES.length],
    call_length: i % 5 === 0 ? (i * 7) % 1_200 : 0,
    call_date: new Date(secondOf(i) * 1000).toISOString().slice(0, 19).replace('T', ' '),
    number_dialed: number,
    call_type: 'outbound',
    recording: [],
  };
}

const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const form = Object.fromEntries(new URLSearchParams(body));
  if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
  const [from, to] = [firstFrom(ordinal(form.start_time)), firstFrom(ordinal(form.end_time) + 1)];
  const [offset, limit] = [Number(form.offset), Number(form.limit)];
  const results = [];
  for (let i = offset; i < Math.min(offset + limit, to - from); i += 1) {
    results.push(row(form.order === 'asc' ? from + i : to - 1 - i));
  }
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ offset, limit, total_found: to - from, results }));
});
server.listen(0, '127.0.0.1', () => process.send({ url: `http://127.0.0.1:${server.address().port}/v1` }));
