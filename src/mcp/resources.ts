import {
  type McpServer,
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  ResourceTemplate as SdkTemplate,
  type ServerContext,
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
  const offered = resourceTemplates.filter((template) => template.isOffered?.(context) ?? true);
  const templates = offered.map((template) => {
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
      const { title, description, mimeType } = template;
      const about = { title, description, ...(mimeType === undefined ? {} : { mimeType }) };
      server.registerResource(template.name, pattern, about, (url, values, ctx) =>
        readTemplate(template, url, String(values[template.variable]), context, ctx),
      );
    }
  };
}

async function readTemplate(
  template: ResourceTemplate,
  url: URL,
  value: string,
  context: ToolContext,
  ctx: ServerContext,
) {
  const principal = ctx.http?.authInfo?.clientId;
  const scope = {
    signal: ctx.mcpReq.signal,
    ...(principal === undefined ? {} : { principal }),
    progress: () => {},
    canAsk: false,
  };
  const read = await template.read(value, context, scope);
  if (read === 'missing') throw new ResourceNotFoundError(url.href);
  if ('problem' in read) throw new ProtocolError(ProtocolErrorCode.InternalError, read.problem);
  if ('text' in read) return { contents: [{ uri: url.href, ...read }] };
  return contents(url, read.page);
}

function contents(url: URL, page: object) {
  return { contents: [{ uri: url.href, mimeType: JSON_TYPE, text: JSON.stringify(page) }] };
}
