import type { OutgoingText } from '../redact/outgoing.js';
import type { CallScope, ToolContext } from '../tools/define-tool.js';

/** A page that hosts read by its address, declared without any protocol. Every page is JSON. */
export interface Resource {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly uri: string;
  /** What is at the address now. Carries nothing secret. */
  read(context: ToolContext): object;
}

/** A page; `missing` when there is none at the address; or why it cannot be read, worded for a model. */
export type PageRead = { readonly page: object } | 'missing' | { readonly problem: string };

/** Pages of one kind, by the one variable in their address. */
export interface ResourceTemplate {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** With one variable in braces: `call-logs://calls/{id}`. */
  readonly uriTemplate: string;
  readonly variable: string;
  read(value: string, context: ToolContext, scope: CallScope): Promise<PageRead>;
  /** Values of the variable that can be offered, likeliest first. */
  suggest(context: ToolContext): readonly OutgoingText[];
}
