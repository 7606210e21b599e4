import { NO_ACCOUNT_FILE } from '../call-logs/account-file.js';
import type { Tool, ToolContext } from './define-tool.js';
import { builtSurfaces, type Surface } from './surfaces.js';

/** A tool that shows its surface at once and loads its code with the first call. */
export type ResidentTool = Surface & Pick<Tool, 'run'>;

/**
 * The tools of an account, for a server that should answer its first messages soon: a surface that was written down when
 * the program was built needs none of the tools' code until one is called.
 */
export async function offeredTools(
  context: Pick<ToolContext, 'account' | 'confirmations'>,
  readOnly: boolean,
): Promise<readonly (Tool | ResidentTool)[]> {
  const plain = context.account === NO_ACCOUNT_FILE && context.confirmations === undefined;
  if (!plain || builtSurfaces === undefined) {
    const { createTools } = await import('./index.js');
    return createTools(context, readOnly);
  }
  return builtSurfaces
    .filter(({ access }) => access === 'read' || !readOnly)
    .map((surface) => ({ ...surface, run: (...call) => runByName(surface.name, call) }));
}

async function runByName(name: string, call: Parameters<Tool['run']>): ReturnType<Tool['run']> {
  const { tools } = await import('./index.js');
  const tool = tools.find((one) => one.name === name);
  if (tool === undefined)
    throw new Error(`The surface of ${name} has no tool: the program was built in parts.`);
  return tool.run(...call);
}
