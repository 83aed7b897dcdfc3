/**
 * The public IPv4 addresses of instances: given when they start, taken back when they stop, as AWS does with those that
 * nobody allocated.
 *
 * They come from 198.18.0.0/15, which is kept for benchmarks and is nobody's on the Internet
 * (docs/decisions/0013-public-addresses-from-the-benchmark-range.md), and are unique in the whole installation. That of a
 * terminated instance is released with its other addresses (`hosts/connect-host.ts`).
 */

import { insufficientAddressCapacity } from '../../aws-errors.ts';
import { addressAt, type Cidr } from '../../cidr.ts';
import type { Instance, NetworkInterface } from '../../model.ts';
import type { Transaction } from '../../store/store.ts';

const POOL = 'public-ipv4';
const BLOCK: Cidr = { family: 4, first: 0xc612_0000n, prefix: 15 };
/** All but those that look like a network or a broadcast address. */
const RANGE = { first: 1, last: 2 ** 17 - 2 };

/** The instances with an address for each that is to have one and has none yet. @throws InsufficientAddressCapacity */
export async function givePublicAddresses(tx: Transaction, instances: Instance[]): Promise<Instance[]> {
  const owners = instances.filter(
    ({ NetworkInterfaces: [primary] }) => primary.AssociatePublicIpAddress && primary.PublicIp === undefined,
  );
  const ids = owners.map(({ InstanceId }) => InstanceId);
  const numbers = ids.length > 0 ? await tx.addresses.take(POOL, RANGE, ids) : [];
  if (numbers.length < ids.length) throw insufficientAddressCapacity();
  const addresses = new Map(ids.map((id, index) => [id, addressAt(BLOCK, numbers[index] as number)]));
  return instances.map((instance) => {
    const PublicIp = addresses.get(instance.InstanceId);
    return PublicIp === undefined ? instance : withPrimary(instance, (primary) => ({ ...primary, PublicIp }));
  });
}

/** The instances without any. */
export async function releasePublicAddresses(tx: Transaction, instances: Instance[]): Promise<Instance[]> {
  const owners = instances.filter(({ NetworkInterfaces: [primary] }) => primary.PublicIp !== undefined);
  if (owners.length === 0) return instances;
  await tx.addresses.release(
    owners.map(({ InstanceId }) => InstanceId),
    POOL,
  );
  return instances.map((instance) => withPrimary(instance, ({ PublicIp: _released, ...primary }) => primary));
}

function withPrimary(instance: Instance, change: (primary: NetworkInterface) => NetworkInterface): Instance {
  const [primary, ...others] = instance.NetworkInterfaces;
  return { ...instance, NetworkInterfaces: [change(primary), ...others] };
}
