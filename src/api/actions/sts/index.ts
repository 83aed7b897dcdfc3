/**
 * The STS actions that there are. Any other name is answered with InvalidAction.
 *
 * Each is in the file that is named exactly as the AWS CLI names its command.
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
