/**
 * ModifyInstanceMetadataDefaults: the account's defaults in one Region, for launches to come; existing instances keep
 * theirs (aws-behaviour 3.3).
 */

import type { ModifyInstanceMetadataDefaultsRequest, ModifyInstanceMetadataDefaultsResult } from '@aws-sdk/client-ec2';
import { modifyDefaults } from '../../../metadata-options/account-defaults.ts';
import { action } from '../../call.ts';

/** API/ModifyInstanceMetadataDefaults. */
export const modifyInstanceMetadataDefaults = action<
  ModifyInstanceMetadataDefaultsRequest,
  ModifyInstanceMetadataDefaultsResult
>(async (input, call) => {
  const current = (await call.tx.documents.find('metadata-defaults', call.scope, 'account')) ?? {};
  const defaults = modifyDefaults(current, input);
  await call.permit(['*'], input.DryRun);
  await call.tx.documents.put('metadata-defaults', call.scope, 'account', defaults);
  return { Return: true };
});
