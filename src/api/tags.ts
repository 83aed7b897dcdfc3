/**
 * Tags of any resource: what a key and a value may be, how many there may be, and those that a request gives at creation.
 *
 * Which keys an instance may have while its tags are in its metadata is another rule (`metadata-options/tag-keys.ts`).
 */

import { invalidParameterValue, tagLimitExceeded } from '../aws-errors.ts';
import type { Tag } from '../model.ts';

/** Of one resource, and of the characters of a key and a value (UG/Using_Tags). */
const MOST_TAGS = 50;
const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;

export type TagInput = { Key?: string | undefined; Value?: string | undefined };

/**
 * The tags that a request gives, checked; a tag without a value has an empty one.
 *
 * @throws MissingParameter, InvalidParameterValue, TagLimitExceeded
 */
export function readTags(input: readonly TagInput[] | undefined): Tag[] {
  const tags = (input ?? []).map(readTag);
  if (tags.length > MOST_TAGS) throw tagLimitExceeded(MOST_TAGS);
  const twice = tags.find((tag, index) => tags.findIndex((other) => other.Key === tag.Key) !== index);
  if (twice) throw invalidParameterValue(`Duplicate tag key '${twice.Key}' specified.`);
  return tags;
}

/** The tags that a request's TagSpecifications give to resources of one type. */
export function tagsFor(
  resourceType: string,
  specifications: readonly { ResourceType?: string | undefined; Tags?: TagInput[] | undefined }[] | undefined,
): Tag[] {
  return readTags(
    (specifications ?? []).filter((spec) => spec.ResourceType === resourceType).flatMap((spec) => spec.Tags ?? []),
  );
}

/**
 * The tags that a request gives to the one resource that it makes, which can be of one type only.
 *
 * @throws InvalidParameterValue for another type, MissingParameter, TagLimitExceeded
 */
export function tagsForNew(
  resourceType: string,
  specifications: readonly { ResourceType?: string | undefined; Tags?: TagInput[] | undefined }[] | undefined,
): Tag[] {
  for (const { ResourceType, Tags } of specifications ?? []) {
    if (ResourceType === undefined) throw invalidParameterValue('Tag specification resource type must have a value');
    if (ResourceType !== resourceType) {
      throw invalidParameterValue(`'${ResourceType}' is not a valid taggable resource type for this operation.`);
    }
    if (!Tags?.length) throw invalidParameterValue('Tag specification must have at least one tag');
  }
  return tagsFor(resourceType, specifications);
}

/** What a resource's tags are after `added` were put over `existing`. @throws TagLimitExceeded */
export function mergeTags(existing: readonly Tag[], added: readonly Tag[]): Tag[] {
  const merged = new Map([...existing, ...added].map((tag) => [tag.Key, tag.Value]));
  if (merged.size > MOST_TAGS) throw tagLimitExceeded(MOST_TAGS);
  return Array.from(merged, ([Key, Value]) => ({ Key, Value }));
}

/** The type of a resource by the prefix of its id, as DescribeTags names it; undefined for ids that cannot be tagged. */
export function resourceTypeOf(id: string): string | undefined {
  return RESOURCE_TYPES[id.slice(0, id.indexOf('-'))];
}

const RESOURCE_TYPES: Record<string, string> = {
  i: 'instance',
  ami: 'image',
  key: 'key-pair',
  vpc: 'vpc',
  subnet: 'subnet',
  sg: 'security-group',
};

function readTag({ Key, Value = '' }: TagInput): Tag {
  if (Key === undefined || Key === '') {
    throw invalidParameterValue("Value ( '' ) for parameter Tag key is invalid. Tag key cannot be null or empty.");
  }
  if (/^aws:/i.test(Key)) {
    throw invalidParameterValue(
      `Value ( ${Key} ) for parameter key is invalid. Tag keys starting with 'aws:' are reserved for internal use`,
    );
  }
  if (Key.length > LONGEST_KEY) {
    throw invalidParameterValue(`Tag key exceeds the maximum length of ${LONGEST_KEY} characters`);
  }
  if (Value.length > LONGEST_VALUE) {
    throw invalidParameterValue(`Tag value exceeds the maximum length of ${LONGEST_VALUE} characters`);
  }
  return { Key, Value };
}
