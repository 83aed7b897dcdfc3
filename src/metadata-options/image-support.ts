/**
 * ImdsSupport of an AMI: `v2.0`, or nothing. There is no value that unsets it, so it goes one way only (aws-behaviour
 * 3.2); without it again is only a new AMI.
 *
 * rule: imds-support-one-way
 *   An AMI's ImdsSupport can be set to v2.0 and never be unset.
 */

import { invalidMetadataOption } from '../aws-errors.ts';
import type { Image } from '../model.ts';

/**
 * The ImdsSupport that RegisterImage or ModifyImageAttribute asks for.
 *
 * @throws InvalidParameterValue for anything but `v2.0`
 */
export function readImdsSupport(value: string): NonNullable<Image['ImdsSupport']> {
  if (value !== 'v2.0') throw invalidMetadataOption('ImdsSupport', value, "'v2.0'");
  return value;
}
