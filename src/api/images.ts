/**
 * Images that a call may use: those of the catalogue, the same for everybody, and those that the account registered.
 */

import {
  invalidAmiIdMalformed,
  invalidAmiIdNotFound,
  invalidParameterValue,
  missingParameter,
  notAuthorizedForImage,
} from '../aws-errors.ts';
import { catalogueImages, findCatalogueImage } from '../catalogue/images.ts';
import { isWellFormedId } from '../ids.ts';
import type { Image, RegisteredImage } from '../model.ts';
import { type Call, ec2Arn } from './call.ts';

/** @throws InvalidAMIID.Malformed, InvalidAMIID.NotFound */
export async function findImage(call: Call, ImageId: string): Promise<Image> {
  if (!isWellFormedId('ami', ImageId)) throw invalidAmiIdMalformed(ImageId);
  const image = findCatalogueImage(ImageId) ?? (await call.tx.documents.find('image', call.scope, ImageId));
  if (!image) throw invalidAmiIdNotFound([ImageId]);
  return image;
}

/** An image that the account may change. @throws as `findImage`, and AuthFailure for an image of somebody else */
export async function findOwnImage(call: Call, ImageId: string | undefined): Promise<RegisteredImage> {
  if (ImageId === undefined) throw missingParameter('ImageId');
  const image = await findImage(call, ImageId);
  if (image.owner !== call.scope.account) throw notAuthorizedForImage(ImageId);
  return { ...image, ...call.scope };
}

/** The resource name of an image, which has no account. */
export function imageArn(call: Call, ImageId: string): string {
  return ec2Arn({ ...call.scope, account: '' }, 'image', ImageId);
}

/** Every image that the account sees: the catalogue's first, then its own in order of registration. */
export async function visibleImages(call: Call): Promise<Image[]> {
  return [...catalogueImages(), ...(await call.tx.documents.list('image', call.scope))];
}

const LONGEST_DESCRIPTION = 255;

/** @throws InvalidParameterValue */
export function readImageDescription(description: string): string {
  if (description.length > LONGEST_DESCRIPTION) {
    throw invalidParameterValue(`Image description exceeds the maximum length of ${LONGEST_DESCRIPTION} characters`);
  }
  return description;
}
