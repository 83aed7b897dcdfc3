/**
 * What a launch can choose from, as the control plane has it: how each is searched, and how it is shown in a list.
 *
 * The filters are those of the API, so that what is not shown is not loaded either.
 */

import type { Api } from '../api/api.ts';
import type { Image, InstanceProfile, InstanceTypeInfo, KeyPairInfo, Subnet } from '../api/services.ts';
import type { FoundPage } from '../shell/remote-select.tsx';

type Search = { next: string | undefined; signal: AbortSignal };

const PAGE = 100;

/** By a part of the name, or of the id where the text begins like one. */
export async function findImages(api: Api, text: string, { next, signal }: Search): Promise<FoundPage<Image>> {
  const Filters = containing(text.startsWith('ami-') ? 'image-id' : 'name', text);
  const { Images = [], NextToken } = await api.ec2(
    'DescribeImages',
    { Filters, MaxResults: PAGE, NextToken: next },
    { signal },
  );
  return { items: Images.sort((a, b) => (a.Name ?? '').localeCompare(b.Name ?? '')), next: NextToken };
}

export function imageOption({ ImageId = '', Name, Description, Architecture, ImdsSupport }: Image) {
  return {
    value: ImageId,
    label: Name ?? ImageId,
    description: Description,
    labelTag: ImageId,
    tags: [Architecture ?? '', ...(ImdsSupport ? [`ImdsSupport ${ImdsSupport}`] : [])],
  };
}

/** Of the image's architecture; who does not search sees current types only. */
export async function findTypes(
  api: Api,
  text: string,
  { next, signal, image }: Search & { image: Image | undefined },
): Promise<FoundPage<InstanceTypeInfo>> {
  const Filters = [
    ...(text === '' ? [{ Name: 'current-generation', Values: ['true'] }] : containing('instance-type', text)),
    ...(image?.Architecture ? [{ Name: 'processor-info.supported-architecture', Values: [image.Architecture] }] : []),
  ];
  const input = { Filters, MaxResults: PAGE, NextToken: next };
  const { InstanceTypes = [], NextToken } = await api.ec2('DescribeInstanceTypes', input, { signal });
  return { items: InstanceTypes, next: NextToken };
}

export function typeOption({
  InstanceType = 't3.micro',
  VCpuInfo,
  MemoryInfo,
  Hypervisor,
  BareMetal,
}: InstanceTypeInfo) {
  const memory = (MemoryInfo?.SizeInMiB ?? 0) / 1024;
  return {
    value: InstanceType as string,
    label: InstanceType as string,
    description: `${VCpuInfo?.DefaultVCpus ?? 0} vCPU, ${Number(memory.toFixed(2))} GiB memory`,
    labelTag: BareMetal ? 'bare metal' : Hypervisor,
  };
}

export async function findKeyPairs(api: Api, text: string, { signal }: Search): Promise<FoundPage<KeyPairInfo>> {
  const { KeyPairs = [] } = await api.ec2('DescribeKeyPairs', { Filters: containing('key-name', text) }, { signal });
  return { items: KeyPairs };
}

export function keyPairOption({ KeyName = '', KeyPairId, KeyType }: KeyPairInfo) {
  return { value: KeyName, label: KeyName, description: KeyPairId, labelTag: KeyType };
}

export async function findSubnets(api: Api, text: string, { next, signal }: Search): Promise<FoundPage<Subnet>> {
  const Filters = containing('subnet-id', text);
  const { Subnets = [], NextToken } = await api.ec2(
    'DescribeSubnets',
    { Filters, MaxResults: PAGE, NextToken: next },
    { signal },
  );
  return { items: Subnets, next: NextToken };
}

export function subnetOption({
  SubnetId = '',
  AvailabilityZone,
  CidrBlock,
  Ipv6CidrBlockAssociationSet: ipv6,
}: Subnet) {
  const blocks = [CidrBlock, ipv6?.[0]?.Ipv6CidrBlock].filter((block) => block !== undefined);
  return { value: SubnetId, label: SubnetId, description: blocks.join(', '), labelTag: AvailabilityZone };
}

/** IAM has no filter for names. */
export async function findProfiles(
  api: Api,
  text: string,
  { next, signal }: Search,
): Promise<FoundPage<InstanceProfile>> {
  const input = { MaxItems: PAGE, ...(next !== undefined && { Marker: next }) };
  const { InstanceProfiles = [], Marker } = await api.iam('ListInstanceProfiles', input, { signal });
  const items = InstanceProfiles.filter(({ InstanceProfileName = '' }) => InstanceProfileName.includes(text));
  return { items, next: Marker };
}

export function profileOption({ InstanceProfileName = '', Arn, Roles = [] }: InstanceProfile) {
  const role = Roles[0]?.RoleName;
  return {
    value: InstanceProfileName,
    label: InstanceProfileName,
    description: Arn,
    labelTag: role === undefined ? 'no role' : `role ${role}`,
  };
}

function containing(Name: string, text: string) {
  return text === '' ? [] : [{ Name, Values: [`*${text}*`] }];
}
