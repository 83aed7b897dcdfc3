/**
 * Tags of what an organization has: its root, OUs, accounts and policies.
 */

import { constraintViolation, invalidInput, targetNotFound } from '../../aws-errors.ts';
import type { Tag } from '../../model.ts';
import type { Opened } from './organization.ts';
import { arnOf, isAwsManaged } from './policies.ts';
import { targetArn, targetTypeOf } from './shapes.ts';
import { findTarget } from './tree.ts';

/** Of one resource. */
const MOST_TAGS = 50;

/** The ARN of what can have tags. @throws TargetNotFoundException, InvalidInputException for AWS's own policies */
export async function taggableArn(opened: Opened, id: string): Promise<string> {
  if (isAwsManaged(id)) throw invalidInput('IMMUTABLE_POLICY', 'ResourceId');
  if (id.startsWith('p-')) {
    const policy = await opened.tx.documents.find('organization-policy', opened.home, id);
    if (!policy) throw targetNotFound();
    return arnOf(opened.place, policy);
  }
  if (!(await findTarget(opened, id))) throw targetNotFound();
  return targetArn(opened.place, id);
}

export async function tagsOf({ tx, home }: Opened, id: string): Promise<Tag[]> {
  return (await tx.tags.of(home, [id])).get(id) ?? [];
}

/** Adds tags, or replaces their values. @throws ConstraintViolationException for more than a resource may have */
export async function putTags(opened: Opened, id: string, tags: Tag[]): Promise<void> {
  const keys = new Set([...(await tagsOf(opened, id)), ...tags].map(({ Key }) => Key));
  if (keys.size > MOST_TAGS) throw constraintViolation('MAX_TAG_LIMIT_EXCEEDED');
  const ResourceType = id.startsWith('p-') ? 'policy' : targetTypeOf(id).arn;
  await opened.tx.tags.put(opened.home, { ResourceId: id, ResourceType }, tags);
}

/** Of what is no more. */
export async function removeTags({ tx, home }: Opened, ids: string[]): Promise<void> {
  for (const [id, tags] of await tx.tags.of(home, ids)) await tx.tags.remove(home, id, tags);
}
