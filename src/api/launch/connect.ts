/**
 * Connecting the instances of a launch: takes the addresses of all their interfaces.
 *
 * What the request names is taken before anything that comes by itself, so that no instance is given what another one has
 * asked for. For any number of instances it is a few statements for each interface of one.
 */

import { newId, newMacAddress } from '../../ids.ts';
import type { NetworkInterface } from '../../model.ts';
import type { Transaction } from '../../store/store.ts';
import { takeIpv4Address, takeIpv4Addresses, takeIpv4Prefix, takeIpv4Prefixes } from '../addresses/ipv4.ts';
import { takeIpv6Address, takeIpv6Addresses, takeIpv6Prefix, takeIpv6Prefixes } from '../addresses/ipv6.ts';
import type { AddressWish } from './address-wishes.ts';
import type { InterfacePlan } from './network-interfaces.ts';

/** Addresses and prefixes of one family, for one interface of one instance. */
type Given = { addresses: string[]; prefixes: string[] };

/** How to take one address or prefix that somebody has named, or one for each owner. */
type Takers = {
  address(name: string): Promise<string>;
  prefix(name: string): Promise<string>;
  addresses(owners: string[]): Promise<string[]>;
  prefixes(owners: string[]): Promise<string[]>;
};

type Interfaces = [NetworkInterface, ...NetworkInterface[]];

/**
 * The interfaces of each instance, in the order of its plans.
 *
 * @throws InsufficientFreeAddressesInSubnet, InsufficientCidrBlocks, InvalidIPAddress.InUse, InvalidParameterValue
 */
export async function connect(
  tx: Transaction,
  ids: string[],
  plans: [InterfacePlan, ...InterfacePlan[]],
): Promise<Interfaces[]> {
  // There is one instance where anything is named.
  const [first = ''] = ids;
  const named: { ipv4: Given; ipv6: Given }[] = [];
  for (const { subnet, ipv4, ipv6 } of plans) {
    named.push({
      ipv4: await takeNamed(ipv4Takers(tx, subnet, first), ipv4),
      ipv6: await takeNamed(ipv6Takers(tx, subnet, first), ipv6),
    });
  }
  const connected: NetworkInterface[][] = ids.map(() => []);
  for (const [index, plan] of plans.entries()) {
    const ipv4 = await takeOthers(ipv4Takers(tx, plan.subnet, first), plan.ipv4, ids);
    const ipv6 = await takeOthers(ipv6Takers(tx, plan.subnet, first), plan.ipv6, ids);
    for (const [at, interfaces] of connected.entries()) {
      const given = {
        ipv4: together(plan.ipv4, named[index]?.ipv4, ipv4[at]),
        ipv6: together(plan.ipv6, named[index]?.ipv6, ipv6[at]),
      };
      interfaces.push(networkInterface(plan, given));
    }
  }
  return connected as Interfaces[];
}

async function takeNamed(take: Takers, wish: AddressWish): Promise<Given> {
  const given: Given = { addresses: [], prefixes: [] };
  for (const address of wish.named) given.addresses.push(await take.address(address));
  for (const prefix of wish.namedPrefixes) given.prefixes.push(await take.prefix(prefix));
  return given;
}

/** What comes by itself, for each instance in order. */
async function takeOthers(take: Takers, wish: AddressWish, ids: string[]): Promise<Given[]> {
  const addresses = await takeForEach(ids, wish.count, take.addresses);
  const prefixes = await takeForEach(ids, wish.prefixCount, take.prefixes);
  return ids.map((_, index) => ({ addresses: addresses[index] ?? [], prefixes: prefixes[index] ?? [] }));
}

async function takeForEach(ids: string[], count: number, take: Takers['addresses']): Promise<string[][]> {
  if (count === 0) return [];
  const all = await take(ids.flatMap((id) => Array<string>(count).fill(id)));
  return ids.map((_, index) => all.slice(index * count, (index + 1) * count));
}

/** In the order that metadata shows: the primary address first, then those that are named. */
function together({ namesPrimary }: AddressWish, named: Given | undefined, others: Given | undefined): Given {
  const [chosen, came] = [named?.addresses ?? [], others?.addresses ?? []];
  return {
    addresses: namesPrimary ? [...chosen, ...came] : [...came.slice(0, 1), ...chosen, ...came.slice(1)],
    prefixes: [...(named?.prefixes ?? []), ...(others?.prefixes ?? [])],
  };
}

function networkInterface(plan: InterfacePlan, { ipv4, ipv6 }: { ipv4: Given; ipv6: Given }): NetworkInterface {
  const [PrivateIpAddress, ...secondary] = ipv4.addresses;
  return {
    NetworkInterfaceId: newId('eni'),
    DeviceIndex: plan.DeviceIndex,
    ...(plan.NetworkCardIndex > 0 && { NetworkCardIndex: plan.NetworkCardIndex }),
    MacAddress: newMacAddress(),
    SubnetId: plan.subnet.SubnetId,
    VpcId: plan.subnet.VpcId,
    ...(PrivateIpAddress !== undefined && { PrivateIpAddress }),
    ...(secondary.length > 0 && { SecondaryPrivateIpAddresses: secondary }),
    ...(plan.associatePublicIp && { AssociatePublicIpAddress: true }),
    Ipv6Addresses: ipv6.addresses,
    ...(ipv4.prefixes.length > 0 && { Ipv4Prefixes: ipv4.prefixes }),
    ...(ipv6.prefixes.length > 0 && { Ipv6Prefixes: ipv6.prefixes }),
    Groups: plan.groups.map((group) => group.GroupId),
    ...(plan.Description !== undefined && { Description: plan.Description }),
  };
}

function ipv4Takers(tx: Transaction, subnet: InterfacePlan['subnet'], owner: string): Takers {
  return {
    address: (name) => takeIpv4Address(tx, subnet, owner, name),
    prefix: (name) => takeIpv4Prefix(tx, subnet, owner, name),
    addresses: (owners) => takeIpv4Addresses(tx, subnet, owners),
    prefixes: (owners) => takeIpv4Prefixes(tx, subnet, owners),
  };
}

function ipv6Takers(tx: Transaction, subnet: InterfacePlan['subnet'], owner: string): Takers {
  return {
    address: (name) => takeIpv6Address(tx, subnet, owner, name),
    prefix: (name) => takeIpv6Prefix(tx, subnet, owner, name),
    addresses: (owners) => takeIpv6Addresses(tx, subnet, owners),
    prefixes: (owners) => takeIpv6Prefixes(tx, subnet, owners),
  };
}
