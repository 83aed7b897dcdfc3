/**
 * DescribeSecurityGroups: by id, by name in the default VPC, or a page of all that the filters let through. An account's
 * default group is there from the first call on.
 */

import type { DescribeSecurityGroupsRequest, DescribeSecurityGroupsResult, IpPermission } from '@aws-sdk/client-ec2';
import { action } from '../../call.ts';
import { type FilterTable, filterBy } from '../../filters.ts';
import { networkOf } from '../../network.ts';
import { readPage, slicePage } from '../../pagination.ts';
import { type DescribedSecurityGroup, describedSecurityGroups } from '../../security-group-shape.ts';
import { findGroup, findGroupByName } from '../../security-groups.ts';

/** API/DescribeSecurityGroups. */
export const describeSecurityGroups = action<DescribeSecurityGroupsRequest, DescribeSecurityGroupsResult>(
  async (input, call) => {
    const { GroupIds: ids = [], GroupNames: names = [] } = input;
    const named = [...ids, ...names];
    readPage(call.action, input, named);
    const letsThrough = filterBy(input.Filters, FILTERS);
    await call.permit(['*'], input.DryRun);
    const network = await networkOf(call.tx, call.scope);
    const groups = new Set([
      ...ids.map((id) => findGroup(network, id)),
      ...names.map((name) => findGroupByName(network, name)),
    ]);
    const wanted = named.length > 0 ? [...groups] : network.securityGroups;
    const shown = (await describedSecurityGroups(call, network, wanted)).filter(letsThrough);
    const { items, ...next } = slicePage(call.action, shown, input, named);
    return { SecurityGroups: items, ...next };
  },
);

/** Filter names of API/DescribeSecurityGroups. No rule here has ports or prefix lists: nothing matches those. */
const FILTERS: FilterTable<DescribedSecurityGroup> = {
  description: ({ Description }) => [Description],
  ...ruleFilters('egress.ip-permission', ({ IpPermissionsEgress }) => IpPermissionsEgress),
  'group-id': ({ GroupId }) => [GroupId],
  'group-name': ({ GroupName }) => [GroupName],
  ...ruleFilters('ip-permission', ({ IpPermissions }) => IpPermissions),
  'owner-id': ({ OwnerId }) => [OwnerId],
  'vpc-id': ({ VpcId }) => [VpcId],
};

function ruleFilters(
  prefix: string,
  rules: (group: DescribedSecurityGroup) => IpPermission[] | undefined,
): FilterTable<DescribedSecurityGroup> {
  const ofEach =
    <T>(values: (rule: IpPermission) => (T | undefined)[] | undefined) =>
    (group: DescribedSecurityGroup) =>
      (rules(group) ?? []).flatMap((rule) => values(rule) ?? []);
  return {
    [`${prefix}.cidr`]: ofEach(({ IpRanges }) => IpRanges?.map(({ CidrIp }) => CidrIp)),
    [`${prefix}.from-port`]: () => [],
    [`${prefix}.group-id`]: ofEach(({ UserIdGroupPairs }) => UserIdGroupPairs?.map(({ GroupId }) => GroupId)),
    [`${prefix}.group-name`]: () => [],
    [`${prefix}.ipv6-cidr`]: ofEach(({ Ipv6Ranges }) => Ipv6Ranges?.map(({ CidrIpv6 }) => CidrIpv6)),
    [`${prefix}.prefix-list-id`]: () => [],
    [`${prefix}.protocol`]: ofEach(({ IpProtocol }) => [IpProtocol]),
    [`${prefix}.to-port`]: () => [],
    [`${prefix}.user-id`]: ofEach(({ UserIdGroupPairs }) => UserIdGroupPairs?.map(({ UserId }) => UserId)),
  };
}
