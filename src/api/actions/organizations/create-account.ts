/**
 * CreateAccount: an account for the organization, below its root; the answer says IN_PROGRESS, as AWS's does.
 *
 * It is done when the answer is written, and DescribeCreateAccountStatus says what came of it. Twelve digits before the @
 * of the address, or after its last +, are the account that is meant: any twelve digits are an account here, and this is
 * how one that exists comes into an organization (docs/decisions/0019-organizations.md). Else it is a new one.
 */

import type { CreateAccountResponse } from '@aws-sdk/client-organizations';
import { newAccountId, newOrganizationsId } from '../../../ids.ts';
import type { CreateAccountStatus, Tag } from '../../../model.ts';
import type { Transaction } from '../../../store/store.ts';
import type { JsonCall } from '../../json-call.ts';
import { action } from '../../organizations/action.ts';
import { accountName, email, optional, roleName, tags, userAccessToBilling } from '../../organizations/members.ts';
import { isInOrganization, join, type Opened, openAsManagement } from '../../organizations/organization.ts';
import { attachedAtFirst } from '../../organizations/policies.ts';
import { putTags } from '../../organizations/resource-tags.ts';
import type { Wire } from '../../organizations/shapes.ts';
import { accountsOf, putAccount } from '../../organizations/tree.ts';

type Wanted = { AccountName: string; Email: string; Tags: Tag[] };

/** organizations API/CreateAccount. */
export const createAccount = action(
  {
    Email: email,
    AccountName: accountName,
    RoleName: optional(roleName),
    IamUserAccessToBilling: optional(userAccessToBilling),
    Tags: optional(tags),
  },
  async ({ AccountName, Email, Tags = [] }, call): Promise<Wire<CreateAccountResponse>> => {
    const opened = await openAsManagement(call);
    await call.permit(['*']);
    const status = await create(opened, { AccountName, Email, Tags }, call);
    await opened.tx.documents.put('create-account-status', opened.home, status.Id, status);
    const { Id, RequestedTimestamp } = status;
    return { CreateAccountStatus: { Id, AccountName, State: 'IN_PROGRESS', RequestedTimestamp } };
  },
);

async function create(
  opened: Opened,
  { AccountName, Email, Tags }: Wanted,
  { nowMs }: JsonCall,
): Promise<CreateAccountStatus> {
  const now = nowMs / 1000;
  const asked = { Id: newOrganizationsId('car'), AccountName, RequestedTimestamp: now, CompletedTimestamp: now };
  const Id = await freeAccount(opened, Email);
  if (Id === undefined) return { ...asked, State: 'FAILED', FailureReason: 'EMAIL_ALREADY_EXISTS' };
  const { RootId, policyTypes } = opened.organization;
  await putAccount(opened, {
    Id,
    Name: AccountName,
    Email,
    JoinedMethod: 'CREATED',
    JoinedTimestamp: now,
    ParentId: RootId,
    policies: attachedAtFirst(policyTypes),
  });
  await join(opened, Id);
  await putTags(opened, Id, Tags);
  return { ...asked, State: 'SUCCEEDED', AccountId: Id };
}

/** @returns undefined where the address, or the account that it names, is taken */
async function freeAccount(opened: Opened, address: string): Promise<string | undefined> {
  const isTaken = (await accountsOf(opened)).some(({ Email }) => Email.toLowerCase() === address.toLowerCase());
  if (isTaken) return undefined;
  const [, named] = /(?:^|\+)(\d{12})@/.exec(address) ?? [];
  if (named === undefined) return unusedAccountId(opened.tx);
  return (await isInOrganization(opened.tx, named)) ? undefined : named;
}

async function unusedAccountId(tx: Transaction): Promise<string> {
  const id = newAccountId();
  return (await isInOrganization(tx, id)) ? unusedAccountId(tx) : id;
}
