/**
 * GetAccountAuthorizationDetails: everything that says who may do what in the account, texts of policies included.
 */

import type {
  GetAccountAuthorizationDetailsRequest,
  GetAccountAuthorizationDetailsResponse,
} from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { detailsOf } from '../../iam/authorization-details.ts';
import { readWord } from '../../iam/names.ts';
import { pageOf } from '../../iam/pages.ts';

const FILTERS = ['User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy'] as const;

/** API/GetAccountAuthorizationDetails. */
export const getAccountAuthorizationDetails = accountAction<
  GetAccountAuthorizationDetailsRequest,
  GetAccountAuthorizationDetailsResponse
>(async (input, call) => {
  const filter = input.Filter?.map((each) => readWord('Filter', each, FILTERS));
  await call.permit([{ arn: '*', keys: {} }]);
  const found = (await detailsOf(call)).filter(({ kind }) => !filter?.length || filter.includes(kind));
  const { items, ...page } = pageOf(call, found, input, ({ key }) => key);
  return {
    UserDetailList: items.flatMap((each) => (each.kind === 'User' ? [each.detail] : [])),
    GroupDetailList: items.flatMap((each) => (each.kind === 'Group' ? [each.detail] : [])),
    RoleDetailList: items.flatMap((each) => (each.kind === 'Role' ? [each.detail] : [])),
    Policies: items.flatMap((each) => ('policy' in each ? [each.policy] : [])),
    ...page,
  };
});
