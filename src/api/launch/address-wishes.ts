/**
 * Which addresses a network interface is to have: what the request says of each family, with the rules that AWS has for
 * what goes together and for how many there may be. Nothing is taken here.
 */

import {
  invalidParameterCombination,
  invalidParameterValue,
  missingParameter,
  noIpv6ForType,
  privateIpAddressLimitExceeded,
  unsupportedOperation,
} from '../../aws-errors.ts';
import type { InstanceType } from '../../catalogue/instance-types.ts';
import type { Subnet } from '../../model.ts';
import { ADDRESSES_OF_A_PREFIX } from '../addresses/ipv4.ts';
import type { InterfaceSpecification } from './request.ts';

/** The addresses of one family. Only a launch of a single instance has any that are named. */
export type AddressWish = {
  named: string[];
  /** The first of the named is the primary one; otherwise it is the first that comes by itself. */
  namesPrimary: boolean;
  /** How many come by themselves. */
  count: number;
  namedPrefixes: string[];
  prefixCount: number;
};

const NOTHING: AddressWish = { named: [], namesPrimary: false, count: 0, namedPrefixes: [], prefixCount: 0 };

/** How many addresses of its subnet an interface takes up. */
export function addressesTaken({ named, count, namedPrefixes, prefixCount }: AddressWish): number {
  return named.length + count + ADDRESSES_OF_A_PREFIX * (namedPrefixes.length + prefixCount);
}

/** @throws InvalidParameterCombination, InvalidParameterValue, MissingParameter */
export function readIpv4Wish(spec: InterfaceSpecification): AddressWish {
  const { primary, secondary } = readPrivateAddresses(spec);
  const secondaryCount = readNumber('secondaryPrivateIpAddressCount', spec.SecondaryPrivateIpAddressCount);
  if (secondaryCount > 0 && secondary.length > 0) {
    throw invalidParameterCombination(
      'Secondary private IP addresses and a secondary private IP address count may not be specified on the same request',
    );
  }
  return {
    named: primary === undefined ? secondary : [primary, ...secondary],
    namesPrimary: primary !== undefined,
    count: secondaryCount + (primary === undefined ? 1 : 0),
    ...readPrefixes('IPv4', {
      named: spec.Ipv4Prefixes?.map(({ Ipv4Prefix }) => Ipv4Prefix),
      count: spec.Ipv4PrefixCount,
    }),
  };
}

/** `PrivateIpAddresses` and `PrivateIpAddress`, which is another way to name the primary one. */
function readPrivateAddresses(spec: InterfaceSpecification): { primary: string | undefined; secondary: string[] } {
  const listed = (spec.PrivateIpAddresses ?? []).map(({ PrivateIpAddress, Primary = false }) => {
    if (PrivateIpAddress === undefined) throw missingParameter('PrivateIpAddress');
    return { PrivateIpAddress, Primary };
  });
  const primaries = listed.filter(({ Primary }) => Primary).map(({ PrivateIpAddress }) => PrivateIpAddress);
  if (spec.PrivateIpAddress !== undefined) primaries.push(spec.PrivateIpAddress);
  if (new Set(primaries).size > 1) {
    throw invalidParameterCombination('Only one private IPv4 address can be designated as primary');
  }
  return {
    primary: primaries[0],
    secondary: listed.filter(({ Primary }) => !Primary).map(({ PrivateIpAddress }) => PrivateIpAddress),
  };
}

/**
 * Beside what is asked for, an interface gets an IPv6 address where its subnet gives one to everybody; `Ipv6AddressCount=0`
 * says no to that.
 *
 * @throws InvalidParameterCombination, InvalidParameterValue, MissingParameter
 */
export function readIpv6Wish(spec: InterfaceSpecification, subnet: Subnet): AddressWish {
  const named = (spec.Ipv6Addresses ?? []).map(({ Ipv6Address }) => {
    if (Ipv6Address === undefined) throw missingParameter('Ipv6Address');
    return Ipv6Address;
  });
  const count = readNumber('ipv6AddressCount', spec.Ipv6AddressCount);
  if (named.length > 0 && count > 0) {
    throw invalidParameterCombination('IPv6 addresses and IPv6 address count may not be specified on the same request');
  }
  const prefixes = readPrefixes('IPv6', {
    named: spec.Ipv6Prefixes?.map(({ Ipv6Prefix }) => Ipv6Prefix),
    count: spec.Ipv6PrefixCount,
  });
  if (named.length + count > 0 && prefixes.namedPrefixes.length + prefixes.prefixCount > 0) throw oneKindOfIpv6();
  const isSilent = named.length === 0 && spec.Ipv6AddressCount === undefined;
  const automatic = isSilent && (subnet.AssignIpv6AddressOnCreation || subnet.Ipv6Native) ? 1 : 0;
  return { named, namesPrimary: named.length > 0, count: count + automatic, ...prefixes };
}

/**
 * That the subnet has what is wished for, and the instance type room for it.
 *
 * @throws InvalidParameterValue, InvalidParameterCombination, UnsupportedOperation, PrivateIpAddressLimitExceeded
 */
export function checkWishes(
  { ipv4, ipv6 }: { ipv4: AddressWish; ipv6: AddressWish },
  { SubnetId, Ipv6CidrBlock, Ipv6Native }: Subnet,
  type: InstanceType,
): void {
  if (Ipv6Native && ipv6.named.length + ipv6.count === 0) {
    throw invalidParameterValue(`An instance in the IPv6-only subnet '${SubnetId}' must have an IPv6 address`);
  }
  if (slots(ipv6) > 0 && Ipv6CidrBlock === undefined) {
    throw invalidParameterValue(`The subnet '${SubnetId}' has no IPv6 CIDR block associated with it`);
  }
  if (slots(ipv6) > 0 && !type.Ipv6Supported) throw noIpv6ForType(type.InstanceType);
  if (hasPrefixes(ipv4) || hasPrefixes(ipv6)) checkNitro(type);
  if (slots(ipv4) > type.Ipv4AddressesPerInterface || slots(ipv6) > type.Ipv6AddressesPerInterface) {
    throw privateIpAddressLimitExceeded();
  }
}

/** What an interface has of IPv4 in a subnet that may be without. @throws InvalidParameterValue */
export function ipv4In({ SubnetId, CidrBlock }: Subnet, wish: AddressWish): AddressWish {
  if (CidrBlock !== undefined) return wish;
  if (wish.named.length > 0 || wish.count > 1 || hasPrefixes(wish)) {
    throw invalidParameterValue(`The subnet '${SubnetId}' has no IPv4 CIDR block associated with it`);
  }
  return NOTHING;
}

/** Each instance would need addresses of its own. @throws InvalidParameterCombination */
export function refuseNamedAddresses(spec: InterfaceSpecification): void {
  const { PrivateIpAddress, PrivateIpAddresses, Ipv6Addresses, Ipv4Prefixes, Ipv6Prefixes } = spec;
  const given = { PrivateIpAddress, PrivateIpAddresses, Ipv6Addresses, Ipv4Prefixes, Ipv6Prefixes };
  const [name] = Object.entries(given).find(([, value]) => value !== undefined && value.length > 0) ?? [];
  if (name === undefined) return;
  const parameter = name.charAt(0).toLowerCase() + name.slice(1);
  throw invalidParameterCombination(`The parameter ${parameter} cannot be used when launching several instances`);
}

function readPrefixes(
  family: 'IPv4' | 'IPv6',
  given: { named: (string | undefined)[] | undefined; count: number | undefined },
): Pick<AddressWish, 'namedPrefixes' | 'prefixCount'> {
  const namedPrefixes = (given.named ?? []).map((prefix) => {
    if (prefix === undefined) throw missingParameter(family === 'IPv4' ? 'Ipv4Prefix' : 'Ipv6Prefix');
    return prefix;
  });
  const prefixCount = readNumber(`${family.toLowerCase()}PrefixCount`, given.count);
  if (namedPrefixes.length === 0 || prefixCount === 0) return { namedPrefixes, prefixCount };
  if (family === 'IPv6') throw oneKindOfIpv6();
  throw invalidParameterCombination('IPv4 prefixes and IPv4 prefix count may not be specified on the same request');
}

function oneKindOfIpv6() {
  return invalidParameterValue(
    'You can specify one and only one of ipv6Address or ipv6AddressCount or ipv6Prefix or ipv6PrefixCount in interfaces to create.',
  );
}

function readNumber(parameter: string, value: number | undefined): number {
  if (value !== undefined && value < 0) {
    throw invalidParameterValue(`Value (${value}) for parameter ${parameter} is invalid. It must not be negative.`);
  }
  return value ?? 0;
}

/** A prefix takes the place of one address (UG/ec2-prefix-eni). */
function slots({ named, count, namedPrefixes, prefixCount }: AddressWish): number {
  return named.length + count + namedPrefixes.length + prefixCount;
}

function hasPrefixes({ namedPrefixes, prefixCount }: AddressWish): boolean {
  return namedPrefixes.length + prefixCount > 0;
}

function checkNitro({ Hypervisor, InstanceType }: InstanceType): void {
  if (Hypervisor === 'nitro') return;
  throw unsupportedOperation(`prefixes are for instance types on the Nitro System, and \`${InstanceType}\` is not`);
}
