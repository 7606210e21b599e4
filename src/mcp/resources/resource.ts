import type { OutgoingText } from '../../redact/outgoing.js';
import type { CallerScope, ToolContext } from '../../tools/define-tool.js';

/** A page that hosts read by its address, declared without any protocol. It is JSON. */
export interface Resource {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly uri: string;
  /** What is at the address now. Carries nothing secret. */
  read(context: ToolContext): object;
}

/** A page, as JSON or as a text of some type; `missing` when there is none at the address; or why it cannot be read, worded for a model. */
export type PageRead =
  | { readonly page: object }
  | { readonly text: string; readonly mimeType: string }
  | 'missing'
  | { readonly problem: string };

/** Pages of one kind, by the one variable in their address. */
export interface ResourceTemplate {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** With one variable in braces: `call-logs://calls/{id}`. */
  readonly uriTemplate: string;
  readonly variable: string;
  /** Where every page of the kind is of one type. */
  readonly mimeType?: string;
  /** False where there can be no such pages; absent when there always can. */
  isOffered?(context: ToolContext): boolean;
  read(value: string, context: ToolContext, scope: CallerScope): Promise<PageRead>;
  /** Values of the variable that can be offered to this caller, likeliest first. */
  suggest(context: ToolContext, principal: string | undefined): readonly OutgoingText[];
}
