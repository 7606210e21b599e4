// A stand-in for the Call Logs API that costs next to nothing: the same page of ten rows, whatever is asked.
import { createServer } from 'node:http';

const results = Array.from({ length: 10 }, (_, index) => ({
  id: String(1000 - index),
  lead_id: String(500 + index),
  list_id: '333',
  campaign_id: '111',
  user_id: '22222',
  phone_number: '2125550123',
  status: 'COMPLETED',
  call_length: 60 + index,
  call_date: `2026-03-03 14:30:${String(59 - index)}`,
  number_dialed: '2125550123',
  call_type: 'outbound',
  recording: [],
}));
const page = JSON.stringify({ offset: 0, limit: 10, total_found: 1000, results });

const server = createServer((request, response) => {
  request.resume().on('end', () => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(page);
  });
}).listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/v1`));
