import { Failure } from '../util/failure.js';

/** Settings or the command line cannot be used; the process ends with exit code 2 before it serves anything. */
export class SettingsError extends Failure {}
