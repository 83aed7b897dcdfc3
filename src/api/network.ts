/**
 * The network that instances are launched into: each account has a default VPC in each Region from its first call on,
 * with a default subnet in every availability zone and a default security group, as at AWS.
 *
 * Unlike AWS's, the default VPC also has an IPv6 block, so that dual-stack and IPv6-only subnets can be made in it
 * (docs/decisions/0006-default-vpc.md). Addresses are given out in `addresses/`.
 */

import { randomBytes } from 'node:crypto';
import { invalidSubnetIdNotFound, invalidVpcIdNotFound } from '../aws-errors.ts';
import { availabilityZones } from '../catalogue/regions.ts';
import { type Cidr, formatCidr, parseCidr } from '../cidr.ts';
import { newId } from '../ids.ts';
import type { Scope, SecurityGroup, Subnet, Vpc } from '../model.ts';
import type { Transaction } from '../store/store.ts';

const DEFAULT_CIDR = '172.31.0.0/16';
const DEFAULT_SUBNET_PREFIX = 20;

export type Network = { vpcs: Vpc[]; subnets: Subnet[]; securityGroups: SecurityGroup[] };

/** The network of an account in a Region; makes the default VPC on the first call. */
export async function networkOf(tx: Transaction, scope: Scope): Promise<Network> {
  const vpcs = await tx.documents.list('vpc', scope);
  if (vpcs.length === 0) return createDefaultNetwork(tx, scope);
  const subnets = await tx.documents.list('subnet', scope);
  const securityGroups = await tx.documents.list('security-group', scope);
  return { vpcs, subnets, securityGroups };
}

/** @throws InvalidSubnetID.NotFound */
export function findSubnet(network: Network, SubnetId: string): Subnet {
  const subnet = network.subnets.find((candidate) => candidate.SubnetId === SubnetId);
  if (!subnet) throw invalidSubnetIdNotFound(SubnetId);
  return subnet;
}

/** @throws InvalidVpcID.NotFound */
export function findVpc(network: Network, VpcId: string): Vpc {
  const vpc = network.vpcs.find((candidate) => candidate.VpcId === VpcId);
  if (!vpc) throw invalidVpcIdNotFound(VpcId);
  return vpc;
}

/** Where a request that names no VPC means it to be. */
export function defaultVpc({ vpcs }: Network): Vpc {
  const vpc = vpcs.find(({ IsDefault }) => IsDefault);
  // Cannot happen: a network is made with one, and VPCs are not deleted.
  if (!vpc) throw new Error('the network has no default VPC');
  return vpc;
}

async function createDefaultNetwork(tx: Transaction, scope: Scope): Promise<Network> {
  const vpc: Vpc = {
    ...scope,
    VpcId: newId('vpc'),
    CidrBlock: DEFAULT_CIDR,
    Ipv6CidrBlock: newIpv6Block(),
    IsDefault: true,
  };
  const subnets = availabilityZones(scope.region).map(
    (zone, index): Subnet => defaultSubnet(vpc, zone.ZoneName, index),
  );
  const securityGroup: SecurityGroup = {
    ...scope,
    GroupId: newId('sg'),
    GroupName: 'default',
    Description: 'default VPC security group',
    VpcId: vpc.VpcId,
  };
  await tx.documents.put('vpc', scope, vpc.VpcId, vpc);
  for (const subnet of subnets) await tx.documents.put('subnet', scope, subnet.SubnetId, subnet);
  await tx.documents.put('security-group', scope, securityGroup.GroupId, securityGroup);
  return { vpcs: [vpc], subnets, securityGroups: [securityGroup] };
}

function defaultSubnet(vpc: Vpc, AvailabilityZone: string, index: number): Subnet {
  const width = 1n << BigInt(32 - DEFAULT_SUBNET_PREFIX);
  const first = block(vpc.CidrBlock).first + BigInt(index) * width;
  return {
    account: vpc.account,
    region: vpc.region,
    SubnetId: newId('subnet'),
    VpcId: vpc.VpcId,
    AvailabilityZone,
    CidrBlock: formatCidr({ family: 4, first, prefix: DEFAULT_SUBNET_PREFIX }),
    Ipv6Native: false,
    DefaultForAz: true,
    AssignIpv6AddressOnCreation: false,
    MapPublicIpOnLaunch: true,
  };
}

/** A /56 of the block that RFC 3849 keeps for documentation: it can never be somebody's real network. */
function newIpv6Block(): string {
  const chosen = BigInt(randomBytes(3).readUIntBE(0, 3)) << 72n;
  return formatCidr({ family: 6, first: block('2001:db8::/32').first + chosen, prefix: 56 });
}

function block(text: string): Cidr {
  const cidr = parseCidr(text);
  if (!cidr) throw new Error(`${text} is no block of addresses`);
  return cidr;
}
