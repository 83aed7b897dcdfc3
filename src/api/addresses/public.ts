/**
 * Gives public IPv4 addresses to instances that are to have one: at the launch, and at each start, as AWS does with those
 * that nobody allocated. Where they come from, and when they go: `public-addresses.ts`.
 */

import { insufficientAddressCapacity } from '../../aws-errors.ts';
import { addressAt } from '../../cidr.ts';
import type { Instance } from '../../model.ts';
import { PUBLIC_BLOCK, PUBLIC_POOL, PUBLIC_RANGE, withPublicAddress } from '../../public-addresses.ts';
import type { Transaction } from '../../store/store.ts';

/** The instances with an address for each that is to have one and has none yet. @throws InsufficientAddressCapacity */
export async function givePublicAddresses(tx: Transaction, instances: Instance[]): Promise<Instance[]> {
  const owners = instances.filter(
    ({ NetworkInterfaces: [primary] }) => primary.AssociatePublicIpAddress && primary.PublicIp === undefined,
  );
  const ids = owners.map(({ InstanceId }) => InstanceId);
  const numbers = ids.length > 0 ? await tx.addresses.take(PUBLIC_POOL, PUBLIC_RANGE, ids) : [];
  if (numbers.length < ids.length) throw insufficientAddressCapacity();
  const addresses = new Map(ids.map((id, index) => [id, addressAt(PUBLIC_BLOCK, numbers[index] as number)]));
  return instances.map((instance) => {
    const PublicIp = addresses.get(instance.InstanceId);
    return PublicIp === undefined ? instance : withPublicAddress(instance, PublicIp);
  });
}
