/**
 * DeleteTags: removes tags from resources of any types; all of it or nothing.
 *
 * A tag without a value is removed whatever its value is, one with a value only if it has that value, and without any
 * tags in the request every tag of the resources is removed.
 */

import type { DeleteTagsRequest } from '@aws-sdk/client-ec2';
import { missingParameter } from '../../../aws-errors.ts';
import type { Tag } from '../../../model.ts';
import { action } from '../../call.ts';
import { openForTagging, tellHosts } from '../../tagged-resources.ts';

/** API/DeleteTags. */
export const deleteTags = action<DeleteTagsRequest, object>(async (input, call) => {
  const removals = readRemovals(input.Tags);
  const { resources, existing } = await openForTagging(call, input);
  const tagged = resources.filter(({ ResourceId }) => existing.has(ResourceId));
  for (const { ResourceId } of tagged) {
    const tags = existing.get(ResourceId) ?? [];
    const gone = removals === undefined ? tags : tags.filter((tag) => isRemoved(tag, removals));
    if (gone.length > 0) await call.tx.tags.remove(call.scope, ResourceId, gone);
  }
  await tellHosts(call, tagged);
  return {};
});

/** By key: the values with which a tag is removed; one that is undefined stands for any. */
type Removals = Map<string, Set<string | undefined>>;

/** @returns undefined where the request names no tags */
function readRemovals(tags: DeleteTagsRequest['Tags']): Removals | undefined {
  if (!tags || tags.length === 0) return undefined;
  const removals: Removals = new Map();
  for (const { Key, Value } of tags) {
    if (Key === undefined || Key === '') throw missingParameter('Tag.Key');
    removals.set(Key, (removals.get(Key) ?? new Set()).add(Value));
  }
  return removals;
}

function isRemoved({ Key, Value }: Tag, removals: Removals): boolean {
  const values = removals.get(Key);
  return values !== undefined && (values.has(undefined) || values.has(Value));
}
