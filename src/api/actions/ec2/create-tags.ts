/**
 * CreateTags: adds tags to resources of any types, or replaces their values; all of it or nothing.
 *
 * Tags of an instance with InstanceMetadataTags=enabled become paths of its metadata, so their keys are checked, and
 * each change is a new revision: the host hears of it and the metadata is right at once, as at AWS.
 */

import type { CreateTagsRequest } from '@aws-sdk/client-ec2';
import { invalidParameterValue } from '../../../aws-errors.ts';
import { checkTagKeys } from '../../../metadata-options/tag-keys.ts';
import type { Tag } from '../../../model.ts';
import { action } from '../../call.ts';
import { openForTagging, type Taggable, tellHosts } from '../../tagged-resources.ts';
import { mergeTags, readTags } from '../../tags.ts';

/** API/CreateTags. rule: metadata-tag-keys */
export const createTags = action<CreateTagsRequest, object>(async (input, call) => {
  const tags = readTags(input.Tags);
  if (tags.length === 0) {
    throw invalidParameterValue(
      'Value ( empty ) for parameter tagSet is invalid. You must specify one or more tags to create',
    );
  }
  const { resources, existing } = await openForTagging(call, input);
  for (const resource of resources) {
    const { ResourceId, ResourceType } = resource;
    checkTags(resource, existing.get(ResourceId) ?? [], tags);
    await call.tx.tags.put(call.scope, { ResourceId, ResourceType }, tags);
  }
  await tellHosts(call, resources);
  return {};
});

/** @throws TagLimitExceeded, and InvalidParameterValue for a key that the instance's metadata cannot have */
function checkTags({ instance }: Taggable, existing: readonly Tag[], added: readonly Tag[]): void {
  mergeTags(existing, added);
  // Those that the instance has already were checked when they came into its metadata.
  if (instance) checkTagKeys(instance.MetadataOptions, added);
}
