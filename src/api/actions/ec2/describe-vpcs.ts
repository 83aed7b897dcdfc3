/**
 * DescribeVpcs: by id, or a page of all that the filters let through. An account's default VPC is there from the first
 * call on.
 */

import type { DescribeVpcsRequest, DescribeVpcsResult } from '@aws-sdk/client-ec2';
import { action } from '../../call.ts';
import { type FilterTable, filterBy } from '../../filters.ts';
import { findVpc, networkOf } from '../../network.ts';
import { type DescribedVpc, describedVpcs } from '../../network-shape.ts';
import { readPage, slicePage } from '../../pagination.ts';

/** API/DescribeVpcs. */
export const describeVpcs = action<DescribeVpcsRequest, DescribeVpcsResult>(async (input, call) => {
  const ids = input.VpcIds ?? [];
  readPage(call.action, input, ids);
  const letsThrough = filterBy(input.Filters, FILTERS);
  await call.permit(['*'], input.DryRun);
  const network = await networkOf(call.tx, call.scope);
  const vpcs = ids.length > 0 ? [...new Set(ids)].map((id) => findVpc(network, id)) : network.vpcs;
  const shown = (await describedVpcs(call.tx, call.scope, vpcs)).filter(letsThrough);
  const { items, ...next } = slicePage(call.action, shown, input, ids);
  return { Vpcs: items, ...next };
});

const ipv4 = (vpc: DescribedVpc) => vpc.CidrBlockAssociationSet ?? [];
const ipv6 = (vpc: DescribedVpc) => vpc.Ipv6CidrBlockAssociationSet ?? [];

/** Filter names of API/DescribeVpcs for all that a VPC has here, with the spellings that AWS takes beside them. */
const FILTERS: FilterTable<DescribedVpc> = {
  cidr: ({ CidrBlock }) => [CidrBlock],
  'cidr-block': ({ CidrBlock }) => [CidrBlock],
  'cidr-block-association.association-id': (vpc) => ipv4(vpc).map(({ AssociationId }) => AssociationId),
  'cidr-block-association.cidr-block': (vpc) => ipv4(vpc).map(({ CidrBlock }) => CidrBlock),
  'cidr-block-association.state': (vpc) => ipv4(vpc).map(({ CidrBlockState }) => CidrBlockState?.State),
  'ipv6-cidr-block-association.association-id': (vpc) => ipv6(vpc).map(({ AssociationId }) => AssociationId),
  'ipv6-cidr-block-association.ipv6-cidr-block': (vpc) => ipv6(vpc).map(({ Ipv6CidrBlock }) => Ipv6CidrBlock),
  'ipv6-cidr-block-association.ipv6-pool': (vpc) => ipv6(vpc).map(({ Ipv6Pool }) => Ipv6Pool),
  'ipv6-cidr-block-association.state': (vpc) => ipv6(vpc).map(({ Ipv6CidrBlockState }) => Ipv6CidrBlockState?.State),
  'is-default': ({ IsDefault }) => [IsDefault],
  isDefault: ({ IsDefault }) => [IsDefault],
  'owner-id': ({ OwnerId }) => [OwnerId],
  state: ({ State }) => [State],
  'vpc-id': ({ VpcId }) => [VpcId],
};
