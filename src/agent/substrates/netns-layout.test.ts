/** How instances are laid out: which lines are run where, and what two installations, VPCs and interfaces must not share. */

import { describe, expect, test } from 'vitest';
import { desiredInstance, PRIMARY } from '../../imds/testing.ts';
import type { NetworkInterface, Subnet } from '../../model.ts';
import { layoutOf, namesOf } from './netns-layout.ts';

const NAMES = namesOf('abc123');
const { PublicIp: _public, ...NIC } = PRIMARY;
const [SUBNET] = desiredInstance().Subnets as [Subnet];

const laidOut = (...nics: [NetworkInterface, ...NetworkInterface[]]) =>
  layoutOf(desiredInstance({ instance: { NetworkInterfaces: nics } }), NAMES);

test('an instance in a dual-stack subnet', () => {
  const layout = laidOut(NIC);
  const [vpc, own] = ['openimds-abc123-vpc-0123456789abcdef0', 'openimds-abc123-i-0123456789abcdef0'];
  expect(layout).toMatchObject({ namespace: own, vpcNamespace: vpc });
  expect(layout.interfaces).toEqual([{ device: 'eth0', hostDevice: 'e3456789abcdef0' }]);
  expect(layout.links).toEqual([
    `netns add ${own}`,
    `link add e3456789abcdef0 netns ${vpc} type veth peer name eth0 address 02:29:96:8f:6a:2d netns ${own}`,
  ]);
  expect(layout.inVpc).toEqual([
    'link set e3456789abcdef0 address 02:ff:ff:ff:ff:ff mtu 9001 addrgenmode none up',
    'address add fe80::1/64 dev e3456789abcdef0 nodad',
    'address replace 10.0.0.1/32 dev lo',
    'route add 10.0.0.5 dev e3456789abcdef0 metric 0',
    'route add 2001:db8:0:1::5 dev e3456789abcdef0 metric 0',
    'route add 2001:db8:0:1::6 dev e3456789abcdef0 metric 0',
  ]);
  expect(layout.inInstance).toEqual([
    'link set lo up',
    'route replace throw fd00:ec2::254/128',
    'link set dev eth0 mtu 9001 addrgenmode none up',
    'address add fe80::29:96ff:fe8f:6a2d/64 dev eth0 nodad',
    'address add 10.0.0.5/24 dev eth0',
    'address add 2001:db8:0:1::5/128 dev eth0 nodad',
    'address add 2001:db8:0:1::6/128 dev eth0 nodad',
    'route add 169.254.169.254/32 dev eth0 metric 100',
    'route add default via 10.0.0.1 dev eth0 metric 100',
    'route add ::/0 via fe80::1 dev eth0 metric 100',
  ]);
});

test('without an IPv4 address it asks for metadata from a link-local one of its own, and has no way out', () => {
  const { PrivateIpAddress: _private, ...ipv6Only } = NIC;
  const [one, other] = [laidOut(ipv6Only), laidOut({ ...ipv6Only, NetworkInterfaceId: 'eni-0fedcba9876543210' })].map(
    ({ inVpc, inInstance }) => {
      const [, address] = /address add (169\.254\.\d+\.\d+)\/32 dev eth0/.exec(inInstance.join('\n')) ?? [];
      expect(inInstance.join('\n')).not.toContain('default');
      expect(inVpc.join('\n')).toMatch(new RegExp(`route add ${address} dev \\S+ metric [1-9]`));
      return address;
    },
  );
  expect(one).not.toBe(other);
});

test('no link-local address is one at which AWS has a service, or of those that are kept', () => {
  const { PrivateIpAddress: _private, ...ipv6Only } = NIC;
  for (let number = 0; number < 2000; number++) {
    const NetworkInterfaceId = `eni-${number.toString(16).padStart(17, '0')}`;
    const lines = laidOut({ ...ipv6Only, NetworkInterfaceId }).inInstance.join('\n');
    const [, third = 0, fourth = 0] = /169\.254\.(\d+)\.(\d+)\/32/.exec(lines)?.map(Number) ?? [];
    expect(third >= 1 && third <= 168 && fourth >= 1 && fourth <= 254).toBe(true);
  }
});

test('secondary addresses lead to the interface, prefixes to whoever is behind the instance', () => {
  const nic = {
    ...NIC,
    SecondaryPrivateIpAddresses: ['10.0.0.9'],
    Ipv4Prefixes: ['10.0.0.32/28'],
    Ipv6Prefixes: ['2001:db8:0:1:1::/80'],
  };
  const { inVpc, inInstance } = laidOut(nic);
  for (const route of ['10.0.0.9', '10.0.0.32/28 via 10.0.0.5', '2001:db8:0:1:1::/80 via fe80::29:96ff:fe8f:6a2d']) {
    expect(inVpc).toContain(`route add ${route} dev e3456789abcdef0 metric 0`);
  }
  expect(inInstance).toContain('address add 10.0.0.9/24 dev eth0');
});

test('of several interfaces the first is the preferred way out', () => {
  const second = { ...NIC, DeviceIndex: 1, NetworkInterfaceId: 'eni-0fedcba9876543210', PrivateIpAddress: '10.0.0.6' };
  const { interfaces, inInstance } = laidOut(NIC, second);
  expect(interfaces.map(({ device }) => device)).toEqual(['eth0', 'eth1']);
  expect(inInstance).toContain('route add default via 10.0.0.1 dev eth0 metric 100');
  expect(inInstance).toContain('route add default via 10.0.0.1 dev eth1 metric 101');
});

describe('attached to a namespace that exists already', () => {
  const attached = (Netns: string, ...nics: [NetworkInterface, ...NetworkInterface[]]) => {
    const Attachment = { Netns, Device: 'imds0', AttachTime: '2026-11-23T10:00:00Z' };
    return layoutOf(desiredInstance({ instance: { NetworkInterfaces: nics, Attachment } }), NAMES);
  };

  test('by its name: the link goes there, and only the metadata service is reached through it', () => {
    const layout = attached('web', NIC);
    expect(layout).toMatchObject({ namespace: 'web', vpcNamespace: 'openimds-abc123-vpc-0123456789abcdef0' });
    expect(layout.interfaces).toEqual([{ device: 'imds0', hostDevice: 'e3456789abcdef0' }]);
    expect(layout.links).toEqual([
      'link add e3456789abcdef0 netns openimds-abc123-vpc-0123456789abcdef0 type veth peer name imds0 address 02:29:96:8f:6a:2d netns web',
    ]);
    expect(layout.inVpc).toEqual(laidOut(NIC).inVpc);
    expect(layout.inInstance).toEqual([
      'link set dev imds0 mtu 9001 addrgenmode none up',
      'address add fe80::29:96ff:fe8f:6a2d/64 dev imds0 nodad',
      'address add 10.0.0.5/24 dev imds0 metric 1000',
      'address add 2001:db8:0:1::5/128 dev imds0 nodad',
      'address add 2001:db8:0:1::6/128 dev imds0 nodad',
      'route add 169.254.169.254/32 dev imds0 metric 0',
      'route add fd00:ec2::254/128 via fe80::1 dev imds0 src 2001:db8:0:1::5 metric 1',
    ]);
  });

  test("as that of a process: under the instance's own name", () => {
    const layout = attached('4711', NIC);
    const own = 'openimds-abc123-i-0123456789abcdef0';
    expect(layout.namespace).toBe(own);
    expect(layout.links[0]).toBe(`netns attach ${own} 4711`);
    expect(layout.links[1]).toMatch(new RegExp(`^link add .* peer name imds0 .* netns ${own}$`));
    expect(layout.inInstance).toEqual(attached('web', NIC).inInstance);
  });

  test('without an IPv6 address the service is asked from the link-local one', () => {
    const { inInstance } = attached('web', { ...NIC, Ipv6Addresses: [] });
    expect(inInstance.at(-1)).toContain(' src fe80::29:96ff:fe8f:6a2d ');
  });

  test('further interfaces have names that go with the first', () => {
    const second = {
      ...NIC,
      DeviceIndex: 1,
      NetworkInterfaceId: 'eni-0fedcba9876543210',
      PrivateIpAddress: '10.0.0.6',
    };
    const { interfaces, inInstance } = attached('web', NIC, second);
    expect(interfaces.map(({ device }) => device)).toEqual(['imds0', 'imds0.1']);
    expect(inInstance).toContain('route add 169.254.169.254/32 dev imds0.1 metric 1');
  });

  test('is another fingerprint than that of an instance by itself, and the same when it is attached anew', () => {
    expect(attached('web', NIC).fingerprint).not.toBe(laidOut(NIC).fingerprint);
    expect(attached('web', NIC).fingerprint).not.toBe(attached('db', NIC).fingerprint);
    const Attachment = { Netns: 'web', Device: 'imds0', AttachTime: '2027-01-01T00:00:00Z' };
    const anew = layoutOf(desiredInstance({ instance: { NetworkInterfaces: [NIC], Attachment } }), NAMES);
    expect(anew.fingerprint).toBe(attached('web', NIC).fingerprint);
  });
});

describe('the fingerprint', () => {
  test('is the same for the same instance, whatever its options are', () => {
    const required = desiredInstance({ options: { HttpTokens: 'required' }, revision: 9 });
    expect(layoutOf(required, NAMES).fingerprint).toBe(layoutOf(desiredInstance(), NAMES).fingerprint);
  });

  test('changes with each address', () => {
    expect(laidOut({ ...NIC, PrivateIpAddress: '10.0.0.7' }).fingerprint).not.toBe(laidOut(NIC).fingerprint);
    expect(laidOut({ ...NIC, Ipv6Addresses: [] }).fingerprint).not.toBe(laidOut(NIC).fingerprint);
  });
});

test('names of devices fit into the kernel’s 15 characters, and names of installations differ', () => {
  expect(laidOut(NIC).interfaces.every(({ hostDevice }) => hostDevice.length <= 15)).toBe(true);
  expect(layoutOf(desiredInstance(), namesOf('def456')).namespace).not.toBe(laidOut(NIC).namespace);
  expect(SUBNET.CidrBlock).toBe('10.0.0.0/24');
});
