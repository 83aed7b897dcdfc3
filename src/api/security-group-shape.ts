/**
 * Security groups as EC2 describes them: from what the store keeps to AWS's `SecurityGroup` shape.
 *
 * Their rules are those that AWS gives to a new group, for good: out to everywhere, and for a VPC's default group in from
 * its own members.
 */

import type { IpPermission, SecurityGroup as SdkSecurityGroup } from '@aws-sdk/client-ec2';
import type { SecurityGroup, Tag } from '../model.ts';
import { type Call, ec2Arn } from './call.ts';
import type { Network } from './network.ts';
import { DEFAULT_GROUP } from './security-groups.ts';

export type DescribedSecurityGroup = SdkSecurityGroup & { GroupId: string; Tags: Tag[] };

const EVERY_PROTOCOL = '-1';

/** @param groups those of the network that are described, in this order */
export async function describedSecurityGroups(
  { tx, scope }: Call,
  { vpcs }: Network,
  groups: SecurityGroup[],
): Promise<DescribedSecurityGroup[]> {
  const tags = await tx.tags.of(
    scope,
    groups.map(({ GroupId }) => GroupId),
  );
  const withIpv6 = new Set(vpcs.filter(({ Ipv6CidrBlock }) => Ipv6CidrBlock !== undefined).map(({ VpcId }) => VpcId));
  return groups.map((group) => ({
    GroupId: group.GroupId,
    VpcId: group.VpcId,
    SecurityGroupArn: securityGroupArn(group),
    OwnerId: group.account,
    GroupName: group.GroupName,
    Description: group.Description,
    IpPermissionsEgress: [toEverywhere(withIpv6.has(group.VpcId))],
    Tags: tags.get(group.GroupId) ?? [],
    IpPermissions: group.GroupName === DEFAULT_GROUP ? [fromMembers(group)] : [],
  }));
}

export function securityGroupArn(group: SecurityGroup): string {
  return ec2Arn(group, 'security-group', group.GroupId);
}

/** IPv6 is in it where the VPC has IPv6. */
function toEverywhere(ipv6: boolean): IpPermission {
  return {
    IpProtocol: EVERY_PROTOCOL,
    UserIdGroupPairs: [],
    IpRanges: [{ CidrIp: '0.0.0.0/0' }],
    Ipv6Ranges: ipv6 ? [{ CidrIpv6: '::/0' }] : [],
    PrefixListIds: [],
  };
}

function fromMembers({ account, GroupId }: SecurityGroup): IpPermission {
  return {
    IpProtocol: EVERY_PROTOCOL,
    UserIdGroupPairs: [{ UserId: account, GroupId }],
    IpRanges: [],
    Ipv6Ranges: [],
    PrefixListIds: [],
  };
}
