/**
 * DescribeImages: the images of the catalogue and those that the account registered, by id, owner, launch permission
 * and filter.
 *
 * No image is ever deprecated or disabled here, so the parameters about that make no difference; and none is shared with
 * single accounts, so of executable users only `all` has images.
 */

import type { DescribeImagesRequest, DescribeImagesResult } from '@aws-sdk/client-ec2';
import { invalidAmiIdMalformed, invalidAmiIdNotFound, invalidUserIdMalformed } from '../../../aws-errors.ts';
import { isWellFormedId } from '../../../ids.ts';
import { action, type Call } from '../../call.ts';
import { type FilterTable, filterBy } from '../../filters.ts';
import { type DescribedImage, describeImage } from '../../image-shape.ts';
import { visibleImages } from '../../images.ts';
import { readPage, slicePage } from '../../pagination.ts';

/** API/DescribeImages. */
export const describeImages = action<DescribeImagesRequest, DescribeImagesResult>(async (input, call) => {
  const ids = input.ImageIds ?? [];
  readPage(call.action, input, ids);
  const malformed = ids.find((id) => !isWellFormedId('ami', id));
  if (malformed !== undefined) throw invalidAmiIdMalformed(malformed);
  const letsThrough = filterBy(input.Filters, FILTERS);
  const isOfOwner = ownedBy(input.Owners ?? [], call);
  const mayLaunch = launchableBy(input.ExecutableUsers ?? []);
  await call.permit(['*'], input.DryRun);
  const images = await describedImages(ids, call);
  const shown = images.filter((image) => isOfOwner(image) && mayLaunch(image) && letsThrough(image));
  const { items, ...next } = slicePage(call.action, shown, input, ids);
  return { Images: items, ...next };
});

async function describedImages(ids: string[], call: Call): Promise<DescribedImage[]> {
  const visible = await visibleImages(call);
  const missing = ids.filter((id) => !visible.some(({ ImageId }) => ImageId === id));
  if (missing.length > 0) throw invalidAmiIdNotFound(missing);
  const images = ids.length > 0 ? visible.filter(({ ImageId }) => ids.includes(ImageId)) : visible;
  const tags = await call.tx.tags.of(
    call.scope,
    images.map(({ ImageId }) => ImageId),
  );
  return images.map((image) => describeImage(image, tags.get(image.ImageId) ?? []));
}

/** Owners: account ids, `self`, and AWS's aliases. */
function ownedBy(owners: string[], { scope }: Call): (image: DescribedImage) => boolean {
  const malformed = owners.find((owner) => !/^(?:\d{12}|self|amazon|aws-backup-vault|aws-marketplace)$/.test(owner));
  if (malformed !== undefined) throw invalidUserIdMalformed(malformed);
  const wanted = new Set(owners.map((owner) => (owner === 'self' ? scope.account : owner)));
  return ({ OwnerId, ImageOwnerAlias = '' }) => wanted.size === 0 || wanted.has(OwnerId) || wanted.has(ImageOwnerAlias);
}

/** ExecutableUsers: `all` are the public images; `self` and accounts are those shared with them, and none are. */
function launchableBy(users: string[]): (image: DescribedImage) => boolean {
  const malformed = users.find((user) => !/^(?:\d{12}|self|all)$/.test(user));
  if (malformed !== undefined) throw invalidUserIdMalformed(malformed);
  return ({ Public = false }) => users.length === 0 || (Public && users.includes('all'));
}

/** Filter names of API/DescribeImages for all that an image has here. */
const FILTERS: FilterTable<DescribedImage> = {
  architecture: (image) => [image.Architecture],
  'creation-date': (image) => [image.CreationDate],
  description: (image) => [image.Description],
  'ena-support': (image) => [image.EnaSupport],
  hypervisor: (image) => [image.Hypervisor],
  'image-id': (image) => [image.ImageId],
  'image-type': (image) => [image.ImageType],
  'is-public': (image) => [image.Public],
  'manifest-location': (image) => [image.ImageLocation],
  name: (image) => [image.Name],
  'owner-alias': (image) => [image.ImageOwnerAlias],
  'owner-id': (image) => [image.OwnerId],
  platform: () => [],
  'root-device-name': (image) => [image.RootDeviceName],
  'root-device-type': (image) => [image.RootDeviceType],
  state: (image) => [image.State],
  'virtualization-type': (image) => [image.VirtualizationType],
};
