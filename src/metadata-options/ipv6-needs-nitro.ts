/**
 * Where the IPv6 endpoint can be had. Whether the subnet has IPv6 is not asked: AWS documents it as a requirement of
 * reaching the endpoint, not of the option (aws-behaviour 1.1, 3.4).
 *
 * rule: ipv6-needs-nitro
 *   The IPv6 endpoint is only accessible on instances built on the Nitro System.
 */

import { httpProtocolIpv6NeedsNitro } from '../aws-errors.ts';
import type { InstanceType } from '../catalogue/instance-types.ts';
import type { MetadataOptions } from '../model.ts';

/** @throws UnsupportedOperation */
export function checkIpv6(options: MetadataOptions, { Hypervisor }: Pick<InstanceType, 'Hypervisor'>): void {
  if (options.HttpProtocolIpv6 === 'enabled' && Hypervisor === 'xen') throw httpProtocolIpv6NeedsNitro();
}
