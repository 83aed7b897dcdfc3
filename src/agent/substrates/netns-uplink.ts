/**
 * The way out of a VPC, where `--nat` asks for it: to where this machine gets by itself, under this machine's address.
 *
 *   instances ── namespace of the VPC ── up0 · 100.64.x.2 ── 100.64.x.1 · oi… ── this machine ── elsewhere
 *
 * Addresses are translated at both ends, so that VPCs with the same addresses can be open at once. Nobody outside reaches
 * an instance, and instances reach nothing of this machine itself, such as the control plane. IPv4 only: forwarding IPv6
 * would change how the machine itself finds its routers. Pure; `netns-builder.ts` runs what is here.
 */

import { createHash } from 'node:crypto';
import { addressAt, type Cidr } from '../../cidr.ts';
import type { Names } from './netns-layout.ts';

/** The VPC's end. */
export const UPLINK = 'up0';

/** Kept for carriers' own networks (RFC 6598): no VPC and hardly a machine has addresses of it. */
const POOL: Cidr = { family: 4, first: 0x6440_0000n, prefix: 10 };
const LINKS = 2 ** 20;

/** What all ends on this machine begin with: at most 9 of 15 characters. */
export function uplinkPrefix({ prefix }: Names): string {
  return `oi${prefix.split('-')[1]}`;
}

export type Uplink = {
  /** Its end on this machine. */
  device: string;
  /** To be run where the process itself is. */
  links: string[];
  /** To be run in the VPC's namespace. */
  inVpc: string[];
};

export function uplinkOf(vpcNamespace: string, names: Names): Uplink {
  const digest = createHash('sha256').update(vpcNamespace).digest('hex');
  const device = `${uplinkPrefix(names)}${digest.slice(0, 6)}`;
  // Four addresses each: the network's, this machine's, the VPC's and the broadcast's.
  const first = BigInt(Number.parseInt(digest.slice(6, 14), 16) % LINKS) * 4n;
  const [machine, vpc] = [addressAt(POOL, first + 1n), addressAt(POOL, first + 2n)];
  return {
    device,
    links: [
      `link add ${device} type veth peer name ${UPLINK} netns ${vpcNamespace}`,
      `address add ${machine}/30 dev ${device}`,
      `link set ${device} addrgenmode none up`,
    ],
    inVpc: [
      `address add ${vpc}/30 dev ${UPLINK}`,
      `link set ${UPLINK} addrgenmode none up`,
      `route add default via ${machine} dev ${UPLINK}`,
    ],
  };
}

/** What this machine's own namespace has to be told of below /proc/sys/net. */
export const MACHINE_SETTINGS: readonly (readonly [path: string, value: string])[] = [['ipv4/ip_forward', '1']];

/** The table that this machine's firewall gets, beside all that is there. */
export function machineRuleset(names: Names): string {
  const devices = `"${uplinkPrefix(names)}*"`;
  return `
${withoutMachineRuleset(names)}
table inet ${tableOf(names)} {
  chain input {
    type filter hook input priority filter; policy accept;
    iifname ${devices} ct state established,related accept
    iifname ${devices} drop
  }
  chain forward {
    type filter hook forward priority filter; policy accept;
    oifname ${devices} ct state established,related accept
    oifname ${devices} drop
  }
  chain out {
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr 100.64.0.0/10 oifname != ${devices} masquerade
  }
}
`;
}

/** Takes it away again; nothing where it is not there. */
export function withoutMachineRuleset(names: Names): string {
  return `add table inet ${tableOf(names)}\ndelete table inet ${tableOf(names)}`;
}

function tableOf({ prefix }: Names): string {
  return prefix.replace(/-$/, '').replaceAll('-', '_');
}
