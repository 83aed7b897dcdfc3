/**
 * ModifyImageAttribute: the description or ImdsSupport of an image of the account's own, one of them in a request.
 *
 * A request names the attribute in one of two ways: `ImdsSupport.Value=v2.0`, or `Attribute=imdsSupport` with
 * `Value=v2.0`. Instances that were launched before are not touched.
 */

import type { AttributeValue, ModifyImageAttributeRequest } from '@aws-sdk/client-ec2';
import {
  invalidParameterCombination,
  invalidRequest,
  missingParameter,
  unsupportedOperation,
} from '../../../aws-errors.ts';
import { readImdsSupport } from '../../../metadata-options/image-support.ts';
import type { RegisteredImage } from '../../../model.ts';
import { action } from '../../call.ts';
import { findOwnImage, imageArn, readImageDescription } from '../../images.ts';

type Change = Pick<RegisteredImage, 'Description'> | Pick<RegisteredImage, 'ImdsSupport'>;

/** API/ModifyImageAttribute; rule: imds-support-one-way. */
export const modifyImageAttribute = action<ModifyImageAttributeRequest, object>(async (input, call) => {
  const change = readChange(input);
  const image = await findOwnImage(call, input.ImageId);
  await call.permit([imageArn(call, image.ImageId)], input.DryRun);
  await call.tx.documents.put('image', call.scope, image.ImageId, { ...image, ...change });
  return {};
});

function readChange(input: ModifyImageAttributeRequest): Change {
  refuseLaunchPermission(input);
  const given: [attribute: string, value: AttributeValue | undefined][] = [
    ['description', input.Description],
    ['imdsSupport', input.ImdsSupport],
    [input.Attribute ?? '', input.Attribute === undefined ? undefined : { Value: input.Value }],
  ];
  const [first, ...others] = given.filter(([, value]) => value !== undefined);
  if (!first) throw invalidParameterCombination('No attributes specified.');
  if (others.length > 0) throw invalidParameterCombination('Fields for multiple attribute types specified');
  const [attribute, value] = first;
  if (value?.Value === undefined) throw missingParameter('Value');
  if (attribute === 'description') return { Description: readImageDescription(value.Value) };
  if (attribute === 'imdsSupport') return { ImdsSupport: readImdsSupport(value.Value) };
  throw invalidRequest();
}

/** Silence would be a lie: nobody could launch the image then (docs/scope.md). */
function refuseLaunchPermission(input: ModifyImageAttributeRequest): void {
  const { Attribute, LaunchPermission, OperationType, UserGroups, UserIds, OrganizationArns, OrganizationalUnitArns } =
    input;
  const asked = [LaunchPermission, OperationType, UserGroups, UserIds, OrganizationArns, OrganizationalUnitArns];
  if (Attribute === 'launchPermission' || asked.some((value) => value !== undefined)) {
    throw unsupportedOperation('openimds: launch permissions of images are not offered (docs/scope.md)');
  }
}
