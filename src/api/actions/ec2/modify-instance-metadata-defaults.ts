/**
 * ModifyInstanceMetadataDefaults: the account's defaults in one Region, for launches to come; existing instances keep
 * theirs (aws-behaviour 3.3).
 *
 * While a declarative policy manages them, nobody changes them, whatever is permitted; a dry run does not tell, as it ends
 * with what is permitted.
 */

import type { ModifyInstanceMetadataDefaultsRequest, ModifyInstanceMetadataDefaultsResult } from '@aws-sdk/client-ec2';
import { managedByDeclarativePolicy } from '../../../aws-errors.ts';
import { modifyDefaults } from '../../../metadata-options/account-defaults.ts';
import { action } from '../../call.ts';
import { accountMetadataDefaults, managedMetadataDefaults, putMetadataDefaults } from '../../metadata-defaults.ts';

/** API/ModifyInstanceMetadataDefaults. rule: declarative-policy-locks */
export const modifyInstanceMetadataDefaults = action<
  ModifyInstanceMetadataDefaultsRequest,
  ModifyInstanceMetadataDefaultsResult
>(async (input, call) => {
  const defaults = modifyDefaults(await accountMetadataDefaults(call), input);
  await call.permit(['*'], input.DryRun);
  const managed = await managedMetadataDefaults(call);
  if (managed) throw managedByDeclarativePolicy(managed.message);
  await putMetadataDefaults(call, defaults);
  return { Return: true };
});
