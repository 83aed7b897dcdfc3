/**
 * The DNS names of a network interface (aws-behaviour 2, rows `hostname` and `public-hostname`).
 */

import type { Instance, NetworkInterface } from '../model.ts';
import { dnsDomainOf, privateDnsSuffix } from './regions.ts';

/** `ip-10-0-0-5.ec2.internal`; by resource name, `i-….ec2.internal`, where the interface has no IPv4 address. */
export function privateHostName(instance: Instance, nic: NetworkInterface): string {
  const host = nic.PrivateIpAddress ? `ip-${dashed(nic.PrivateIpAddress)}` : instance.InstanceId;
  return `${host}.${privateDnsSuffix(instance.region)}`;
}

/** `ec2-203-0-113-25.compute-1.amazonaws.com`, in other Regions `….eu-west-1.compute.amazonaws.com`. */
export function publicHostName(instance: Instance, nic: NetworkInterface): string | undefined {
  if (!nic.PublicIp) return undefined;
  const zone = instance.region === 'us-east-1' ? 'compute-1' : `${instance.region}.compute`;
  return `ec2-${dashed(nic.PublicIp)}.${zone}.${dnsDomainOf(instance.region)}`;
}

function dashed(ipv4: string): string {
  return ipv4.replaceAll('.', '-');
}
