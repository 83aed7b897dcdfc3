/**
 * The tag keys that an instance may have while its tags are in its metadata: they become path segments there.
 *
 * Asked at launch, when options are modified, and by CreateTags for instances with InstanceMetadataTags=enabled.
 *
 * rule: metadata-tag-keys
 *   A key has letters, digits and + - = . , _ : @ only, and is not `.`, `..` or `_index`.
 */

import { invalidTagKeyForMetadata } from '../aws-errors.ts';
import type { MetadataOptions, Tag } from '../model.ts';

const LEGAL_KEY = /^[0-9a-zA-Z\-_+=,.@:]{1,255}$/;
const RESERVED = ['.', '..', '_index'];

/**
 * @param tags all that the instance would have, or those that are added
 * @throws InvalidParameterValue for the first key that is not legal, unless the tags stay out of the metadata
 */
export function checkTagKeys(
  { InstanceMetadataTags }: Pick<MetadataOptions, 'InstanceMetadataTags'>,
  tags: readonly Pick<Tag, 'Key'>[],
): void {
  if (InstanceMetadataTags === 'disabled') return;
  const illegal = tags.find(({ Key }) => !LEGAL_KEY.test(Key) || RESERVED.includes(Key));
  if (illegal) throw invalidTagKeyForMetadata(illegal.Key);
}
