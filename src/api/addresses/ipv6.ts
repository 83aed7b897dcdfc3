/**
 * The IPv6 addresses of a subnet: single ones and whole /80 prefixes, chosen by the caller or given as they come.
 *
 *   2001:db8:0:1 : 0 : 0:0:4      a subnet is cut into blocks of 80 bits: the first gives the addresses that come,
 *   └─ subnet ─┘ block └ number   the others are given as prefixes, or hold addresses that somebody has chosen
 *
 * Each block is a pool of numbers, because no number of a pool is as long as an address; the blocks that are prefixes are
 * the numbers of one more pool. A block is never both: who takes in one pool looks into the other.
 */

import {
  insufficientCidrBlocks,
  insufficientFreeAddressesInSubnet,
  invalidIpAddressInUse,
  invalidParameterValue,
} from '../../aws-errors.ts';
import { addressAt, type Cidr, offsetOf, parseCidr, size } from '../../cidr.ts';
import type { Subnet } from '../../model.ts';
import type { Transaction } from '../../store/store.ts';

const PREFIX = 80;
const BITS_OF_A_BLOCK = 128n - BigInt(PREFIX);

/** AWS keeps the first four addresses of a subnet and the last one for itself. A million of them come by themselves. */
const AUTOMATIC = { block: 0, first: 4, last: 0xf_ffff };

/** One free address for each owner. @throws InsufficientFreeAddressesInSubnet */
export async function takeIpv6Addresses(tx: Transaction, subnet: Subnet, owners: string[]): Promise<string[]> {
  const numbers = await tx.addresses.take(addressesOf(subnet, AUTOMATIC.block), AUTOMATIC, owners);
  if (numbers.length < owners.length) throw insufficientFreeAddressesInSubnet(subnet.SubnetId);
  return numbers.map((number) => addressAt(rangeOf(subnet), number));
}

/**
 * Gives `owner` the address that it has asked for.
 *
 * @returns the address in its short form
 * @throws InvalidParameterValue, InvalidIPAddress.InUse
 */
export async function takeIpv6Address(
  tx: Transaction,
  subnet: Subnet,
  owner: string,
  address: string,
): Promise<string> {
  const range = rangeOf(subnet);
  const offset = offsetOf(range, address);
  if (offset === undefined) {
    throw invalidParameterValue(`Address ${address} does not fall within the subnet's address range`);
  }
  if (offset < AUTOMATIC.first || offset === size(range) - 1n) {
    throw invalidParameterValue(`Address ${address} is in subnet's reserved address range`);
  }
  const block = Number(offset >> BITS_OF_A_BLOCK);
  const number = Number(offset & ((1n << BITS_OF_A_BLOCK) - 1n));
  const isPrefix = (await tx.addresses.ownerOf(prefixesOf(subnet), block)) !== undefined;
  if (isPrefix || !(await tx.addresses.takeOne(addressesOf(subnet, block), number, owner))) {
    throw invalidIpAddressInUse(address);
  }
  return addressAt(range, offset);
}

/** One free /80 prefix for each owner. @throws InsufficientCidrBlocks */
export async function takeIpv6Prefixes(tx: Transaction, subnet: Subnet, owners: string[]): Promise<string[]> {
  if (owners.length === 0) return [];
  const blocks = await tx.addresses.take(prefixesOf(subnet), usable(subnet), owners);
  if (blocks.length < owners.length) throw insufficientCidrBlocks();
  const addresses = await tx.addresses.taken(blocks.map((block) => addressesOf(subnet, block)));
  const isFree = (block: number) => !addresses.has(addressesOf(subnet, block));
  // Those in which somebody has an address stay with the instance, so that nobody is given them for its lifetime.
  const others = await takeIpv6Prefixes(
    tx,
    subnet,
    owners.filter((_, index) => !isFree(blocks[index] as number)),
  );
  return blocks.map((block) => (isFree(block) ? formatBlock(subnet, block) : (others.shift() as string)));
}

/** Gives `owner` the /80 prefix that it has asked for. @throws InvalidParameterValue, InvalidIPAddress.InUse */
export async function takeIpv6Prefix(tx: Transaction, subnet: Subnet, owner: string, text: string): Promise<string> {
  const prefix = parseCidr(text);
  if (prefix?.family !== 6 || prefix.prefix !== PREFIX) {
    throw invalidParameterValue(`\`${text}\` is no IPv6 prefix of length ${PREFIX}`);
  }
  const offset = offsetOf(rangeOf(subnet), addressAt(prefix, 0));
  if (offset === undefined) {
    throw invalidParameterValue(`Address ${text} does not fall within the subnet's address range`);
  }
  const block = Number(offset >> BITS_OF_A_BLOCK);
  const { first, last } = usable(subnet);
  if (block < first || block > last) {
    throw invalidParameterValue(`Address ${text} is in subnet's reserved address range`);
  }
  const given = await tx.addresses.takeOne(prefixesOf(subnet), block, owner);
  const pool = addressesOf(subnet, block);
  if (!given || (await tx.addresses.taken([pool])).has(pool)) throw invalidIpAddressInUse(text);
  return formatBlock(subnet, block);
}

function addressesOf({ SubnetId }: Subnet, block: number): string {
  return `${SubnetId}/${block}`;
}

function prefixesOf({ SubnetId }: Subnet): string {
  return `${SubnetId}/prefixes`;
}

/** The blocks that can be prefixes: neither that of the addresses that come by themselves, nor that of the last address. */
function usable(subnet: Subnet): { first: number; last: number } {
  return { first: AUTOMATIC.block + 1, last: Number(size(rangeOf(subnet)) >> BITS_OF_A_BLOCK) - 2 };
}

function formatBlock(subnet: Subnet, block: number): string {
  return `${addressAt(rangeOf(subnet), BigInt(block) << BITS_OF_A_BLOCK)}/${PREFIX}`;
}

function rangeOf({ SubnetId, Ipv6CidrBlock = '' }: Subnet): Cidr {
  const cidr = parseCidr(Ipv6CidrBlock);
  if (!cidr) throw new Error(`${SubnetId} has no IPv6 addresses`);
  return cidr;
}
