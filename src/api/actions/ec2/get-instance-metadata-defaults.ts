/**
 * GetInstanceMetadataDefaults: the account's defaults in one Region; what has no preference is left out.
 */

import type { GetInstanceMetadataDefaultsRequest, GetInstanceMetadataDefaultsResult } from '@aws-sdk/client-ec2';
import { action } from '../../call.ts';
import { metadataDefaults } from '../../metadata-defaults.ts';

/** API/GetInstanceMetadataDefaults. */
export const getInstanceMetadataDefaults = action<
  GetInstanceMetadataDefaultsRequest,
  GetInstanceMetadataDefaultsResult
>(async (input, call) => {
  await call.permit(['*'], input.DryRun);
  const defaults = await metadataDefaults(call);
  return { AccountLevel: { ...defaults, ManagedBy: 'account' } };
});
