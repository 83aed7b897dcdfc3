/**
 * IPv4 addresses of a subnet: which there are, and that an address and a prefix never hold the same.
 */

import { describe, expect, test } from 'vitest';
import type { Subnet } from '../../model.ts';
import { expectRefusal, startTestApi, type TestApi } from '../testing.ts';
import {
  availableIpAddressCount,
  takeIpv4Address,
  takeIpv4Addresses,
  takeIpv4Prefix,
  takeIpv4Prefixes,
} from './ipv4.ts';

/** Of 64 addresses, with two blocks of 16 that instances may have as a whole. */
function subnetIn({ scope }: TestApi): Subnet {
  return {
    ...scope,
    SubnetId: 'subnet-0123456789abcdef0',
    VpcId: 'vpc-0123456789abcdef0',
    AvailabilityZone: 'us-east-1a',
    CidrBlock: '10.0.0.64/26',
    Ipv6Native: false,
    DefaultForAz: false,
    AssignIpv6AddressOnCreation: false,
  };
}

async function start() {
  const api = await startTestApi();
  const subnet = subnetIn(api);
  return {
    subnet,
    address: (owner: string, name: string) => api.inStore((tx) => takeIpv4Address(tx, subnet, owner, name)),
    addresses: (...owners: string[]) => api.inStore((tx) => takeIpv4Addresses(tx, subnet, owners)),
    prefix: (owner: string, name: string) => api.inStore((tx) => takeIpv4Prefix(tx, subnet, owner, name)),
    prefixes: (...owners: string[]) => api.inStore((tx) => takeIpv4Prefixes(tx, subnet, owners)),
    available: () =>
      api.inStore(async (tx) =>
        availableIpAddressCount(subnet, (await tx.addresses.taken([subnet.SubnetId])).get(subnet.SubnetId) ?? 0),
      ),
  };
}

describe('addresses', () => {
  test('the first four of a subnet and its last are nobody’s', async () => {
    const { address, addresses, available } = await start();
    for (const reserved of ['10.0.0.64', '10.0.0.67', '10.0.0.127']) {
      await expectRefusal(
        address('a', reserved),
        'InvalidParameterValue',
        `Address ${reserved} is in subnet's reserved address range`,
      );
    }
    expect(await available()).toBe(59);
    expect((await addresses(...Array<string>(59).fill('a'))).at(-1)).toBe('10.0.0.126');
    await expectRefusal(addresses('b'), 'InsufficientFreeAddressesInSubnet');
  });

  test.each(['10.0.0.63', '10.0.0.128', '2001:db8::1', 'nonsense'])('%s is not in the subnet', async (name) => {
    const { address } = await start();
    await expectRefusal(
      address('a', name),
      'InvalidParameterValue',
      `Address ${name} does not fall within the subnet's address range`,
    );
  });

  test('one that somebody has cannot be had again, and is passed by those that come by themselves', async () => {
    const { address, addresses } = await start();
    expect(await address('a', '10.0.0.69')).toBe('10.0.0.69');
    await expectRefusal(address('b', '10.0.0.69'), 'InvalidIPAddress.InUse', 'Address 10.0.0.69 is in use.');
    expect(await addresses('b', 'c')).toEqual(['10.0.0.68', '10.0.0.70']);
  });
});

describe('prefixes', () => {
  test('are /28 blocks of the subnet without its reserved addresses', async () => {
    const { prefixes, available } = await start();
    expect(await prefixes('a', 'b')).toEqual(['10.0.0.96/28', '10.0.0.80/28']);
    expect(await available()).toBe(59 - 32);
    await expectRefusal(
      prefixes('c'),
      'InsufficientCidrBlocks',
      'The specified subnet does not have enough free cidr blocks to satisfy the request.',
    );
  });

  test('hold no address that somebody has, nor does anybody get one of theirs', async () => {
    const { address, addresses, prefixes } = await start();
    await address('a', '10.0.0.97');
    expect(await prefixes('b')).toEqual(['10.0.0.80/28']);
    await expectRefusal(prefixes('c'), 'InsufficientCidrBlocks');
    await expectRefusal(address('c', '10.0.0.95'), 'InvalidIPAddress.InUse');
    const others = await addresses(...Array<string>(59 - 17).fill('c'));
    expect(others.filter((each) => /^10\.0\.0\.(8\d|9[0-5])$/.test(each))).toEqual([]);
  });

  test('can be chosen', async () => {
    const { address, prefix, prefixes } = await start();
    expect(await prefix('a', '10.0.0.96/28')).toBe('10.0.0.96/28');
    await expectRefusal(prefix('b', '10.0.0.96/28'), 'InvalidIPAddress.InUse', 'Address 10.0.0.96/28 is in use.');
    await expectRefusal(address('b', '10.0.0.111'), 'InvalidIPAddress.InUse');
    expect(await prefixes('b')).toEqual(['10.0.0.80/28']);
  });

  test.each([
    ['10.0.0.64/28', "Address 10.0.0.64 is in subnet's reserved address range"],
    ['10.0.0.112/28', "Address 10.0.0.127 is in subnet's reserved address range"],
    ['10.0.1.0/28', "Address 10.0.1.0 does not fall within the subnet's address range"],
    ['10.0.0.80/27', '`10.0.0.80/27` is no IPv4 prefix of length 28'],
    ['10.0.0.81/28', '`10.0.0.81/28` is no IPv4 prefix of length 28'],
    ['10.0.0.80', '`10.0.0.80` is no IPv4 prefix of length 28'],
  ])('%s cannot be one', async (name, message) => {
    const { prefix } = await start();
    await expectRefusal(prefix('a', name), 'InvalidParameterValue', message);
  });
});

test('an IPv6-only subnet has no IPv4 addresses', async () => {
  const { subnet } = await start();
  const { CidrBlock: _ipv4, ...native } = subnet;
  expect(availableIpAddressCount(native, 0)).toBe(0);
});
