/** What a token may allow: tools that read, and the tool that writes. */
export const SCOPES = ['call_logs:read', 'call_logs:write'] as const;

/** Whether a text is one of the scopes of this server. */
export function isScope(value: string): boolean {
  return (SCOPES as readonly string[]).includes(value);
}
