import {
  acceptedContent,
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  type InputRequiredResult,
  inputRequired,
  inputResponse,
  type McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server';
import * as z from 'zod';
import type { PersonsAnswer, Question } from '../tools/define-tool.js';

// One way serves both eras: a tool's question is returned as "input required", which a 2026-07-28 client answers by
// calling again, and which the SDK turns into an elicitation for the clients before.

/** Key and form of the one question that tools ask. */
const CONFIRM = 'confirm';
const confirmSchema = z.object({ confirm: z.boolean().meta({ title: 'Yes, make this change' }) });

/** A question as the result that makes the host ask it. */
export function questionResult({ ask, state }: Question): InputRequiredResult {
  return inputRequired({
    inputRequests: { [CONFIRM]: inputRequired.elicit({ message: ask, requestedSchema: confirmSchema }) },
    requestState: state,
  });
}

/** What the person said to the question of an earlier round; undefined on the first. */
export function answerOf(ctx: ServerContext): PersonsAnswer | undefined {
  const { inputResponses, requestState } = ctx.mcpReq;
  const view = inputResponse(inputResponses, CONFIRM);
  if (view.kind !== 'elicit') return undefined;
  const agreed = acceptedContent(inputResponses, CONFIRM, confirmSchema)?.confirm === true;
  const state: unknown = requestState();
  return {
    said: agreed ? 'yes' : view.action === 'decline' ? 'no' : 'nothing',
    state: typeof state === 'string' ? state : undefined,
  };
}

/** Whether the host on the other side puts forms to the person: declared a request (2026-07-28) or a connection (before). */
export function canAsk(server: McpServer, ctx: ServerContext): boolean {
  const envelope: { readonly [CLIENT_CAPABILITIES_META_KEY]?: ClientCapabilities } =
    ctx.mcpReq.envelope ?? {};
  const declared = envelope[CLIENT_CAPABILITIES_META_KEY] ?? server.server.getClientCapabilities();
  const elicitation = declared?.elicitation;
  // A bare declaration means forms: modes came later.
  return elicitation !== undefined && (elicitation.form !== undefined || elicitation.url === undefined);
}
