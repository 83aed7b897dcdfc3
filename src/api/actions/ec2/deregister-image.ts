/**
 * DeregisterImage: forgets an image of the account's own, with its tags; instances that came from it stay as they are.
 */

import type { DeregisterImageRequest, DeregisterImageResult } from '@aws-sdk/client-ec2';
import { action } from '../../call.ts';
import { findOwnImage, imageArn } from '../../images.ts';

/** API/DeregisterImage. */
export const deregisterImage = action<DeregisterImageRequest, DeregisterImageResult>(async (input, call) => {
  const { ImageId } = await findOwnImage(call, input.ImageId);
  await call.permit([imageArn(call, ImageId)], input.DryRun);
  const tags = await call.tx.tags.of(call.scope, [ImageId]);
  await call.tx.tags.remove(call.scope, ImageId, tags.get(ImageId) ?? []);
  await call.tx.documents.remove('image', call.scope, ImageId);
  return { Return: true };
});
