/**
 * DescribeSubnets: by id, or a page of all that the filters let through. An account's default subnets are there from the
 * first call on.
 */

import type { DescribeSubnetsRequest, DescribeSubnetsResult } from '@aws-sdk/client-ec2';
import { action } from '../../call.ts';
import { type FilterTable, filterBy } from '../../filters.ts';
import { findSubnet, networkOf } from '../../network.ts';
import { type DescribedSubnet, describedSubnets } from '../../network-shape.ts';
import { readPage, slicePage } from '../../pagination.ts';

/** API/DescribeSubnets. */
export const describeSubnets = action<DescribeSubnetsRequest, DescribeSubnetsResult>(async (input, call) => {
  const ids = input.SubnetIds ?? [];
  readPage(call.action, input, ids);
  const letsThrough = filterBy(input.Filters, FILTERS);
  await call.permit(['*'], input.DryRun);
  const network = await networkOf(call.tx, call.scope);
  const subnets = ids.length > 0 ? [...new Set(ids)].map((id) => findSubnet(network, id)) : network.subnets;
  const shown = (await describedSubnets(call.tx, call.scope, subnets)).filter(letsThrough);
  const { items, ...next } = slicePage(call.action, shown, input, ids);
  return { Subnets: items, ...next };
});

const ipv6 = (subnet: DescribedSubnet) => subnet.Ipv6CidrBlockAssociationSet ?? [];
const dns = (subnet: DescribedSubnet) => subnet.PrivateDnsNameOptionsOnLaunch;

/** Filter names of API/DescribeSubnets for all that a subnet has here, with the spellings that AWS takes beside them. */
const FILTERS: FilterTable<DescribedSubnet> = {
  'availability-zone': ({ AvailabilityZone }) => [AvailabilityZone],
  availabilityZone: ({ AvailabilityZone }) => [AvailabilityZone],
  'availability-zone-id': ({ AvailabilityZoneId }) => [AvailabilityZoneId],
  availabilityZoneId: ({ AvailabilityZoneId }) => [AvailabilityZoneId],
  'available-ip-address-count': ({ AvailableIpAddressCount }) => [AvailableIpAddressCount],
  'cidr-block': ({ CidrBlock }) => [CidrBlock],
  cidr: ({ CidrBlock }) => [CidrBlock],
  cidrBlock: ({ CidrBlock }) => [CidrBlock],
  'default-for-az': ({ DefaultForAz }) => [DefaultForAz],
  defaultForAz: ({ DefaultForAz }) => [DefaultForAz],
  'enable-dns64': ({ EnableDns64 }) => [EnableDns64],
  'ipv6-cidr-block-association.association-id': (subnet) => ipv6(subnet).map(({ AssociationId }) => AssociationId),
  'ipv6-cidr-block-association.ipv6-cidr-block': (subnet) => ipv6(subnet).map(({ Ipv6CidrBlock }) => Ipv6CidrBlock),
  'ipv6-cidr-block-association.state': (subnet) =>
    ipv6(subnet).map(({ Ipv6CidrBlockState }) => Ipv6CidrBlockState?.State),
  'ipv6-native': ({ Ipv6Native }) => [Ipv6Native],
  'map-public-ip-on-launch': ({ MapPublicIpOnLaunch }) => [MapPublicIpOnLaunch],
  'owner-id': ({ OwnerId }) => [OwnerId],
  'private-dns-name-options-on-launch.enable-resource-name-dns-a-record': (subnet) => [
    dns(subnet)?.EnableResourceNameDnsARecord,
  ],
  'private-dns-name-options-on-launch.enable-resource-name-dns-aaaa-record': (subnet) => [
    dns(subnet)?.EnableResourceNameDnsAAAARecord,
  ],
  'private-dns-name-options-on-launch.hostname-type': (subnet) => [dns(subnet)?.HostnameType],
  state: ({ State }) => [State],
  'subnet-arn': ({ SubnetArn }) => [SubnetArn],
  'subnet-id': ({ SubnetId }) => [SubnetId],
  'vpc-id': ({ VpcId }) => [VpcId],
};
