/**
 * Policies that belong to one user, group or role and to nobody else: put, got, listed, deleted.
 *
 * The caller's right is asked for before the text is read, so that who may not learns nothing of it.
 */

import { noSuchEntity } from '../../aws-errors.ts';
import type { AccountCall } from '../call.ts';
import { type Kind, type OwnerKind, open, save } from './entities.ts';
import { readName } from './names.ts';
import { type PageRequest, pageOf } from './pages.ts';
import { encodeDocument, readDocument } from './policy-documents.ts';

const LONGEST_NAME = 128;

type Inline = { PolicyName?: string | undefined; PolicyDocument?: string | undefined };

/** Adds or replaces. @throws as `open`, MalformedPolicyDocument, LimitExceeded */
export async function putInlinePolicy<K extends OwnerKind>(
  call: AccountCall,
  owners: Kind<K>,
  ownerName: string | undefined,
  given: Inline,
): Promise<void> {
  const PolicyName = readName('PolicyName', given.PolicyName, LONGEST_NAME);
  const owner = await open(call, owners, ownerName);
  const others = owner.Policies.filter((each) => each.PolicyName !== PolicyName);
  const { text: PolicyDocument } = readDocument(given.PolicyDocument, {
    kind: 'identity',
    use: `inline-${owners.type as 'user' | 'group' | 'role'}`,
    owner: owners.nameOf(owner),
    others: others.map((each) => each.PolicyDocument),
  });
  await save(call, owners, { ...owner, Policies: [...others, { PolicyName, PolicyDocument }] });
}

/** @throws as `open`, NoSuchEntity */
export async function getInlinePolicy<K extends OwnerKind>(
  call: AccountCall,
  owners: Kind<K>,
  ownerName: string | undefined,
  given: Inline,
): Promise<{ PolicyName: string; PolicyDocument: string }> {
  const name = readName('PolicyName', given.PolicyName, LONGEST_NAME);
  const { Policies } = await open(call, owners, ownerName);
  const found = Policies.find(({ PolicyName }) => PolicyName === name);
  if (!found) throw noSuchEntity(`The ${owners.type} policy with name ${name} cannot be found.`);
  return { PolicyName: name, PolicyDocument: encodeDocument(found.PolicyDocument) };
}

/** @throws as `open`, NoSuchEntity */
export async function deleteInlinePolicy<K extends OwnerKind>(
  call: AccountCall,
  owners: Kind<K>,
  ownerName: string | undefined,
  given: Inline,
): Promise<void> {
  const name = readName('PolicyName', given.PolicyName, LONGEST_NAME);
  const owner = await open(call, owners, ownerName);
  const others = owner.Policies.filter(({ PolicyName }) => PolicyName !== name);
  if (others.length === owner.Policies.length) {
    throw noSuchEntity(`The ${owners.type} policy with name ${name} cannot be found.`);
  }
  await save(call, owners, { ...owner, Policies: others });
}

/** @throws as `open`, ValidationError */
export async function listInlinePolicies<K extends OwnerKind>(
  call: AccountCall,
  owners: Kind<K>,
  ownerName: string | undefined,
  request: PageRequest,
): Promise<{ PolicyNames: string[]; IsTruncated: boolean; Marker?: string }> {
  const { Policies } = await open(call, owners, ownerName);
  const names = Policies.map(({ PolicyName }) => PolicyName);
  const { items, ...page } = pageOf(call, names, request, (name) => name);
  return { PolicyNames: items, ...page };
}
