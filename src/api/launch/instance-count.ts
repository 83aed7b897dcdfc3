/**
 * How many instances a launch makes: as many as `MaxCount` asks for, or as many as there is room for, but never fewer than
 * `MinCount`.
 */

import {
  instanceLimitExceeded,
  insufficientFreeAddressesInSubnet,
  invalidParameterCombination,
  invalidParameterValue,
} from '../../aws-errors.ts';
import type { Subnet } from '../../model.ts';
import type { Transaction } from '../../store/store.ts';
import { availableIpAddressCount } from '../addresses/ipv4.ts';
import type { LaunchRequest } from './request.ts';

const MOST_INSTANCES = 1000;

export type Count = { least: number; most: number };

/** @throws InvalidParameterValue, InvalidParameterCombination, InstanceLimitExceeded */
export function readCount({ MinCount = 1, MaxCount = 1 }: LaunchRequest): Count {
  if (MinCount < 1 || MaxCount < 1) {
    const least = Math.min(MinCount, MaxCount);
    throw invalidParameterValue(
      `Value (${least}) for parameter count is invalid. Minimum and maximum count must be at least 1.`,
    );
  }
  if (MinCount > MaxCount) {
    throw invalidParameterCombination('The minimum count must not be greater than the maximum count.');
  }
  if (MinCount > MOST_INSTANCES) throw instanceLimitExceeded(MOST_INSTANCES);
  return { least: MinCount, most: Math.min(MaxCount, MOST_INSTANCES) };
}

/**
 * The largest count for which there are enough IPv4 addresses. IPv6 has room for any. Whether the addresses of prefixes
 * stand together shows only when they are taken: a launch for which they do not is refused.
 *
 * @param needs how many addresses of which subnet each instance has; a subnet may come several times
 * @throws InsufficientFreeAddressesInSubnet
 */
export async function fittingCount(
  tx: Transaction,
  { least, most }: Count,
  needs: { subnet: Subnet; addresses: number }[],
): Promise<number> {
  const taken = await tx.addresses.taken(needs.map(({ subnet }) => subnet.SubnetId));
  let count = most;
  for (const [subnet, ofSubnet] of Map.groupBy(needs, (need) => need.subnet)) {
    const each = ofSubnet.reduce((sum, { addresses }) => sum + addresses, 0);
    if (each === 0) continue;
    const free = availableIpAddressCount(subnet, taken.get(subnet.SubnetId) ?? 0);
    if (free < least * each) throw insufficientFreeAddressesInSubnet(subnet.SubnetId);
    count = Math.min(count, Math.floor(free / each));
  }
  return count;
}
