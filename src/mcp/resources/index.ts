import { accountResource } from './account.js';
import { call } from './call.js';
import { errorCodes, statusCodes } from './codes.js';
import { exportedFile } from './export.js';
import type { Resource, ResourceTemplate } from './resource.js';

/** Every page with an address of its own. */
export const resources: readonly Resource[] = [statusCodes, errorCodes, accountResource];

/** Every kind of page. */
export const resourceTemplates: readonly ResourceTemplate[] = [call, exportedFile];
