/**
 * Where a launch wants its instances, apart from their zone: it is kept and described, and places nothing.
 *
 * Placement groups and Dedicated Hosts are not made here, so that any name and any id is taken at its word.
 */

import type { Placement } from '@aws-sdk/client-ec2';
import { invalidParameterCombination, invalidParameterValue } from '../../aws-errors.ts';
import type { Instance, Tenancy } from '../../model.ts';

const TENANCIES: readonly string[] = ['default', 'dedicated', 'host'] satisfies Tenancy[];
/** Of a placement group in one Availability Zone (UG/placement-strategies). */
const MOST_PARTITIONS = 7;

/**
 * @returns undefined where the request says nothing
 * @throws InvalidParameterValue, InvalidParameterCombination
 */
export function readPlacement(placement: Placement | undefined): Instance['Placement'] {
  const { GroupName, PartitionNumber, HostId, Tenancy } = placement ?? {};
  if (Tenancy && !TENANCIES.includes(Tenancy)) throw invalidParameterValue(`Invalid value '${Tenancy}' for Tenancy.`);
  if (HostId && Tenancy && Tenancy !== 'host') {
    throw invalidParameterCombination(`An instance on a host has the tenancy \`host\`, not \`${Tenancy}\``);
  }
  if (PartitionNumber !== undefined && !GroupName) {
    throw invalidParameterCombination('A partition number may only be specified with a placement group');
  }
  if (PartitionNumber !== undefined && (PartitionNumber < 1 || PartitionNumber > MOST_PARTITIONS)) {
    throw invalidParameterValue(`Invalid value '${PartitionNumber}' for PartitionNumber.`);
  }
  const tenancy = Tenancy || (HostId ? 'host' : undefined);
  const kept = {
    ...(GroupName && { GroupName }),
    ...(PartitionNumber !== undefined && { PartitionNumber }),
    ...(HostId && { HostId }),
    ...(tenancy && { Tenancy: tenancy }),
  };
  return Object.keys(kept).length > 0 ? kept : undefined;
}
