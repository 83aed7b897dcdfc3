/**
 * Every STS action that is served, by the name that requests use; each file is named as the AWS CLI names the command.
 */

import type { AccountAction } from '../../call.ts';
import { assumeRole } from './assume-role.ts';
import { decodeAuthorizationMessage } from './decode-authorization-message.ts';
import { getCallerIdentity } from './get-caller-identity.ts';
import { getSessionToken } from './get-session-token.ts';

export const stsActions: Readonly<Record<string, AccountAction>> = {
  AssumeRole: assumeRole,
  DecodeAuthorizationMessage: decodeAuthorizationMessage,
  GetCallerIdentity: getCallerIdentity,
  GetSessionToken: getSessionToken,
};
