import {
  type McpServer,
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  ResourceTemplate as SdkTemplate,
} from '@modelcontextprotocol/server';
import type { CallerScope, ToolContext } from '../../tools/define-tool.js';
import { present } from '../../util/present.js';
import { resources, resourceTemplates } from './index.js';
import type { ResourceTemplate } from './resource.js';

const JSON_TYPE = 'application/json';

/**
 * Makes what registers every resource and template on a server. What cannot be read is a protocol error in the tools' own
 * words.
 */
export function resourceRegistrar(
  context: ToolContext,
): (server: McpServer, principal: string | undefined) => void {
  const offered = resourceTemplates.filter((template) => template.isOffered?.(context) ?? true);
  return (server, principal) => {
    for (const { name, title, description, uri, read } of resources) {
      const about = { title, description, mimeType: JSON_TYPE };
      server.registerResource(name, uri, about, (url) => contents(url, read(context)));
    }
    for (const template of offered) {
      const { uriTemplate, variable, title, description, mimeType } = template;
      const suggest = (typed: string) =>
        template.suggest(context, principal).filter((value) => value.startsWith(typed));
      const pattern = new SdkTemplate(uriTemplate, { list: undefined, complete: { [variable]: suggest } });
      const about = present({ title, description, mimeType });
      server.registerResource(template.name, pattern, about, (url, values, { mcpReq }) => {
        const scope = present({ signal: mcpReq.signal, progress: () => {}, canAsk: false, principal });
        return readTemplate(template, url, String(values[variable]), context, scope);
      });
    }
  };
}

async function readTemplate(
  template: ResourceTemplate,
  url: URL,
  value: string,
  context: ToolContext,
  scope: CallerScope,
) {
  const read = await template.read(value, context, scope);
  if (read === 'missing') throw new ResourceNotFoundError(url.href);
  if ('problem' in read) throw new ProtocolError(ProtocolErrorCode.InternalError, read.problem);
  if ('text' in read) return { contents: [{ uri: url.href, ...read }] };
  return contents(url, read.page);
}

function contents(url: URL, page: object) {
  return { contents: [{ uri: url.href, mimeType: JSON_TYPE, text: JSON.stringify(page) }] };
}
