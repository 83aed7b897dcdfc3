/**
 * What an EC2 request says of one of its resources: the attributes that it sets, and the tags that it gives.
 */

import type { Tag } from '../model.ts';
import { type Keys, requestTagKeys } from './context.ts';
import { attributeKeys, createTagsKeys } from './ec2-context.ts';

/** Where a request has tags. */
export type Tagging = { Tags?: TagInput[]; TagSpecifications?: { ResourceType?: string; Tags?: TagInput[] }[] };
type TagInput = { Key?: string | undefined; Value?: string | undefined };

/** @param type of the resource, for example `instance` @param input the parameters of the request */
export function requestKeys(action: string, type: string | undefined, input: Tagging): Keys {
  if (action.startsWith('ec2:Modify')) return attributeKeys(input);
  if (action === 'ec2:CreateTags' || action === 'ec2:DeleteTags') return createTagsKeys(readableTags(input.Tags));
  const specified = (input.TagSpecifications ?? []).filter(({ ResourceType }) => ResourceType === type);
  return requestTagKeys(specified.flatMap(({ Tags }) => readableTags(Tags)));
}

export function readableTags(tags: readonly TagInput[] = []): Tag[] {
  return tags.map(({ Key = '', Value = '' }) => ({ Key, Value }));
}
