/**
 * ModifyInstanceMetadataDefaults: the account's defaults in one Region, for launches to come; existing instances keep
 * theirs (aws-behaviour 3.3).
 */

import type { ModifyInstanceMetadataDefaultsRequest, ModifyInstanceMetadataDefaultsResult } from '@aws-sdk/client-ec2';
import { modifyDefaults } from '../../../metadata-options/account-defaults.ts';
import { action } from '../../call.ts';
import { metadataDefaults, putMetadataDefaults } from '../../metadata-defaults.ts';

/** API/ModifyInstanceMetadataDefaults. */
export const modifyInstanceMetadataDefaults = action<
  ModifyInstanceMetadataDefaultsRequest,
  ModifyInstanceMetadataDefaultsResult
>(async (input, call) => {
  const defaults = modifyDefaults(await metadataDefaults(call), input);
  await call.permit(['*'], input.DryRun);
  await putMetadataDefaults(call, defaults);
  return { Return: true };
});
