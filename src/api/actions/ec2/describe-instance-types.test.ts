/**
 * DescribeInstanceTypes: the catalogue as AWS describes it, its filters, and pages of at most 100.
 * The facts themselves are tested in the catalogue.
 */

import { expect, test } from 'vitest';
import { expectRefusal, startTestApi, type TestApi } from '../../testing.ts';

const namesOf = async (api: TestApi, input: object) =>
  (await api.call('DescribeInstanceTypes', input)).InstanceTypes?.map(({ InstanceType }) => InstanceType);

test('types that do not exist are errors', async () => {
  const api = await startTestApi();
  await expectRefusal(
    api.call('DescribeInstanceTypes', { InstanceTypes: ['t3.large', 't3.huge', 'x0.small'] }),
    'InvalidInstanceType',
    'The following supplied instance types do not exist: [t3.huge, x0.small]',
  );
});

test('a Nitro type, a Xen type and bare metal, as AWS describes them', async () => {
  const api = await startTestApi();
  const InstanceTypes = ['t3.large', 'c3.large', 'm5.metal'];
  const described = await api.call('DescribeInstanceTypes', { InstanceTypes });
  const byName = new Map(described.InstanceTypes?.map((type) => [type.InstanceType, type]));
  expect(byName.get('t3.large')).toEqual({
    InstanceType: 't3.large',
    CurrentGeneration: true,
    SupportedUsageClasses: ['on-demand', 'spot'],
    SupportedRootDeviceTypes: ['ebs'],
    SupportedVirtualizationTypes: ['hvm'],
    BareMetal: false,
    Hypervisor: 'nitro',
    ProcessorInfo: { SupportedArchitectures: ['x86_64'], Manufacturer: 'Intel' },
    VCpuInfo: { DefaultVCpus: 2, DefaultCores: 1, DefaultThreadsPerCore: 2, ValidThreadsPerCore: [1, 2] },
    MemoryInfo: { SizeInMiB: 8192 },
    InstanceStorageSupported: false,
    NetworkInfo: {
      MaximumNetworkInterfaces: 3,
      MaximumNetworkCards: 1,
      DefaultNetworkCardIndex: 0,
      Ipv4AddressesPerInterface: 12,
      Ipv6AddressesPerInterface: 12,
      Ipv6Supported: true,
      EnaSupport: 'required',
    },
    BurstablePerformanceSupported: true,
    SupportedInRegion: true,
  });
  expect(byName.get('c3.large')).toMatchObject({ Hypervisor: 'xen', CurrentGeneration: false });
  expect(byName.get('m5.metal')).toMatchObject({ BareMetal: true });
  expect(byName.get('m5.metal')).not.toHaveProperty('Hypervisor');
});

test.each([
  ['instance-type', ['t3.mi*'], ['t3.micro']],
  ['instance-type', ['T3.micro'], []],
  ['hypervisor', ['ovm'], []],
])('the filter %s with %j lets %j through', async (Name, Values, names) => {
  expect(await namesOf(await startTestApi(), { Filters: [{ Name, Values }] })).toEqual(names);
});

test.each([
  ['hypervisor', 'xen', 'c3.large', 't3.large'],
  ['processor-info.supported-architecture', 'arm64', 'c7g.large', 't3.large'],
  ['bare-metal', 'true', 'm5.metal', 'm5.large'],
  ['current-generation', 'false', 'c3.large', 't3.large'],
  ['burstable-performance-supported', 'true', 't3.large', 'm5.large'],
  ['network-info.ipv6-supported', 'false', 'm3.large', 't3.large'],
  ['vcpu-info.default-vcpus', '2', 't3.large', 't3.xlarge'],
  ['memory-info.size-in-mib', '8192', 't3.large', 't3.micro'],
])('the filter %s=%s lets %s through and not %s', async (Name, value, one, other) => {
  const input = { InstanceTypes: [one, other], Filters: [{ Name, Values: [value] }] };
  expect(await namesOf(await startTestApi(), input)).toEqual([one]);
});

test('pages have at most 100 types, also unasked, and every type once', async () => {
  const api = await startTestApi();
  const names: (string | undefined)[] = [];
  let NextToken: string | undefined;
  do {
    const page = await api.call('DescribeInstanceTypes', { NextToken });
    expect(page.InstanceTypes?.length).toBeLessThanOrEqual(100);
    names.push(...(page.InstanceTypes ?? []).map(({ InstanceType }) => InstanceType));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  expect(names.length).toBeGreaterThan(100);
  expect(new Set(names).size).toBe(names.length);
  const refusal = (MaxResults: number, message: string) =>
    expectRefusal(api.call('DescribeInstanceTypes', { MaxResults }), 'InvalidParameterValue', message);
  const expecting = 'for parameter maxResults is invalid. Expecting a value';
  await refusal(4, `Value ( 4 ) ${expecting} greater than or equal to 5.`);
  await refusal(101, `Value ( 101 ) ${expecting} less than or equal to 100.`);
});

test('the Query form: InstanceType.N and the answer instanceTypeSet', async () => {
  const api = await startTestApi();
  const xml = await api.query('Action=DescribeInstanceTypes&InstanceType.1=t3.large');
  expect(xml).toContain('<vCpuInfo><defaultVCpus>2</defaultVCpus>');
  expect(xml).toMatch(/<instanceTypeSet><item>.*<hypervisor>nitro<\/hypervisor>.*<\/item><\/instanceTypeSet>/);
});
