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

/** What an interface is to have of one family, and how to take it: what is named, and one for each owner. */
type Family = {
  wish: AddressWish;
  address(owner: string, name: string): Promise<string>;
  prefix(owner: string, name: string): Promise<string>;
  addresses(owners: string[]): Promise<string[]>;
  prefixes(owners: string[]): Promise<string[]>;
};

/** What an interface of an instance has of one family. */
type Given = { addresses: string[]; prefixes: string[] };

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
  const [only = ''] = ids;
  const steps = plans.map((plan) => ({ plan, families: [ipv4Of(tx, plan), ipv6Of(tx, plan)] as const }));
  const named: [Given, Given][] = [];
  for (const { families } of steps) {
    named.push([await takeNamed(families[0], only), await takeNamed(families[1], only)]);
  }
  const connected: NetworkInterface[][] = ids.map(() => []);
  for (const [index, { plan, families }] of steps.entries()) {
    const [ipv4, ipv6] = [await takeOthers(families[0], ids), await takeOthers(families[1], ids)];
    for (const [at, interfaces] of connected.entries()) {
      const given = {
        ipv4: together(plan.ipv4, named[index]?.[0], ipv4[at]),
        ipv6: together(plan.ipv6, named[index]?.[1], ipv6[at]),
      };
      interfaces.push(networkInterface(plan, given));
    }
  }
  return connected as Interfaces[];
}

function ipv4Of(tx: Transaction, { subnet, ipv4 }: InterfacePlan): Family {
  return {
    wish: ipv4,
    address: (owner, name) => takeIpv4Address(tx, subnet, owner, name),
    prefix: (owner, name) => takeIpv4Prefix(tx, subnet, owner, name),
    addresses: (owners) => takeIpv4Addresses(tx, subnet, owners),
    prefixes: (owners) => takeIpv4Prefixes(tx, subnet, owners),
  };
}

function ipv6Of(tx: Transaction, { subnet, ipv6 }: InterfacePlan): Family {
  return {
    wish: ipv6,
    address: (owner, name) => takeIpv6Address(tx, subnet, owner, name),
    prefix: (owner, name) => takeIpv6Prefix(tx, subnet, owner, name),
    addresses: (owners) => takeIpv6Addresses(tx, subnet, owners),
    prefixes: (owners) => takeIpv6Prefixes(tx, subnet, owners),
  };
}

async function takeNamed({ wish, address, prefix }: Family, owner: string): Promise<Given> {
  const given: Given = { addresses: [], prefixes: [] };
  for (const name of wish.named) given.addresses.push(await address(owner, name));
  for (const name of wish.namedPrefixes) given.prefixes.push(await prefix(owner, name));
  return given;
}

/** What comes by itself, for each instance in order. */
async function takeOthers({ wish, addresses, prefixes }: Family, ids: string[]): Promise<Given[]> {
  const ofAddresses = await takeForEach(ids, wish.count, addresses);
  const ofPrefixes = await takeForEach(ids, wish.prefixCount, prefixes);
  return ids.map((_, index) => ({ addresses: ofAddresses[index] ?? [], prefixes: ofPrefixes[index] ?? [] }));
}

async function takeForEach(ids: string[], count: number, take: Family['addresses']): Promise<string[][]> {
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
