// The baseline of start-up: a server without tools, built the usual way, from node_modules.
import { McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';

serveStdio(() => {
  const server = new McpServer({ name: 'empty', version: '0.0.0' });
  server.registerTool('nothing', {}, async () => ({ content: [] }));
  return server;
});
