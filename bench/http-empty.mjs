// The server to compare with: one tool that does nothing, served as the SDK's documentation shows it.
import { createServer } from 'node:http';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';

const handler = toNodeHandler(
  createMcpHandler(() => {
    const server = new McpServer({ name: 'empty', version: '0' });
    server.registerTool('echo', { inputSchema: z.object({ text: z.string() }) }, ({ text }) => ({
      content: [{ type: 'text', text }],
    }));
    return server;
  }),
);
const server = createServer((request, response) => void handler(request, response)).listen(
  0,
  '127.0.0.1',
  () => console.log(`http://127.0.0.1:${server.address().port}/mcp`),
);
