/**
 * DescribeImageAttribute: one attribute of an image of the account's own. What an image never has here is answered
 * without a value, as AWS does for what is not set.
 */

import type { DescribeImageAttributeRequest, ImageAttribute } from '@aws-sdk/client-ec2';
import { invalidRequest, restrictedImageAttribute } from '../../../aws-errors.ts';
import type { Image } from '../../../model.ts';
import { action } from '../../call.ts';
import { findOwnImage, imageArn } from '../../images.ts';

/** API/DescribeImageAttribute. */
export const describeImageAttribute = action<DescribeImageAttributeRequest, ImageAttribute>(async (input, call) => {
  const attribute = input.Attribute ?? '';
  if (attribute === 'blockDeviceMapping') throw restrictedImageAttribute();
  const describe = Object.hasOwn(ATTRIBUTES, attribute) ? ATTRIBUTES[attribute] : undefined;
  if (!describe) throw invalidRequest();
  const image = await findOwnImage(call, input.ImageId);
  await call.permit([imageArn(call, image.ImageId)], input.DryRun);
  return { ImageId: image.ImageId, ...describe(image) };
});

/** Attribute names of API/DescribeImageAttribute. */
const ATTRIBUTES: Record<string, (image: Image) => ImageAttribute> = {
  bootMode: () => ({ BootMode: {} }),
  deregistrationProtection: () => ({ DeregistrationProtection: { Value: 'disabled' } }),
  description: ({ Description }) => ({ Description: { Value: Description } }),
  imdsSupport: ({ ImdsSupport }) => ({ ImdsSupport: { Value: ImdsSupport } }),
  kernel: () => ({ KernelId: {} }),
  lastLaunchedTime: () => ({ LastLaunchedTime: {} }),
  launchPermission: () => ({ LaunchPermissions: [] }),
  productCodes: () => ({ ProductCodes: [] }),
  ramdisk: () => ({ RamdiskId: {} }),
  sriovNetSupport: () => ({ SriovNetSupport: {} }),
  tpmSupport: () => ({ TpmSupport: {} }),
  uefiData: () => ({ UefiData: {} }),
};
