/**
 * VPCs and subnets as EC2 describes them: from what the store keeps to AWS's shapes.
 *
 * What can be derived is derived here: free addresses from those that are taken, ids of associations from what they
 * associate.
 */

import { createHash } from 'node:crypto';
import type { Subnet as SdkSubnet, Vpc as SdkVpc } from '@aws-sdk/client-ec2';
import { availabilityZoneId } from '../catalogue/regions.ts';
import type { Scope, Subnet, Tag, Vpc } from '../model.ts';
import type { Transaction } from '../store/store.ts';
import { availableIpAddressCount } from './addresses/ipv4.ts';
import { ec2Arn } from './call.ts';

export type DescribedVpc = SdkVpc & { VpcId: string; Tags: Tag[] };
export type DescribedSubnet = SdkSubnet & { SubnetId: string; Tags: Tag[] };

export async function describedVpcs(tx: Transaction, scope: Scope, vpcs: Vpc[]): Promise<DescribedVpc[]> {
  const ids = vpcs.map(({ VpcId }) => VpcId);
  const tags = await tx.tags.of(scope, ids);
  return vpcs.map((vpc) => describeVpc(vpc, tags.get(vpc.VpcId) ?? []));
}

export async function describedSubnets(tx: Transaction, scope: Scope, subnets: Subnet[]): Promise<DescribedSubnet[]> {
  const ids = subnets.map(({ SubnetId }) => SubnetId);
  const tags = await tx.tags.of(scope, ids);
  const taken = await tx.addresses.taken(ids);
  return subnets.map((subnet) =>
    describeSubnet(subnet, taken.get(subnet.SubnetId) ?? 0, tags.get(subnet.SubnetId) ?? []),
  );
}

function describeVpc(vpc: Vpc, Tags: Tag[]): DescribedVpc {
  const { VpcId, CidrBlock, Ipv6CidrBlock } = vpc;
  const associated = { State: 'associated' as const };
  return {
    OwnerId: vpc.account,
    InstanceTenancy: 'default',
    Ipv6CidrBlockAssociationSet:
      Ipv6CidrBlock === undefined
        ? []
        : [
            {
              AssociationId: associationId('vpc', VpcId, Ipv6CidrBlock),
              Ipv6CidrBlock,
              Ipv6CidrBlockState: associated,
              NetworkBorderGroup: vpc.region,
              Ipv6Pool: 'Amazon',
            },
          ],
    CidrBlockAssociationSet: [
      { AssociationId: associationId('vpc', VpcId, CidrBlock), CidrBlock, CidrBlockState: associated },
    ],
    IsDefault: vpc.IsDefault,
    Tags,
    VpcId,
    State: 'available',
    CidrBlock,
  };
}

/** @param taken how many of its IPv4 addresses are given out */
function describeSubnet(subnet: Subnet, taken: number, Tags: Tag[]): DescribedSubnet {
  const { SubnetId, CidrBlock, Ipv6CidrBlock, Ipv6Native } = subnet;
  return {
    AvailabilityZoneId: availabilityZoneId(subnet.AvailabilityZone),
    OwnerId: subnet.account,
    AssignIpv6AddressOnCreation: subnet.AssignIpv6AddressOnCreation,
    Ipv6CidrBlockAssociationSet:
      Ipv6CidrBlock === undefined
        ? []
        : [
            {
              AssociationId: associationId('subnet', SubnetId, Ipv6CidrBlock),
              Ipv6CidrBlock,
              Ipv6CidrBlockState: { State: 'associated' },
            },
          ],
    Tags,
    SubnetArn: ec2Arn(subnet, 'subnet', SubnetId),
    EnableDns64: false,
    Ipv6Native,
    PrivateDnsNameOptionsOnLaunch: {
      // Without IPv4 a host name can only come from the instance's id.
      HostnameType: Ipv6Native ? 'resource-name' : 'ip-name',
      EnableResourceNameDnsARecord: false,
      EnableResourceNameDnsAAAARecord: false,
    },
    SubnetId,
    State: 'available',
    VpcId: subnet.VpcId,
    ...(CidrBlock !== undefined && { CidrBlock }),
    AvailableIpAddressCount: availableIpAddressCount(subnet, taken),
    AvailabilityZone: subnet.AvailabilityZone,
    DefaultForAz: subnet.DefaultForAz,
    MapPublicIpOnLaunch: subnet.MapPublicIpOnLaunch ?? false,
  };
}

/** For example `vpc-cidr-assoc-0123456789abcdef0`, the same whenever it is asked for. */
function associationId(type: 'vpc' | 'subnet', id: string, block: string): string {
  const digits = createHash('sha256').update(`${id} ${block}`).digest('hex').slice(0, 16);
  return `${type}-cidr-assoc-0${digits}`;
}
