/**
 * DescribeInstanceTypes: the catalogue of instance types, the same in every Region.
 *
 * Pages have at most 100 types, also where the request does not ask for pages.
 */

import type { DescribeInstanceTypesRequest, DescribeInstanceTypesResult, InstanceTypeInfo } from '@aws-sdk/client-ec2';
import { invalidInstanceType, invalidMaxResults } from '../../../aws-errors.ts';
import { findInstanceType, type InstanceType, instanceTypes } from '../../../catalogue/instance-types.ts';
import { action } from '../../call.ts';
import { type FilterTable, filterBy } from '../../filters.ts';
import { readPage, slicePage } from '../../pagination.ts';

const LARGEST_PAGE = 100;

type Input = DescribeInstanceTypesRequest;

/** API/DescribeInstanceTypes. */
export const describeInstanceTypes = action<Input, DescribeInstanceTypesResult>(async (input, call) => {
  const names = input.InstanceTypes ?? [];
  readPage(call.action, input, names);
  if ((input.MaxResults ?? 0) > LARGEST_PAGE) {
    throw invalidMaxResults(input.MaxResults ?? 0, `less than or equal to ${LARGEST_PAGE}`);
  }
  const letsThrough = filterBy<InstanceTypeInfo & { Tags?: never }>(input.Filters, FILTERS);
  await call.permit(['*'], input.DryRun);
  const shown = select(names).map(describeInstanceType).filter(letsThrough);
  const page = names.length > 0 ? input : { ...input, MaxResults: input.MaxResults ?? LARGEST_PAGE };
  const { items, ...next } = slicePage(call.action, shown, page, names);
  return { InstanceTypes: items, ...next };
});

function select(names: readonly string[]): readonly InstanceType[] {
  if (names.length === 0) return instanceTypes();
  const missing = names.filter((name) => !findInstanceType(name));
  if (missing.length > 0) throw invalidInstanceType(missing);
  return instanceTypes().filter(({ InstanceType }) => names.includes(InstanceType));
}

function describeInstanceType(type: InstanceType): InstanceTypeInfo {
  return {
    InstanceType: type.InstanceType as NonNullable<InstanceTypeInfo['InstanceType']>,
    CurrentGeneration: type.CurrentGeneration,
    SupportedUsageClasses: ['on-demand', 'spot'],
    SupportedRootDeviceTypes: ['ebs'],
    SupportedVirtualizationTypes: ['hvm'],
    BareMetal: type.BareMetal,
    // There is none under an instance on bare metal.
    ...(!type.BareMetal && { Hypervisor: type.Hypervisor }),
    ProcessorInfo: { SupportedArchitectures: type.Architecture, Manufacturer: type.Manufacturer },
    VCpuInfo: {
      DefaultVCpus: type.VCpus,
      DefaultCores: Math.max(1, type.VCpus / type.ThreadsPerCore),
      DefaultThreadsPerCore: type.ThreadsPerCore,
      ValidThreadsPerCore: type.ThreadsPerCore === 1 ? [1] : [1, 2],
    },
    MemoryInfo: { SizeInMiB: type.MemoryMiB },
    InstanceStorageSupported: type.InstanceStorageSupported,
    NetworkInfo: {
      MaximumNetworkInterfaces: type.MaximumNetworkInterfaces,
      MaximumNetworkCards: type.MaximumNetworkCards,
      DefaultNetworkCardIndex: 0,
      Ipv4AddressesPerInterface: type.Ipv4AddressesPerInterface,
      Ipv6AddressesPerInterface: type.Ipv6AddressesPerInterface,
      Ipv6Supported: type.Ipv6Supported,
      EnaSupport: type.EnaSupport,
    },
    BurstablePerformanceSupported: type.BurstablePerformanceSupported,
    SupportedInRegion: true,
  };
}

/** Filter names of API/DescribeInstanceTypes for all that the catalogue knows. */
const FILTERS: FilterTable<InstanceTypeInfo> = {
  'bare-metal': (type) => [type.BareMetal],
  'burstable-performance-supported': (type) => [type.BurstablePerformanceSupported],
  'current-generation': (type) => [type.CurrentGeneration],
  hypervisor: (type) => [type.Hypervisor],
  'instance-storage-supported': (type) => [type.InstanceStorageSupported],
  'instance-type': (type) => [type.InstanceType],
  'memory-info.size-in-mib': (type) => [type.MemoryInfo?.SizeInMiB],
  'network-info.ena-support': (type) => [type.NetworkInfo?.EnaSupport],
  'network-info.ipv4-addresses-per-interface': (type) => [type.NetworkInfo?.Ipv4AddressesPerInterface],
  'network-info.ipv6-addresses-per-interface': (type) => [type.NetworkInfo?.Ipv6AddressesPerInterface],
  'network-info.ipv6-supported': (type) => [type.NetworkInfo?.Ipv6Supported],
  'network-info.maximum-network-cards': (type) => [type.NetworkInfo?.MaximumNetworkCards],
  'network-info.maximum-network-interfaces': (type) => [type.NetworkInfo?.MaximumNetworkInterfaces],
  'processor-info.supported-architecture': (type) => type.ProcessorInfo?.SupportedArchitectures ?? [],
  'supported-root-device-type': (type) => type.SupportedRootDeviceTypes ?? [],
  'supported-usage-class': (type) => type.SupportedUsageClasses ?? [],
  'supported-virtualization-type': (type) => type.SupportedVirtualizationTypes ?? [],
  'vcpu-info.default-cores': (type) => [type.VCpuInfo?.DefaultCores],
  'vcpu-info.default-threads-per-core': (type) => [type.VCpuInfo?.DefaultThreadsPerCore],
  'vcpu-info.default-vcpus': (type) => [type.VCpuInfo?.DefaultVCpus],
  'vcpu-info.valid-threads-per-core': (type) => type.VCpuInfo?.ValidThreadsPerCore ?? [],
};
