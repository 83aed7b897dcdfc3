/**
 * In which subnets a launch puts the interfaces of its instances: those that the request names, and for others a default
 * subnet of the same Availability Zone that has room.
 *
 * INVARIANT: all are in one Availability Zone and in one VPC.
 */

import { invalidParameterValue, subnetInOtherZone, unsupportedOperation } from '../../aws-errors.ts';
import type { Subnet } from '../../model.ts';
import type { Transaction } from '../../store/store.ts';
import { availableIpAddressCount } from '../addresses/ipv4.ts';
import { findSubnet, type Network } from '../network.ts';

/** What is asked of a subnet: a name, or room for so many addresses of all instances. */
export type Place = { SubnetId: string | undefined; addresses: number };

/**
 * One subnet for each place, in order.
 *
 * @param zone the Availability Zone that the request names, if any
 * @throws InvalidSubnetID.NotFound, InvalidParameterValue
 */
export async function chooseSubnets(
  tx: Transaction,
  network: Network,
  places: Place[],
  zone: string | undefined,
): Promise<Subnet[]> {
  const named = places.map(({ SubnetId }) => (SubnetId === undefined ? undefined : findSubnet(network, SubnetId)));
  const first = named.find((subnet) => subnet !== undefined);
  const inZone = zone ?? first?.AvailabilityZone;
  const addresses = places.reduce((sum, place) => sum + (place.SubnetId === undefined ? place.addresses : 0), 0);
  const byDefault = named.includes(undefined) ? await chooseDefault(tx, network, inZone, addresses) : undefined;
  const chosen = named.map((subnet) => subnet ?? (byDefault as Subnet));
  for (const { SubnetId, AvailabilityZone, VpcId } of chosen) {
    if (inZone !== undefined && AvailabilityZone !== inZone) {
      throw subnetInOtherZone(inZone, SubnetId, AvailabilityZone);
    }
    if (VpcId !== chosen[0]?.VpcId) {
      throw unsupportedOperation('openimds: an instance has all of its network interfaces in one VPC (docs/scope.md)');
    }
  }
  return chosen;
}

/** AWS chooses where the request does not say; here it is the first that has room, if any has. */
async function chooseDefault(
  tx: Transaction,
  network: Network,
  zone: string | undefined,
  addresses: number,
): Promise<Subnet> {
  const candidates = network.subnets.filter(
    (subnet) => subnet.DefaultForAz && (zone === undefined || subnet.AvailabilityZone === zone),
  );
  const [first] = candidates;
  if (!first) throw invalidParameterValue(`Invalid availability zone: [${zone}]`);
  const taken = await tx.addresses.taken(candidates.map((subnet) => subnet.SubnetId));
  const hasRoom = (subnet: Subnet) => availableIpAddressCount(subnet, taken.get(subnet.SubnetId) ?? 0) >= addresses;
  return candidates.find(hasRoom) ?? first;
}
