/**
 * The private IPv4 addresses of a subnet: single ones and whole /28 prefixes, chosen by the caller or given as they come.
 *
 * All are numbers of the pool that is called as the subnet, so that nobody has what somebody else has, as an address or
 * within a prefix. They belong to an instance until it is terminated.
 */

import {
  insufficientCidrBlocks,
  insufficientFreeAddressesInSubnet,
  invalidIpAddressInUse,
  invalidParameterValue,
} from '../../aws-errors.ts';
import { addressAt, type Cidr, formatCidr, offsetOf, parseCidr, size } from '../../cidr.ts';
import type { Subnet } from '../../model.ts';
import type { Transaction } from '../../store/store.ts';

/** AWS keeps the first four addresses of a subnet and the last one for itself. */
const RESERVED_FIRST = 4;
const RESERVED_LAST = 1;

const PREFIX = 28;
export const ADDRESSES_OF_A_PREFIX = 16;

/** How many IPv4 addresses of a subnet instances may have, of which `taken` are given out already. */
export function availableIpAddressCount(subnet: Subnet, taken: number): number {
  if (subnet.CidrBlock === undefined) return 0;
  const { first, last } = usable(blockOf(subnet));
  return last - first + 1 - taken;
}

/** One free address for each owner. @throws InsufficientFreeAddressesInSubnet */
export async function takeIpv4Addresses(tx: Transaction, subnet: Subnet, owners: string[]): Promise<string[]> {
  const cidr = blockOf(subnet);
  const numbers = await tx.addresses.take(subnet.SubnetId, usable(cidr), owners);
  if (numbers.length < owners.length) throw insufficientFreeAddressesInSubnet(subnet.SubnetId);
  return numbers.map((number) => addressAt(cidr, number));
}

/** Gives `owner` the address that it has asked for. @throws InvalidParameterValue, InvalidIPAddress.InUse */
export async function takeIpv4Address(
  tx: Transaction,
  subnet: Subnet,
  owner: string,
  address: string,
): Promise<string> {
  const number = numberOf(blockOf(subnet), address);
  if (!(await tx.addresses.takeOne(subnet.SubnetId, number, owner))) throw invalidIpAddressInUse(address);
  return address;
}

/** One free /28 prefix for each owner. @throws InsufficientCidrBlocks where no 16 addresses that stand together are free */
export async function takeIpv4Prefixes(tx: Transaction, subnet: Subnet, owners: string[]): Promise<string[]> {
  const cidr = blockOf(subnet);
  const range = { ...usable(cidr), size: ADDRESSES_OF_A_PREFIX };
  const numbers = await tx.addresses.takeBlocks(subnet.SubnetId, range, owners);
  if (numbers.length < owners.length) throw insufficientCidrBlocks();
  return numbers.map((number) => `${addressAt(cidr, number)}/${PREFIX}`);
}

/** Gives `owner` the /28 prefix that it has asked for. @throws InvalidParameterValue, InvalidIPAddress.InUse */
export async function takeIpv4Prefix(tx: Transaction, subnet: Subnet, owner: string, text: string): Promise<string> {
  const prefix = parseCidr(text);
  if (prefix?.family !== 4 || prefix.prefix !== PREFIX) {
    throw invalidParameterValue(`\`${text}\` is no IPv4 prefix of length ${PREFIX}`);
  }
  const cidr = blockOf(subnet);
  for (let index = 0; index < ADDRESSES_OF_A_PREFIX; index++) {
    const number = numberOf(cidr, addressAt(prefix, index));
    if (!(await tx.addresses.takeOne(subnet.SubnetId, number, owner))) throw invalidIpAddressInUse(text);
  }
  return formatCidr(prefix);
}

/** @throws InvalidParameterValue for an address that the subnet does not have, or that nobody may have */
function numberOf(cidr: Cidr, address: string): number {
  const number = offsetOf(cidr, address);
  if (number === undefined) {
    throw invalidParameterValue(`Address ${address} does not fall within the subnet's address range`);
  }
  const { first, last } = usable(cidr);
  if (number < first || number > last) {
    throw invalidParameterValue(`Address ${address} is in subnet's reserved address range`);
  }
  return Number(number);
}

function usable(cidr: Cidr): { first: number; last: number } {
  return { first: RESERVED_FIRST, last: Number(size(cidr)) - RESERVED_LAST - 1 };
}

function blockOf({ SubnetId, CidrBlock = '' }: Subnet): Cidr {
  const cidr = parseCidr(CidrBlock);
  if (!cidr) throw new Error(`${SubnetId} has no IPv4 addresses`);
  return cidr;
}
