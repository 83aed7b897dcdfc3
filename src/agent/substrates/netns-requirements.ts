/**
 * What an instance needs of this machine to be a network namespace, looked at in a few milliseconds and without trying
 * anything. That it also works is another question, which `openimds doctor` answers.
 */

import { existsSync, readFileSync } from 'node:fs';
import { findProgram } from './network-programs.ts';

/** Capabilities of Linux, with their numbers. */
const CAPABILITIES = { CAP_NET_ADMIN: 12n, CAP_SYS_ADMIN: 21n } as const;

const PROGRAMS = ['ip', 'nft', 'nsenter'] as const;

export type Lack = 'Linux' | keyof typeof CAPABILITIES | 'IPv6' | (typeof PROGRAMS)[number];

/** What is missing here; nothing where `--substrate netns` can be tried. */
export function lacksForNetns(): Lack[] {
  if (process.platform !== 'linux') return ['Linux'];
  return [...lackingCapabilities(), ...(hasIpv6() ? [] : ['IPv6' as const]), ...lackingPrograms()];
}

export function lackingCapabilities(): (keyof typeof CAPABILITIES)[] {
  const names = Object.keys(CAPABILITIES) as (keyof typeof CAPABILITIES)[];
  const effective = effectiveCapabilities();
  return names.filter((name) => (effective & (1n << CAPABILITIES[name])) === 0n);
}

/** A bit for each that this process may use now. */
function effectiveCapabilities(): bigint {
  const digits = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return BigInt(`0x${digits ?? '0'}`);
}

/** A kernel without IPv6 cannot give an instance an address of it, nor the settings that keep it apart. */
export function hasIpv6(): boolean {
  return existsSync('/proc/sys/net/ipv6');
}

function lackingPrograms(): (typeof PROGRAMS)[number][] {
  return PROGRAMS.filter((name) => findProgram(name) === undefined);
}
