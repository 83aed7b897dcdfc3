/**
 * The policies of an organization: AWS's own FullAWSAccess and those that were made, what each type may say, and how many
 * of a type can be attached to one thing.
 *
 * Two of AWS's types are offered. Others are known by name and refused where they would have to do something.
 */

import type * as sdk from '@aws-sdk/client-organizations';
import {
  constraintViolation,
  duplicatePolicy,
  invalidInput,
  policyNotFound,
  policyTypeNotAvailable,
  policyTypeNotEnabled,
  targetNotFound,
} from '../../aws-errors.ts';
import { checkPolicySize } from '../../iam/policy/limits.ts';
import { readPolicy } from '../../iam/policy/read.ts';
import { readDeclarativePolicy } from '../../metadata-options/read-declarative-policy.ts';
import type { OrganizationPolicy, PolicyType } from '../../model.ts';
import type { JsonCall } from '../json-call.ts';
import { type Opened, openAsManagement } from './organization.ts';
import { type Place, policyArn, targetArn, type Wire } from './shapes.ts';
import { findTarget, type Target, targetsOf } from './tree.ts';

/** Of each type, attached to one root, OU or account; of SCPs five until May 2026. */
export const MOST_ATTACHED = 10;

/** AWS's: there without being made, attached to everything when SCPs are enabled, never changed or deleted. */
const FULL_AWS_ACCESS: OrganizationPolicy = {
  Id: 'p-FullAWSAccess',
  Name: 'FullAWSAccess',
  Description: 'Allows access to every operation',
  Type: 'SERVICE_CONTROL_POLICY',
  Content: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
  updatedAt: 0,
};

// ─── Types ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** By type: throws for what a policy of that type must not say. */
const CHECKS: Readonly<Record<PolicyType, (content: string) => void>> = {
  SERVICE_CONTROL_POLICY(content) {
    checkPolicySize('scp', [content]);
    readPolicy(content, 'scp');
  },
  DECLARATIVE_POLICY_EC2(content) {
    if (content.length > LONGEST_DECLARATIVE_POLICY) throw constraintViolation('POLICY_CONTENT_LIMIT_EXCEEDED');
    readDeclarativePolicy(content);
  },
};

/** Characters, each counted (Organizations UG/orgs_reference_limits). */
const LONGEST_DECLARATIVE_POLICY = 10_000;

export function isOffered(type: string): type is PolicyType {
  return Object.hasOwn(CHECKS, type);
}

/** What is attached when a type is enabled, and to what is made while it is. */
export function attachedAtFirst(types: readonly PolicyType[]): Partial<Record<PolicyType, string[]>> {
  return types.includes('SERVICE_CONTROL_POLICY') ? { SERVICE_CONTROL_POLICY: [FULL_AWS_ACCESS.Id] } : {};
}

/** @throws PolicyTypeNotAvailableForOrganizationException */
export function expectAvailable({ organization }: Opened, type: string): PolicyType {
  if (organization.FeatureSet !== 'ALL') {
    throw policyTypeNotAvailable('the organization has consolidated billing only; policies need all features');
  }
  if (!isOffered(type)) throw policyTypeNotAvailable(`openimds: policies of the type \`${type}\` are not offered`);
  return type;
}

/** @throws PolicyTypeNotEnabledException */
export function expectEnabled({ organization }: Opened, type: PolicyType): void {
  if (!organization.policyTypes.includes(type)) throw policyTypeNotEnabled();
}

/** @throws MalformedPolicyDocumentException, ConstraintViolationException */
export function checkContent(type: PolicyType, content: string): void {
  CHECKS[type](content);
}

// ─── Policies ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** @throws PolicyNotFoundException */
export async function findPolicy(opened: Opened, id: string): Promise<OrganizationPolicy> {
  const policy = (await findPolicies(opened, [id])).get(id);
  if (!policy) throw policyNotFound();
  return policy;
}

/** As `findPolicy`, of many at once. @returns by id */
export async function findPolicies(
  { tx, home, organization }: Opened,
  ids: readonly string[],
): Promise<Map<string, OrganizationPolicy>> {
  const made = ids.filter((id) => !isAwsManaged(id));
  const found = made.length > 0 ? await tx.documents.get('organization-policy', home, made) : new Map();
  return organization.FeatureSet === 'ALL' ? found.set(FULL_AWS_ACCESS.Id, FULL_AWS_ACCESS) : found;
}

type Attachment = { opened: Opened; policy: OrganizationPolicy; target: Target; attached: string[] };

/**
 * A policy, a target, and what of the policy's type is attached there, once the caller may attach or detach it.
 *
 * @throws PolicyNotFoundException, TargetNotFoundException, and as `openAsManagement` and `permit`
 */
export async function openAttachment(
  call: JsonCall,
  { PolicyId, TargetId }: { PolicyId: string; TargetId: string },
): Promise<Attachment> {
  const opened = await openAsManagement(call);
  const policy = await findPolicy(opened, PolicyId);
  const target = await findTarget(opened, TargetId);
  if (!target) throw targetNotFound();
  await call.permit([arnOf(opened.place, policy), targetArn(opened.place, target.Id)]);
  return { opened, policy, target, attached: target.policies[policy.Type] ?? [] };
}

/** One that can be changed. @throws PolicyNotFoundException, InvalidInputException for AWS's own */
export async function findOwnPolicy(opened: Opened, id: string): Promise<OrganizationPolicy> {
  const policy = await findPolicy(opened, id);
  if (isAwsManaged(id)) throw invalidInput('IMMUTABLE_POLICY', 'PolicyId');
  return policy;
}

/** Those of a type, AWS's first. */
export async function policiesOf({ tx, home, organization }: Opened, type: string): Promise<OrganizationPolicy[]> {
  if (organization.FeatureSet !== 'ALL') return [];
  const made = await tx.documents.list('organization-policy', home);
  return [FULL_AWS_ACCESS, ...made].filter(({ Type }) => Type === type);
}

/** Policies of one type have different names. @throws DuplicatePolicyException */
export async function expectFreePolicyName(opened: Opened, { Id, Name, Type }: OrganizationPolicy): Promise<void> {
  const others = (await policiesOf(opened, Type)).filter((policy) => policy.Id !== Id);
  if (others.some((policy) => policy.Name === Name)) throw duplicatePolicy();
}

/** What a policy is attached to, the root first. */
export async function targetsWith(opened: Opened, { Id, Type }: OrganizationPolicy): Promise<Target[]> {
  return (await targetsOf(opened)).filter(({ policies }) => policies[Type]?.includes(Id));
}

export function putPolicy({ tx, home }: Opened, policy: OrganizationPolicy): Promise<void> {
  return tx.documents.put('organization-policy', home, policy.Id, policy);
}

export function isAwsManaged(id: string): boolean {
  return id === FULL_AWS_ACCESS.Id;
}

// ─── How they are written ────────────────────────────────────────────────────────────────────────────────────────────

export function arnOf(place: Place, { Id, Type }: OrganizationPolicy): string {
  if (!isAwsManaged(Id)) return policyArn(place, Type, Id);
  return `arn:${place.partition}:organizations::aws:policy/${Type.toLowerCase()}/${Id}`;
}

export function summarize(place: Place, policy: OrganizationPolicy): Wire<sdk.PolicySummary> {
  const { Id, Name, Description, Type } = policy;
  return { Id, Arn: arnOf(place, policy), Name, Description, Type, AwsManaged: isAwsManaged(Id) };
}

export function describePolicy(place: Place, policy: OrganizationPolicy): Wire<sdk.Policy> {
  return { PolicySummary: summarize(place, policy), Content: policy.Content };
}
