/**
 * IPv6 addresses of a subnet: those that come, those that are chosen, and prefixes, no two of which ever overlap.
 */

import { describe, expect, test } from 'vitest';
import type { Subnet } from '../../model.ts';
import { expectRefusal, startTestApi } from '../testing.ts';
import { takeIpv6Address, takeIpv6Addresses, takeIpv6Prefix, takeIpv6Prefixes } from './ipv6.ts';

async function start(Ipv6CidrBlock = '2001:db8:0:1::/64') {
  const api = await startTestApi();
  const subnet: Subnet = {
    ...api.scope,
    SubnetId: 'subnet-0123456789abcdef0',
    VpcId: 'vpc-0123456789abcdef0',
    AvailabilityZone: 'us-east-1a',
    Ipv6CidrBlock,
    Ipv6Native: true,
    DefaultForAz: false,
    AssignIpv6AddressOnCreation: true,
  };
  return {
    address: (owner: string, name: string) => api.inStore((tx) => takeIpv6Address(tx, subnet, owner, name)),
    addresses: (...owners: string[]) => api.inStore((tx) => takeIpv6Addresses(tx, subnet, owners)),
    prefix: (owner: string, name: string) => api.inStore((tx) => takeIpv6Prefix(tx, subnet, owner, name)),
    prefixes: (...owners: string[]) => api.inStore((tx) => takeIpv6Prefixes(tx, subnet, owners)),
    release: (...owners: string[]) => api.inStore((tx) => tx.addresses.release(owners)),
  };
}

describe('addresses', () => {
  test.each([
    ['2001:db8:0:1::3', "Address 2001:db8:0:1::3 is in subnet's reserved address range"],
    [
      '2001:db8:0:1:ffff:ffff:ffff:ffff',
      "Address 2001:db8:0:1:ffff:ffff:ffff:ffff is in subnet's reserved address range",
    ],
    ['2001:db8:0:2::4', "Address 2001:db8:0:2::4 does not fall within the subnet's address range"],
    ['10.0.0.4', "Address 10.0.0.4 does not fall within the subnet's address range"],
  ])('%s is nobody’s', async (name, message) => {
    const { address } = await start();
    await expectRefusal(address('a', name), 'InvalidParameterValue', message);
  });

  test('come one after the other, past those that somebody has chosen', async () => {
    const { address, addresses } = await start();
    expect(await address('a', '2001:0DB8:0:1:0:0:0:5')).toBe('2001:db8:0:1::5');
    expect(await addresses('b', 'c')).toEqual(['2001:db8:0:1::4', '2001:db8:0:1::6']);
  });

  test('have one owner, wherever in the subnet they are, until that is gone', async () => {
    const { address, addresses, release } = await start();
    await addresses('a');
    const names = ['2001:db8:0:1::4', '2001:db8:0:1:ab12:34cd:5678:9abc', '2001:db8:0:1:8000::', '2001:db8:0:1:1::1'];
    for (const name of names.slice(1)) expect(await address('a', name)).toBe(name);
    for (const name of names) {
      await expectRefusal(address('b', name), 'InvalidIPAddress.InUse', `Address ${name} is in use.`);
    }
    // Neighbours of them, alike in all but the last or the first bit of the host's part.
    for (const name of ['2001:db8:0:1:ab12:34cd:5678:9abd', '2001:db8:0:1:2b12:34cd:5678:9abc']) {
      expect(await address('b', name)).toBe(name);
    }
    await release('a');
    for (const name of names) expect(await address('b', name)).toBe(name);
  });
});

describe('prefixes', () => {
  test('are /80 blocks beside that of the addresses that come by themselves', async () => {
    const { addresses, prefixes } = await start();
    expect(await prefixes('a', 'b')).toEqual(['2001:db8:0:1:1::/80', '2001:db8:0:1:2::/80']);
    expect(await addresses('a')).toEqual(['2001:db8:0:1::4']);
    expect(await prefixes()).toEqual([]);
  });

  test('hold no address that somebody has chosen, nor does anybody get one of theirs', async () => {
    const { address, prefix, prefixes, release } = await start();
    await address('a', '2001:db8:0:1:1::7');
    expect(await prefixes('b', 'c')).toEqual(['2001:db8:0:1:3::/80', '2001:db8:0:1:2::/80']);
    await expectRefusal(prefix('d', '2001:db8:0:1:1::/80'), 'InvalidIPAddress.InUse');
    await expectRefusal(address('d', '2001:db8:0:1:2::7'), 'InvalidIPAddress.InUse');
    await release('a', 'b', 'c');
    expect(await prefix('d', '2001:db8:0:1:1::/80')).toBe('2001:db8:0:1:1::/80');
    expect(await address('e', '2001:db8:0:1:2::7')).toBe('2001:db8:0:1:2::7');
  });

  test('can be chosen, once', async () => {
    const { prefix, prefixes } = await start();
    expect(await prefix('a', '2001:db8:0:1:1:0:0:0/80')).toBe('2001:db8:0:1:1::/80');
    await expectRefusal(
      prefix('b', '2001:db8:0:1:1::/80'),
      'InvalidIPAddress.InUse',
      'Address 2001:db8:0:1:1::/80 is in use.',
    );
    expect(await prefixes('b')).toEqual(['2001:db8:0:1:2::/80']);
  });

  test.each([
    ['2001:db8:0:1::/80', "Address 2001:db8:0:1::/80 is in subnet's reserved address range"],
    ['2001:db8:0:1:ffff::/80', "Address 2001:db8:0:1:ffff::/80 is in subnet's reserved address range"],
    ['2001:db8:0:2:1::/80', "Address 2001:db8:0:2:1::/80 does not fall within the subnet's address range"],
    ['2001:db8:0:1:1::/96', '`2001:db8:0:1:1::/96` is no IPv6 prefix of length 80'],
    ['10.0.0.0/28', '`10.0.0.0/28` is no IPv6 prefix of length 80'],
  ])('%s cannot be one', async (name, message) => {
    const { prefix } = await start();
    await expectRefusal(prefix('a', name), 'InvalidParameterValue', message);
  });
});

test('a subnet as large as any is no different', async () => {
  const { address, addresses, prefix, prefixes } = await start('2001:db8:0:10::/60');
  expect(await addresses('a')).toEqual(['2001:db8:0:10::4']);
  expect(await prefixes('a')).toEqual(['2001:db8:0:10:1::/80']);
  const last = '2001:db8:0:1f:ffff:ffff:ffff:fffe';
  expect(await address('a', last)).toBe(last);
  expect(await prefix('a', '2001:db8:0:1f:fffe::/80')).toBe('2001:db8:0:1f:fffe::/80');
});
