/**
 * Where an account's defaults for metadata options come from: a declarative policy of its organization, and where none has
 * a say, what the account has set itself, in one document for each Region.
 *
 * What the account has set stays there while a policy manages its defaults, and is in force again after that.
 */

import { type ManagedDefaults, managedDefaults } from '../metadata-options/declarative-policy.ts';
import { effectivePolicy } from '../metadata-options/policy-inheritance.ts';
import { readDeclarativePolicy } from '../metadata-options/read-declarative-policy.ts';
import type { AccountMetadataDefaults } from '../model.ts';
import type { Call } from './call.ts';
import { levelsOf } from './organizations/levels.ts';
import { findOrganization, open } from './organizations/organization.ts';

const ID = 'account';

type In = Pick<Call, 'tx' | 'scope'>;

/** The defaults that are in force, whoever set them. */
export async function metadataDefaults(call: In): Promise<AccountMetadataDefaults> {
  return (await managedMetadataDefaults(call))?.defaults ?? accountMetadataDefaults(call);
}

/** Those that the account has set; never those of a policy. */
export async function accountMetadataDefaults({ tx, scope }: In): Promise<AccountMetadataDefaults> {
  return (await tx.documents.find('metadata-defaults', scope, ID)) ?? {};
}

export function putMetadataDefaults({ tx, scope }: In, defaults: AccountMetadataDefaults): Promise<void> {
  return tx.documents.put('metadata-defaults', scope, ID, defaults);
}

/** Those of the declarative policy that is in effect for the account, its management account among them. */
export async function managedMetadataDefaults({ tx, scope }: In): Promise<ManagedDefaults | undefined> {
  const organization = await findOrganization(tx, scope.account);
  if (!organization) return undefined;
  const levels = await levelsOf(open({ tx, scope }, organization), scope.account, 'DECLARATIVE_POLICY_EC2');
  if (!levels) return undefined;
  const read = levels.map(({ policies }) => policies.map(({ Content }) => readDeclarativePolicy(Content)));
  return managedDefaults(effectivePolicy(read));
}
