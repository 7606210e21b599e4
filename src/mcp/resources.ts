import {
  type McpServer,
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  ResourceTemplate as SdkTemplate,
} from '@modelcontextprotocol/server';
import { resources, resourceTemplates } from '../resources/index.js';
import type { ResourceTemplate } from '../resources/resource.js';
import type { ToolContext } from '../tools/define-tool.js';

const JSON_TYPE = 'application/json';

/**
 * Makes what registers every resource and template on a server. What cannot be read is a protocol error in the tools' own
 * words.
 */
export function resourceRegistrar(context: ToolContext): (server: McpServer) => void {
  const templates = resourceTemplates.map((template) => {
    const { uriTemplate, variable } = template;
    const suggest = (typed: string) => template.suggest(context).filter((value) => value.startsWith(typed));
    const pattern = new SdkTemplate(uriTemplate, { list: undefined, complete: { [variable]: suggest } });
    return { template, pattern };
  });
  return (server) => {
    for (const { name, title, description, uri, read } of resources) {
      const about = { title, description, mimeType: JSON_TYPE };
      server.registerResource(name, uri, about, (url) => contents(url, read(context)));
    }
    for (const { template, pattern } of templates) {
      const about = { title: template.title, description: template.description, mimeType: JSON_TYPE };
      server.registerResource(template.name, pattern, about, (url, values, ctx) =>
        readTemplate(template, url, String(values[template.variable]), context, ctx.mcpReq.signal),
      );
    }
  };
}

async function readTemplate(
  template: ResourceTemplate,
  url: URL,
  value: string,
  context: ToolContext,
  signal: AbortSignal,
) {
  const scope = { signal, progress: () => {}, canAsk: false };
  const read = await template.read(value, context, scope);
  if (read === 'missing') throw new ResourceNotFoundError(url.href);
  if ('problem' in read) throw new ProtocolError(ProtocolErrorCode.InternalError, read.problem);
  return contents(url, read.page);
}

function contents(url: URL, page: object) {
  return { contents: [{ uri: url.href, mimeType: JSON_TYPE, text: JSON.stringify(page) }] };
}
