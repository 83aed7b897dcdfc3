/**
 * Managed policies, found by their ARN: those of the account in the store, AWS's in the catalogue.
 *
 *   arn:aws:iam::123456789012:policy/path/name      arn:aws:iam::aws:policy/AdministratorAccess
 */

import { invalidIamInput, neverAllowed, noSuchEntity } from '../../aws-errors.ts';
import { awsManagedPolicies } from '../../catalogue/managed-policies.ts';
import type { Keys } from '../../iam/context.ts';
import type { ManagedPolicy, PolicyVersion } from '../../iam-model.ts';
import type { Transaction } from '../../store/store.ts';
import type { AccountCall } from '../call.ts';
import { entityArn, findEntities, listEntities, policies, resourceTagKeys } from './entities.ts';
import { readText } from './names.ts';

export type FoundPolicy = {
  /** In the partition `aws`, as the store has it. */
  arn: string;
  ofAws: boolean;
  policy: ManagedPolicy;
};

const ARN = /^arn:(?:aws|aws-cn|aws-us-gov):iam::(\d{12}|aws):policy(\/(?:[\u0021-\u007e]+\/)?)([\w+=,.@-]+)$/;
const LONGEST_ARN = 2048;
const SHORTEST_ARN = 20;

const OF_AWS = new Map(
  awsManagedPolicies.map(({ Document, ...about }): [string, FoundPolicy] => {
    const { CreateDate, Path, PolicyName } = about;
    const Versions = [{ VersionId: 'v1', Document, CreateDate }];
    const policy = { ...about, UpdateDate: CreateDate, Versions, DefaultVersionId: 'v1', nextVersion: 2, Tags: [] };
    const arn = `arn:aws:iam::aws:policy${Path}${PolicyName}`;
    return [arn, { arn, ofAws: true, policy }];
  }),
);

/** Those of AWS, all of them. */
export function policiesOfAws(): FoundPolicy[] {
  return [...OF_AWS.values()];
}

/** Those of the account, in order of their names. */
export async function ownPolicies(call: Pick<AccountCall, 'tx' | 'scope'>): Promise<FoundPolicy[]> {
  const found = await listEntities(call, policies);
  const inStore = { scope: call.scope, partition: 'aws' as const };
  return found.map((policy) => ({ arn: entityArn(inStore, policies, policy), ofAws: false, policy }));
}

/** An ARN of a policy, whether or not there is one; in the partition `aws`. @throws ValidationError, InvalidInput */
export function readPolicyArn(given: string | undefined, parameter = 'PolicyArn'): string {
  const arn = readText(parameter, given, { shortest: SHORTEST_ARN, longest: LONGEST_ARN });
  if (!ARN.test(arn)) throw invalidIamInput(`ARN ${arn} is not valid.`);
  return arn.replace(/^arn:[\w-]+:/, 'arn:aws:');
}

/** One that this account may use. @param arn as `readPolicyArn` returns it; anything else finds nothing */
export async function findPolicy(tx: Transaction, account: string, arn: string): Promise<FoundPolicy | undefined> {
  return (await findPolicies(tx, account, [arn])).get(arn);
}

/** As `findPolicy`, of many at once: those that there are, by their ARNs. */
export async function findPolicies(
  tx: Transaction,
  account: string,
  arns: readonly string[],
): Promise<Map<string, FoundPolicy>> {
  const ofAws = arns.flatMap((arn) => OF_AWS.get(arn) ?? []);
  const own = arns.flatMap((arn) => {
    const [, owner, Path, name = ''] = ARN.exec(arn) ?? [];
    return owner === account ? [{ arn, Path, name }] : [];
  });
  const names = own.map(({ name }) => name);
  const entities = new Map(
    (await findEntities(tx, account, policies, names)).map((policy) => [policy.PolicyName, policy]),
  );
  const ofAccount = own.flatMap(({ arn, Path, name }): FoundPolicy[] => {
    const policy = entities.get(name);
    return policy && policy.Path === Path ? [{ arn, ofAws: false, policy }] : [];
  });
  return new Map([...ofAws, ...ofAccount].map((found) => [found.arn, found]));
}

/**
 * The policy with this ARN, once the caller may do this to it.
 *
 * @throws ValidationError, InvalidInput, AccessDenied, NoSuchEntity
 */
export async function openPolicy(call: AccountCall, given: string | undefined, keys: Keys = {}): Promise<FoundPolicy> {
  const arn = readPolicyArn(given);
  const found = await findPolicy(call.tx, call.scope.account, arn);
  const own = resourceTagKeys(found?.policy.Tags ?? []);
  await call.permit([{ arn: given ?? arn, keys: { ...own, ...keys } }]);
  if (!found) throw noSuchEntity(`Policy ${given} does not exist or is not attachable.`);
  return found;
}

/** As `openPolicy`, to change it. @throws AccessDenied for one of AWS's too */
export async function openOwnPolicy(
  call: AccountCall,
  given: string | undefined,
  keys: Keys = {},
): Promise<ManagedPolicy> {
  const { policy, ofAws } = await openPolicy(call, given, keys);
  if (ofAws) throw neverAllowed('Policy is outside your own account.');
  return policy;
}

/** @throws NoSuchEntity */
export function findVersion(
  { policy, arn }: Pick<FoundPolicy, 'policy' | 'arn'>,
  given: string | undefined,
): PolicyVersion {
  const VersionId = readText('VersionId', given, { longest: 32 });
  const found = policy.Versions.find((version) => version.VersionId === VersionId);
  if (!found) throw noSuchEntity(`Policy ${arn} version ${VersionId} does not exist or is not attachable.`);
  return found;
}

/** The text that counts. INVARIANT: one of the versions is the default. */
export function defaultDocument({ Versions, DefaultVersionId }: ManagedPolicy): string {
  return Versions.find(({ VersionId }) => VersionId === DefaultVersionId)?.Document ?? '';
}
