/**
 * DeleteTags: removes tags from resources of any types; all of it or nothing.
 *
 * A tag without a value is removed whatever its value is, one with a value only if it has that value, and without any
 * tags in the request every tag of the resources is removed.
 */

import type { DeleteTagsRequest } from '@aws-sdk/client-ec2';
import { missingParameter } from '../../../aws-errors.ts';
import { action } from '../../call.ts';
import { findTaggable, tellHosts } from '../../tagged-resources.ts';

type Removal = { Key: string; Value?: string };

/** API/DeleteTags. */
export const deleteTags = action<DeleteTagsRequest, object>(async (input, call) => {
  const removals = readRemovals(input.Tags);
  const resources = await findTaggable(call, input.Resources);
  await call.permit(
    resources.map(({ arn }) => arn),
    input.DryRun,
  );
  const existing = await call.tx.tags.of(
    call.scope,
    resources.map(({ ResourceId }) => ResourceId),
  );
  const tagged = resources.filter(({ ResourceId }) => existing.has(ResourceId));
  for (const { ResourceId } of tagged) {
    await call.tx.tags.remove(call.scope, ResourceId, removals ?? existing.get(ResourceId) ?? []);
  }
  await tellHosts(call, tagged);
  return {};
});

/** @returns undefined where the request names no tags */
function readRemovals(tags: DeleteTagsRequest['Tags']): Removal[] | undefined {
  if (!tags || tags.length === 0) return undefined;
  return tags.map(({ Key, Value }) => {
    if (Key === undefined || Key === '') throw missingParameter('Tag.Key');
    return Value === undefined ? { Key } : { Key, Value };
  });
}
