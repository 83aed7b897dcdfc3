/**
 * GetCallerIdentity: who the credentials are. Everybody may know that of themselves, whatever policies say.
 */

import type { GetCallerIdentityResponse } from '@aws-sdk/client-sts';
import type { Principal } from '../../../model.ts';
import { accountAction } from '../../call.ts';

/** API/GetCallerIdentity. */
export const getCallerIdentity = accountAction<object, GetCallerIdentityResponse>(async (_input, { principal }) => {
  return { UserId: userIdOf(principal), Account: principal.account, Arn: principal.arn };
});

/** `aws:userid` (aws-behaviour 2.1 for instances). */
function userIdOf(principal: Principal): string {
  switch (principal.kind) {
    case 'root':
      return principal.account;
    case 'user':
      return principal.UserId;
    case 'assumed-role':
      return `${principal.RoleId}:${principal.RoleSessionName}`;
    case 'ec2-instance':
      return `${principal.account}:aws:ec2-instance:${principal.InstanceId}`;
  }
}
