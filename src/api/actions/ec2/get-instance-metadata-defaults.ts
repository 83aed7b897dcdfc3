/**
 * GetInstanceMetadataDefaults: the account's defaults in one Region; what has no preference is left out.
 *
 * Those of a declarative policy come with who manages them, and with the message that whoever changes them will get.
 */

import type { GetInstanceMetadataDefaultsRequest, GetInstanceMetadataDefaultsResult } from '@aws-sdk/client-ec2';
import { action } from '../../call.ts';
import { accountMetadataDefaults, managedMetadataDefaults } from '../../metadata-defaults.ts';

/** API/GetInstanceMetadataDefaults. */
export const getInstanceMetadataDefaults = action<
  GetInstanceMetadataDefaultsRequest,
  GetInstanceMetadataDefaultsResult
>(async (input, call) => {
  await call.permit(['*'], input.DryRun);
  const managed = await managedMetadataDefaults(call);
  if (!managed) return { AccountLevel: { ...(await accountMetadataDefaults(call)), ManagedBy: 'account' } };
  const { defaults, message } = managed;
  return {
    AccountLevel: {
      ...defaults,
      ManagedBy: 'declarative-policy',
      ...(message !== undefined && { ManagedExceptionMessage: message }),
    },
  };
});
