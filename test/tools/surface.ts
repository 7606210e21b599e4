import { Client, InMemoryTransport } from '@modelcontextprotocol/client';
import type { McpServer } from '@modelcontextprotocol/server';
import { serverFactory } from '../../src/mcp/server.js';
import type { Tool } from '../../src/tools/define-tool.js';
import { tools as allTools } from '../../src/tools/index.js';
import { openBench } from '../support/tools.js';

/** What a host sees of the tools: `tools/list` through a real client. */
export async function listTools(tools: readonly Tool[] = allTools) {
  const bench = openBench({ url: 'http://127.0.0.1:9/v1' });
  const listed = await listFrom(serverFactory({ tools, context: bench.context, version: '0.0.0' })());
  await bench.close();
  return listed;
}

/** What this server lists. */
export async function listFrom(server: McpServer) {
  const [near, far] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: 'surface', version: '0.0.0' });
  await Promise.all([server.connect(far), client.connect(near)]);
  const listed = await client.listTools();
  await client.close();
  return listed.tools;
}
