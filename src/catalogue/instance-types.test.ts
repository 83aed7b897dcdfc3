/** Proves that the table of families expands to complete and plausible types, and some of them against AWS's own pages. */

import { describe, expect, test } from 'vitest';
import { findInstanceType, instanceTypes } from './instance-types.ts';

test('a type that does not exist is not found', () => {
  for (const name of ['', 't3', 't3.huge', 'T3.large', 'constructor']) expect(findInstanceType(name)).toBeUndefined();
});

test('every type is found by its name, and none comes twice', () => {
  for (const type of instanceTypes()) expect(findInstanceType(type.InstanceType)).toBe(type);
  expect(new Set(instanceTypes().map((type) => type.InstanceType)).size).toBe(instanceTypes().length);
});

test('every type is complete: whole numbers above zero', () => {
  for (const type of instanceTypes()) {
    const numbers = [type.VCpus, type.MemoryMiB, type.MaximumNetworkInterfaces, type.Ipv4AddressesPerInterface];
    expect(numbers, type.InstanceType).toSatisfy(() => numbers.every((n) => Number.isInteger(n) && n > 0));
    expect(type.Architecture.length, type.InstanceType).toBeGreaterThan(0);
  }
});

test('IPv6 addresses go with IPv6, and every Nitro type has it', () => {
  for (const type of instanceTypes()) {
    expect(type.Ipv6AddressesPerInterface > 0, type.InstanceType).toBe(type.Ipv6Supported);
    if (type.Hypervisor === 'nitro') expect(type.Ipv6Supported, type.InstanceType).toBe(true);
  }
});

test('bare metal counts as Nitro, also in the Xen family i3', () => {
  const metal = instanceTypes().filter((type) => type.BareMetal);
  expect(metal.length).toBeGreaterThan(10);
  expect(metal.every((type) => type.Hypervisor === 'nitro')).toBe(true);
  expect(findInstanceType('i3.metal')).toMatchObject({ BareMetal: true, Hypervisor: 'nitro', VCpus: 72 });
  expect(findInstanceType('i3.large')).toMatchObject({ BareMetal: false, Hypervisor: 'xen' });
});

test('only the instance store of Xen types is not NVMe, and not that of i3', () => {
  const stores = instanceTypes().filter((type) => type.InstanceStorageSupported && type.NvmeSupport === 'unsupported');
  const families = new Set(stores.map((type) => type.InstanceType.split('.')[0]));
  expect([...families]).toEqual(['m1', 'm2', 'm3', 'c1', 'c3', 'r3', 'i2', 'd2', 'x1']);
});

test('interfaces are spread evenly over network cards, of which there is one where nothing else is known', () => {
  for (const type of instanceTypes()) {
    expect(type.MaximumNetworkInterfaces % type.MaximumNetworkCards, type.InstanceType).toBe(0);
  }
  expect(findInstanceType('t3.large')?.MaximumNetworkCards).toBe(1);
});

describe('the facts of AWS', () => {
  test.each([
    ['t1.micro', { Hypervisor: 'xen', VCpus: 1, MemoryMiB: 627, Ipv6Supported: false, CurrentGeneration: false }],
    ['t2.micro', { Hypervisor: 'xen', VCpus: 1, MemoryMiB: 1024, BurstablePerformanceSupported: true }],
    ['c3.large', { Hypervisor: 'xen', VCpus: 2, MemoryMiB: 3840, Architecture: ['i386', 'x86_64'] }],
    ['m4.16xlarge', { Hypervisor: 'xen', VCpus: 64, MemoryMiB: 262144, EnaSupport: 'supported' }],
    ['t3.large', { Hypervisor: 'nitro', VCpus: 2, MemoryMiB: 8192, Ipv4AddressesPerInterface: 12 }],
    ['t3a.small', { Manufacturer: 'AMD', MaximumNetworkInterfaces: 2, Ipv4AddressesPerInterface: 4 }],
    ['m5.24xlarge', { VCpus: 96, MemoryMiB: 393216, MaximumNetworkInterfaces: 15, Ipv4AddressesPerInterface: 50 }],
    ['c5.9xlarge', { VCpus: 36, MemoryMiB: 73728, ThreadsPerCore: 2 }],
    ['m7a.2xlarge', { Manufacturer: 'AMD', VCpus: 8, ThreadsPerCore: 1 }],
    ['c7g.medium', { Architecture: ['arm64'], Manufacturer: 'AWS', VCpus: 1, MemoryMiB: 2048 }],
    ['r8g.metal-48xl', { Architecture: ['arm64'], BareMetal: true, VCpus: 192, MemoryMiB: 1572864 }],
    ['p4d.24xlarge', { VCpus: 96, MemoryMiB: 1179648, InstanceStorageSupported: true, MaximumNetworkInterfaces: 60 }],
    ['p4d.24xlarge', { MaximumNetworkCards: 4, NvmeSupport: 'required' }],
    ['i3.large', { InstanceStorageSupported: true, NvmeSupport: 'required' }],
  ])('%s', (name, facts) => {
    expect(findInstanceType(name)).toMatchObject(facts);
  });
});
