/**
 * Every STS action that is served, by the name that requests use; each file is named as the AWS CLI names the command.
 */

import type { AccountAction } from '../../call.ts';

export const stsActions: Readonly<Record<string, AccountAction>> = {};
