/**
 * The public IPv4 addresses of instances: where they come from, and what an instance is without one.
 *
 * They are of 198.18.0.0/15, which is kept for benchmarks and is nobody's on the Internet
 * (docs/decisions/0015-public-addresses-from-the-benchmark-range.md), and are unique in the whole installation. One is given
 * when an instance is launched or started (`api/addresses/public.ts`) and released once it has stopped (`hosts/`), whoever
 * stopped it.
 */

import type { Cidr } from './cidr.ts';
import type { Instance, NetworkInterface } from './model.ts';

export const PUBLIC_POOL = 'public-ipv4';
export const PUBLIC_BLOCK: Cidr = { family: 4, first: 0xc612_0000n, prefix: 15 };
/** All but those that look like a network or a broadcast address. */
export const PUBLIC_RANGE = { first: 1, last: 2 ** 17 - 2 };

export function withPublicAddress(instance: Instance, PublicIp: string): Instance {
  return withPrimary(instance, (primary) => ({ ...primary, PublicIp }));
}

/** The very same instance where it has none. */
export function withoutPublicAddress(instance: Instance): Instance {
  if (instance.NetworkInterfaces[0].PublicIp === undefined) return instance;
  return withPrimary(instance, ({ PublicIp: _released, ...primary }) => primary);
}

function withPrimary(instance: Instance, change: (primary: NetworkInterface) => NetworkInterface): Instance {
  const [primary, ...others] = instance.NetworkInterfaces;
  return { ...instance, NetworkInterfaces: [change(primary), ...others] };
}
