/**
 * Images that a call may use: those of the catalogue, the same for everybody, and those that the account registered.
 */

import { invalidAmiIdMalformed, invalidAmiIdNotFound } from '../aws-errors.ts';
import { catalogueImages, findCatalogueImage } from '../catalogue/images.ts';
import { isWellFormedId } from '../ids.ts';
import type { Image } from '../model.ts';
import type { Call } from './call.ts';

/** @throws InvalidAMIID.Malformed, InvalidAMIID.NotFound */
export async function findImage(call: Call, ImageId: string): Promise<Image> {
  if (!isWellFormedId('ami', ImageId)) throw invalidAmiIdMalformed(ImageId);
  const image = findCatalogueImage(ImageId) ?? (await call.tx.documents.find('image', call.scope, ImageId));
  if (!image) throw invalidAmiIdNotFound([ImageId]);
  return image;
}

/** Every image that the account sees: the catalogue's first, then its own in order of registration. */
export async function visibleImages(call: Call): Promise<Image[]> {
  return [...catalogueImages(), ...(await call.tx.documents.list('image', call.scope))];
}
