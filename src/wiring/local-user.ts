import { userInfo } from 'node:os';

/** Who runs this process, for the audit trail. */
export function localUser(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without a name, as containers have.
    return 'local user';
  }
}
