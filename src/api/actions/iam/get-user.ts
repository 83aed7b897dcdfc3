/**
 * GetUser: a user, or without a name the caller. Root is told its ARN and no name, as at AWS.
 */

import type { GetUserRequest, GetUserResponse } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { userNameOf } from '../../iam/access-keys.ts';
import { open, users } from '../../iam/entities.ts';
import { describeUser } from '../../iam/shapes.ts';

/** API/GetUser. */
export const getUser = accountAction<GetUserRequest, GetUserResponse>(async (input, call) => {
  const name = userNameOf(call, input.UserName);
  if (name !== undefined) return { User: describeUser(call, await open(call, users, name)) };
  const { arn, account } = call.principal;
  await call.permit([{ arn, keys: {} }]);
  // An account is as old as its installation, which nobody has written down.
  const root = { UserId: account, Arn: arn, CreateDate: new Date(0), Path: undefined, UserName: undefined };
  return { User: root };
});
