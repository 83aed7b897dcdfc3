/**
 * GetInstanceMetadataDefaults: the account's defaults in one Region; what has no preference is left out.
 */

import type { GetInstanceMetadataDefaultsRequest, GetInstanceMetadataDefaultsResult } from '@aws-sdk/client-ec2';
import { action } from '../../call.ts';

/** API/GetInstanceMetadataDefaults. */
export const getInstanceMetadataDefaults = action<
  GetInstanceMetadataDefaultsRequest,
  GetInstanceMetadataDefaultsResult
>(async (input, call) => {
  await call.permit(['*'], input.DryRun);
  const defaults = (await call.tx.documents.find('metadata-defaults', call.scope, 'account')) ?? {};
  return { AccountLevel: { ...defaults, ManagedBy: 'account' } };
});
