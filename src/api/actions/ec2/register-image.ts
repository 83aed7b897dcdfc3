/**
 * RegisterImage: an image of the account's own, under a name that is unique in the account and Region.
 *
 * Images hold no file systems here: block devices, boot modes and drivers are taken, so that commands for AWS work, and
 * forgotten. What stays is what an instance has from its image: architecture, root device name and ImdsSupport.
 */

import type { RegisterImageRequest, RegisterImageResult } from '@aws-sdk/client-ec2';
import {
  invalidAmiNameDuplicate,
  invalidAmiNameMalformed,
  invalidParameterValue,
  missingParameter,
} from '../../../aws-errors.ts';
import { isoMilliseconds } from '../../../clock.ts';
import { newId } from '../../../ids.ts';
import { readImdsSupport } from '../../../metadata-options/image-support.ts';
import type { Architecture, RegisteredImage } from '../../../model.ts';
import { action, type Call } from '../../call.ts';
import { imageArn, readImageDescription } from '../../images.ts';
import { tagsForNew } from '../../tags.ts';

const ARCHITECTURES: readonly Architecture[] = ['i386', 'x86_64', 'arm64', 'x86_64_mac', 'arm64_mac'];
/** What AWS takes where the request does not say. */
const DEFAULT_ARCHITECTURE = 'i386';
const DEFAULT_ROOT_DEVICE = '/dev/sda1';

/** API/RegisterImage; rule: imds-support-one-way. */
export const registerImage = action<RegisterImageRequest, RegisterImageResult>(async (input, call) => {
  const { Description, ImdsSupport } = input;
  const tags = tagsForNew('image', input.TagSpecifications);
  const image: RegisteredImage = {
    ...call.scope,
    ImageId: newId('ami'),
    Name: readName(input.Name),
    ...(Description !== undefined && { Description: readImageDescription(Description) }),
    Architecture: readArchitecture(input.Architecture),
    ...(ImdsSupport !== undefined && { ImdsSupport: readImdsSupport(ImdsSupport) }),
    RootDeviceName: input.RootDeviceName ?? DEFAULT_ROOT_DEVICE,
    CreationDate: isoMilliseconds(call.nowMs),
    owner: call.scope.account,
    Public: false,
  };
  await call.permit([imageArn(call, '*')], input.DryRun);
  await refuseTakenName(image.Name, call);
  await call.tx.documents.put('image', call.scope, image.ImageId, image);
  await call.tx.tags.put(call.scope, { ResourceId: image.ImageId, ResourceType: 'image' }, tags);
  return { ImageId: image.ImageId };
});

function readName(name: string | undefined): string {
  if (name === undefined) throw missingParameter('Name');
  if (!/^[A-Za-z0-9()[\] ./\-'@_]{3,128}$/.test(name)) throw invalidAmiNameMalformed();
  return name;
}

function readArchitecture(wish: string = DEFAULT_ARCHITECTURE): Architecture {
  const architecture = ARCHITECTURES.find((candidate) => candidate === wish);
  if (!architecture) throw invalidParameterValue(`Invalid value '${wish}' for Architecture.`);
  return architecture;
}

async function refuseTakenName(name: string, { tx, scope }: Call): Promise<void> {
  const images = await tx.documents.list('image', scope);
  const taken = images.find(({ Name }) => Name === name);
  if (taken) throw invalidAmiNameDuplicate(name, taken.ImageId);
}
