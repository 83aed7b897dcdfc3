/**
 * The instance types that can be launched, with the facts that DescribeInstanceTypes prints and the option rules need.
 *
 * A table of families, expanded when the program starts. Its facts are those of the EC2 API of 2026; it has families of
 * every kind that matters to metadata options (Xen and Nitro, each architecture, bare metal), not every family there is.
 */

import type { Architecture } from '../model.ts';

export type InstanceType = {
  /** For example `t3.large`. */
  InstanceType: string;
  /** The hardware that it runs on. Bare metal counts as `nitro`, though AWS prints no hypervisor for it. */
  Hypervisor: 'nitro' | 'xen';
  /** Those that it supports. */
  Architecture: Architecture[];
  Manufacturer: 'Intel' | 'AMD' | 'AWS';
  VCpus: number;
  ThreadsPerCore: 1 | 2;
  MemoryMiB: number;
  CurrentGeneration: boolean;
  BareMetal: boolean;
  BurstablePerformanceSupported: boolean;
  InstanceStorageSupported: boolean;
  /** Of its instance store. What is not NVMe has to be asked for in the block device mapping, as `ephemeral0` and so on. */
  NvmeSupport: 'unsupported' | 'required';
  MaximumNetworkInterfaces: number;
  MaximumNetworkCards: number;
  Ipv4AddressesPerInterface: number;
  /** 0 where IPv6 is not supported. */
  Ipv6AddressesPerInterface: number;
  Ipv6Supported: boolean;
  EnaSupport: 'unsupported' | 'supported' | 'required';
};

/** A family: its name, what its types have in common, and the sizes that it comes in. */
type Family = {
  name: string;
  /** Memory for each vCPU in MiB, for sizes that do not state their own. */
  perVCpuMiB?: number;
  /**
   * `large` is as in SIZES; `metal=96` has its own number of vCPUs; `nano=2/512/2x2` states vCPUs, memory in MiB,
   * network interfaces and addresses for each of them.
   */
  sizes: string;
} & Partial<Facts>;

type Facts = Pick<
  InstanceType,
  | 'Hypervisor'
  | 'Manufacturer'
  | 'ThreadsPerCore'
  | 'CurrentGeneration'
  | 'BurstablePerformanceSupported'
  | 'InstanceStorageSupported'
  | 'NvmeSupport'
  | 'Ipv6Supported'
  | 'EnaSupport'
>;

/** What most families mean by a size: vCPUs and network, for example 2 vCPUs, 3 interfaces with 10 addresses each. */
const SIZES: Record<string, string> = {
  medium: '1/2x4',
  large: '2/3x10',
  xlarge: '4/4x15',
  '2xlarge': '8/4x15',
  '4xlarge': '16/8x30',
  '8xlarge': '32/8x30',
  '9xlarge': '36/8x30',
  '12xlarge': '48/8x30',
  '16xlarge': '64/15x50',
  '18xlarge': '72/15x50',
  '24xlarge': '96/15x50',
  '32xlarge': '128/15x50',
  '48xlarge': '192/15x50',
  metal: '/15x50',
  'metal-24xl': '96/15x50',
  'metal-48xl': '192/15x50',
};

const NITRO: Facts = {
  Hypervisor: 'nitro',
  Manufacturer: 'Intel',
  ThreadsPerCore: 2,
  CurrentGeneration: true,
  BurstablePerformanceSupported: false,
  InstanceStorageSupported: false,
  NvmeSupport: 'required',
  Ipv6Supported: true,
  EnaSupport: 'required',
};

const XEN: Facts = {
  ...NITRO,
  Hypervisor: 'xen',
  CurrentGeneration: false,
  NvmeSupport: 'unsupported',
  EnaSupport: 'unsupported',
};

const WITHOUT_IPV6 = { Ipv6Supported: false, InstanceStorageSupported: true } as const;
const STORAGE = { InstanceStorageSupported: true } as const;
const BURSTABLE = { BurstablePerformanceSupported: true } as const;
const PREVIOUS = { CurrentGeneration: false } as const;
const ENA = { EnaSupport: 'supported' } as const;

const XEN_FAMILIES: Family[] = [
  { name: 't1', sizes: 'micro=1/627/2x2', ThreadsPerCore: 1, Ipv6Supported: false },
  {
    name: 't2',
    sizes:
      'nano=1/512/2x2 micro=1/1024/2x2 small=1/2048/3x4 medium=2/4096/3x6 large=2/8192/3x12 xlarge=4/16384/3x15 2xlarge=8/32768/3x15',
    ThreadsPerCore: 1,
    CurrentGeneration: true,
    ...BURSTABLE,
  },
  {
    name: 'm1',
    sizes: 'small=1/1740/2x4 medium=1/3788/2x6 large=2/7680/3x10 xlarge=4/15360/4x15',
    ThreadsPerCore: 1,
    ...WITHOUT_IPV6,
  },
  {
    name: 'm2',
    sizes: 'xlarge=2/17510/4x15 2xlarge=4/35020/4x30 4xlarge=8/70041/8x30',
    ThreadsPerCore: 1,
    ...WITHOUT_IPV6,
  },
  { name: 'm3', perVCpuMiB: 3840, sizes: 'medium=1/3840/2x6 large xlarge 2xlarge=8/30720/4x30', ...WITHOUT_IPV6 },
  { name: 'm4', perVCpuMiB: 4096, sizes: 'large=2/8192/2x10 xlarge 2xlarge 4xlarge 10xlarge=40/163840/8x30' },
  { name: 'm4', sizes: '16xlarge=64/262144/8x30', ...ENA },
  { name: 'c1', sizes: 'medium=2/1740/2x6 xlarge=8/7168/4x15', ThreadsPerCore: 1, ...WITHOUT_IPV6 },
  { name: 'c3', perVCpuMiB: 1920, sizes: 'large xlarge 2xlarge 4xlarge 8xlarge', ...STORAGE },
  { name: 'c4', perVCpuMiB: 1920, sizes: 'large xlarge 2xlarge 4xlarge 8xlarge=36/61440/8x30' },
  { name: 'r3', perVCpuMiB: 7808, sizes: 'large=2/15360/3x10 xlarge 2xlarge 4xlarge 8xlarge', ...STORAGE },
  { name: 'r4', perVCpuMiB: 7808, sizes: 'large xlarge 2xlarge 4xlarge 8xlarge 16xlarge', ...ENA },
  { name: 'i2', perVCpuMiB: 7808, sizes: 'xlarge 2xlarge 4xlarge 8xlarge', ...STORAGE },
  {
    name: 'i3',
    perVCpuMiB: 7808,
    sizes: 'large xlarge 2xlarge 4xlarge 8xlarge 16xlarge',
    CurrentGeneration: true,
    NvmeSupport: 'required',
    ...STORAGE,
    ...ENA,
  },
  { name: 'd2', perVCpuMiB: 7808, sizes: 'xlarge 2xlarge 4xlarge 8xlarge=36/249856/8x30', ...STORAGE },
  {
    name: 'x1',
    sizes: '16xlarge=64/999424/8x30 32xlarge=128/1998848/8x30',
    CurrentGeneration: true,
    ...STORAGE,
    ...ENA,
  },
];

const BURSTABLE_SIZES =
  'nano=2/512/2x2 micro=2/1024/2x2 small=2/2048/3x4 medium=2/4096/3x6 large=2/8192/3x12 xlarge=4/16384/4x15 2xlarge=8/32768/4x15';
const TO_24XLARGE = 'large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge';
const C5_SIZES = 'large xlarge 2xlarge 4xlarge 9xlarge 12xlarge 18xlarge 24xlarge metal=96';
const INTEL_5 = `${TO_24XLARGE} metal=96`;
const INTEL_6 = `${TO_24XLARGE} 32xlarge metal=128`;
const INTEL_7 = `${TO_24XLARGE} 48xlarge metal-24xl metal-48xl`;
const FLEX = 'large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge';

const INTEL_FAMILIES: Family[] = [
  { name: 't3', sizes: BURSTABLE_SIZES, ...BURSTABLE },
  { name: 'm5', perVCpuMiB: 4096, sizes: INTEL_5, ...PREVIOUS },
  { name: 'm5d', perVCpuMiB: 4096, sizes: INTEL_5, ...STORAGE },
  { name: 'm6i', perVCpuMiB: 4096, sizes: INTEL_6, ...PREVIOUS },
  { name: 'm7i', perVCpuMiB: 4096, sizes: INTEL_7 },
  { name: 'm7i-flex', perVCpuMiB: 4096, sizes: FLEX },
  { name: 'c5', perVCpuMiB: 2048, sizes: C5_SIZES, ...PREVIOUS },
  { name: 'c5d', perVCpuMiB: 2048, sizes: C5_SIZES, ...STORAGE },
  { name: 'c6i', perVCpuMiB: 2048, sizes: INTEL_6 },
  { name: 'c7i', perVCpuMiB: 2048, sizes: INTEL_7 },
  { name: 'c7i-flex', perVCpuMiB: 2048, sizes: FLEX },
  { name: 'r5', perVCpuMiB: 8192, sizes: INTEL_5, ...PREVIOUS },
  { name: 'r6i', perVCpuMiB: 8192, sizes: INTEL_6, ...PREVIOUS },
  { name: 'r7i', perVCpuMiB: 8192, sizes: INTEL_7 },
  // The family is Xen, its bare metal is a Nitro system.
  { name: 'i3', sizes: 'metal=72/524288/15x50', ...STORAGE },
  {
    name: 'i3en',
    perVCpuMiB: 8192,
    sizes: 'large xlarge 2xlarge 3xlarge=12/98304/4x15 6xlarge=24/196608/8x30 12xlarge 24xlarge metal=96',
    ...STORAGE,
  },
  {
    name: 'i4i',
    perVCpuMiB: 8192,
    sizes: 'large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge=96/786432/15x30 32xlarge metal=128',
    ...STORAGE,
  },
  {
    name: 'g4dn',
    perVCpuMiB: 4096,
    sizes:
      'xlarge=4/16384/3x10 2xlarge=8/32768/3x10 4xlarge=16/65536/3x10 8xlarge=32/131072/4x15 12xlarge 16xlarge=64/262144/4x15 metal=96',
    ...STORAGE,
  },
  { name: 'p4d', sizes: '24xlarge=96/1179648/60x50', ...STORAGE },
  { name: 'inf1', sizes: 'xlarge=4/8192/4x10 2xlarge=8/16384/4x10 6xlarge=24/49152/8x30 24xlarge=96/196608/11x30' },
  { name: 'trn1', perVCpuMiB: 4096, sizes: '2xlarge 32xlarge=128/524288/40x50', ...STORAGE },
];

const AMD_6 = `${TO_24XLARGE} 32xlarge 48xlarge metal=192`;
const AMD_7 = `medium ${TO_24XLARGE} 32xlarge 48xlarge metal-48xl`;

const AMD_FAMILIES: Family[] = [
  { name: 't3a', sizes: BURSTABLE_SIZES.replace('3x4', '2x4'), ...BURSTABLE },
  { name: 'm5a', perVCpuMiB: 4096, sizes: TO_24XLARGE },
  { name: 'm6a', perVCpuMiB: 4096, sizes: AMD_6 },
  { name: 'm7a', perVCpuMiB: 4096, sizes: AMD_7, ThreadsPerCore: 1 },
  { name: 'c5a', perVCpuMiB: 2048, sizes: TO_24XLARGE },
  { name: 'c6a', perVCpuMiB: 2048, sizes: AMD_6 },
  { name: 'c7a', perVCpuMiB: 2048, sizes: AMD_7, ThreadsPerCore: 1 },
  { name: 'r5a', perVCpuMiB: 8192, sizes: TO_24XLARGE },
  { name: 'r6a', perVCpuMiB: 8192, sizes: AMD_6 },
  { name: 'r7a', perVCpuMiB: 8192, sizes: AMD_7, ThreadsPerCore: 1 },
  {
    name: 'g5',
    perVCpuMiB: 4096,
    sizes:
      'xlarge 2xlarge 4xlarge 8xlarge 12xlarge=48/196608/15x50 16xlarge=64/262144/8x30 24xlarge 48xlarge=192/786432/7x50',
    ...STORAGE,
    ...PREVIOUS,
  },
  {
    name: 'g6',
    perVCpuMiB: 4096,
    sizes: 'xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge',
    ...STORAGE,
  },
  { name: 'p5', sizes: '4xlarge=16/262144/4x30 48xlarge=192/2097152/64x50', ...STORAGE },
  { name: 'inf2', perVCpuMiB: 4096, sizes: 'xlarge 8xlarge 24xlarge 48xlarge' },
];

const GRAVITON = 'medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge metal=64';
const GRAVITON_8 = `medium ${INTEL_7}`;

const GRAVITON_FAMILIES: Family[] = [
  { name: 'a1', perVCpuMiB: 2048, sizes: 'medium large xlarge 2xlarge 4xlarge metal=16/32768/8x30', ...PREVIOUS },
  { name: 't4g', sizes: BURSTABLE_SIZES, ...BURSTABLE },
  { name: 'm6g', perVCpuMiB: 4096, sizes: GRAVITON },
  { name: 'm6gd', perVCpuMiB: 4096, sizes: GRAVITON, ...STORAGE },
  { name: 'm7g', perVCpuMiB: 4096, sizes: GRAVITON },
  { name: 'm7gd', perVCpuMiB: 4096, sizes: GRAVITON, ...STORAGE },
  { name: 'm8g', perVCpuMiB: 4096, sizes: GRAVITON_8 },
  { name: 'c6g', perVCpuMiB: 2048, sizes: GRAVITON },
  { name: 'c7g', perVCpuMiB: 2048, sizes: GRAVITON },
  { name: 'c8g', perVCpuMiB: 2048, sizes: GRAVITON_8 },
  { name: 'r6g', perVCpuMiB: 8192, sizes: GRAVITON },
  { name: 'r7g', perVCpuMiB: 8192, sizes: GRAVITON },
  { name: 'r8g', perVCpuMiB: 8192, sizes: GRAVITON_8 },
  { name: 'x2gd', perVCpuMiB: 16384, sizes: GRAVITON, ...STORAGE },
  { name: 'i4g', perVCpuMiB: 8192, sizes: 'large xlarge 2xlarge 4xlarge 8xlarge 16xlarge', ...STORAGE },
  { name: 'im4gn', perVCpuMiB: 4096, sizes: 'large xlarge 2xlarge 4xlarge 8xlarge 16xlarge', ...STORAGE },
  { name: 'g5g', perVCpuMiB: 2048, sizes: 'xlarge 2xlarge 4xlarge 8xlarge 16xlarge metal=64' },
];

/** Types that 32-bit images run on too. */
const WITH_I386 = new Set([
  't1.micro',
  't2.nano',
  't2.micro',
  't2.small',
  't2.medium',
  'm1.small',
  'm1.medium',
  'c1.medium',
  'c3.large',
]);

/** Types that have more than one; their interfaces are spread over them. */
const NETWORK_CARDS: Record<string, number> = { 'p4d.24xlarge': 4, 'p5.48xlarge': 32, 'trn1.32xlarge': 8 };

const TYPES: readonly InstanceType[] = [
  ...expand(XEN_FAMILIES, XEN),
  ...expand(INTEL_FAMILIES, NITRO),
  ...expand(AMD_FAMILIES, { ...NITRO, Manufacturer: 'AMD' }),
  ...expand(GRAVITON_FAMILIES, { ...NITRO, Manufacturer: 'AWS', ThreadsPerCore: 1 }),
];

const BY_NAME = new Map(TYPES.map((type) => [type.InstanceType, type]));

/** Every instance type, in a fixed order. */
export function instanceTypes(): readonly InstanceType[] {
  return TYPES;
}

export function findInstanceType(InstanceType: string): InstanceType | undefined {
  return BY_NAME.get(InstanceType);
}

function expand(families: Family[], common: Facts): InstanceType[] {
  return families.flatMap(({ name, sizes, perVCpuMiB = 0, ...own }) =>
    sizes.split(' ').map((size) => instanceType(name, size, perVCpuMiB, { ...common, ...own })),
  );
}

function instanceType(family: string, written: string, perVCpuMiB: number, facts: Facts): InstanceType {
  const { size, VCpus, MemoryMiB, interfaces, addresses } = readSize(written, perVCpuMiB);
  const InstanceType = `${family}.${size}`;
  return {
    InstanceType,
    Architecture: architectures(InstanceType, facts),
    ...facts,
    VCpus,
    ThreadsPerCore: VCpus === 1 ? 1 : facts.ThreadsPerCore,
    MemoryMiB,
    BareMetal: size.startsWith('metal'),
    MaximumNetworkInterfaces: interfaces,
    MaximumNetworkCards: NETWORK_CARDS[InstanceType] ?? 1,
    Ipv4AddressesPerInterface: addresses,
    Ipv6AddressesPerInterface: facts.Ipv6Supported ? addresses : 0,
  };
}

/** Reads `large`, `metal=96` and `nano=2/512/2x2`; what is not written comes from SIZES and the family. */
function readSize(written: string, perVCpuMiB: number) {
  const [size = '', own = ''] = written.split('=');
  const [usualVCpus, usualNetwork] = (SIZES[size] ?? '').split('/');
  const [vCpus, memory, network = usualNetwork] = own.split('/');
  const VCpus = Number(vCpus || usualVCpus);
  const [interfaces, addresses] = (network ?? '').split('x').map(Number) as [number, number];
  return { size, VCpus, MemoryMiB: Number(memory ?? VCpus * perVCpuMiB), interfaces, addresses };
}

function architectures(InstanceType: string, { Manufacturer }: Facts): Architecture[] {
  if (Manufacturer === 'AWS') return ['arm64'];
  return WITH_I386.has(InstanceType) ? ['i386', 'x86_64'] : ['x86_64'];
}
