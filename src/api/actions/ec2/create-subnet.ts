/**
 * CreateSubnet: an IPv4, dual-stack or IPv6-only subnet, inside the blocks of its VPC and apart from its other subnets.
 *
 *   CidrBlock                   IPv4
 *   CidrBlock, Ipv6CidrBlock    dual-stack
 *   Ipv6CidrBlock, Ipv6Native   IPv6-only
 */

import type { CreateSubnetRequest, CreateSubnetResult } from '@aws-sdk/client-ec2';
import {
  invalidParameterCombination,
  invalidParameterValue,
  invalidSubnetConflict,
  invalidSubnetRange,
  missingParameter,
  missingSubnetBlock,
  unsupportedOperation,
} from '../../../aws-errors.ts';
import { availabilityZones } from '../../../catalogue/regions.ts';
import { type Cidr, contains, formatCidr, overlap, parseCidr, parseEnclosingCidr } from '../../../cidr.ts';
import { newId } from '../../../ids.ts';
import type { Subnet, Vpc } from '../../../model.ts';
import { action, ec2Arn } from '../../call.ts';
import { findVpc, networkOf } from '../../network.ts';
import { describedSubnets } from '../../network-shape.ts';
import { tagsForNew } from '../../tags.ts';

/** Shortest and longest prefix of a subnet (API/CreateSubnet; IPv6 in steps of 4). */
const IPV4_PREFIX = { shortest: 16, longest: 28 };
const IPV6_PREFIX = { shortest: 44, longest: 64, step: 4 };

type Blocks = { ipv4: Cidr | undefined; ipv6: Cidr | undefined };

/** API/CreateSubnet. */
export const createSubnet = action<CreateSubnetRequest, CreateSubnetResult>(async (input, call) => {
  const { tx, scope } = call;
  refuseWhatIsNotOffered(input);
  const blocks = readBlocks(input);
  const tags = tagsForNew('subnet', input.TagSpecifications);
  const AvailabilityZone = chooseZone(input, scope.region);
  if (input.VpcId === undefined) throw missingParameter('VpcId');
  const network = await networkOf(tx, scope);
  const vpc = findVpc(network, input.VpcId);
  await call.permit([ec2Arn(scope, 'subnet', '*'), ec2Arn(scope, 'vpc', vpc.VpcId)], input.DryRun);
  const neighbours = network.subnets.filter(({ VpcId }) => VpcId === vpc.VpcId);
  checkPlace(blocks, vpc, neighbours);
  const Ipv6Native = input.Ipv6Native ?? false;
  const subnet: Subnet = {
    ...scope,
    SubnetId: newId('subnet'),
    VpcId: vpc.VpcId,
    AvailabilityZone,
    ...(blocks.ipv4 && { CidrBlock: formatCidr(blocks.ipv4) }),
    ...(blocks.ipv6 && { Ipv6CidrBlock: formatCidr(blocks.ipv6) }),
    Ipv6Native,
    DefaultForAz: false,
    // Without it an instance in an IPv6-only subnet would have no address at all.
    AssignIpv6AddressOnCreation: Ipv6Native,
  };
  await tx.documents.put('subnet', scope, subnet.SubnetId, subnet);
  await tx.tags.put(scope, { ResourceId: subnet.SubnetId, ResourceType: 'subnet' }, tags);
  const [Subnet] = await describedSubnets(tx, scope, [subnet]);
  return { Subnet };
});

function readBlocks({ CidrBlock, Ipv6CidrBlock, Ipv6Native = false }: CreateSubnetRequest): Blocks {
  if (Ipv6Native && Ipv6CidrBlock === undefined) throw missingSubnetBlock('ipv6');
  if (Ipv6Native && CidrBlock !== undefined) {
    throw invalidParameterCombination(
      'When specifying ipv4 parameters, cidrBlock or ipv4IpamPoolId, you cannot set ipv6Native to true.',
    );
  }
  if (!Ipv6Native && CidrBlock === undefined) throw missingSubnetBlock('ipv4');
  return {
    ipv4: CidrBlock === undefined ? undefined : readIpv4Block(CidrBlock),
    ipv6: Ipv6CidrBlock === undefined ? undefined : readIpv6Block(Ipv6CidrBlock),
  };
}

/** Bits beyond the prefix are cut off, as AWS does. */
function readIpv4Block(text: string): Cidr {
  const cidr = parseEnclosingCidr(text);
  if (cidr?.family !== 4) {
    throw invalidParameterValue(`Value (${text}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`);
  }
  const { shortest, longest } = IPV4_PREFIX;
  if (cidr.prefix < shortest || cidr.prefix > longest) throw invalidSubnetRange('CIDR', text);
  return cidr;
}

function readIpv6Block(text: string): Cidr {
  const cidr = parseCidr(text);
  const { shortest, longest, step } = IPV6_PREFIX;
  if (cidr?.family !== 6 || cidr.prefix < shortest || cidr.prefix > longest || cidr.prefix % step !== 0) {
    throw invalidParameterValue(`invalid value for parameter ipv6-cidr-block: ${text}`);
  }
  return cidr;
}

/** @throws InvalidSubnet.Range outside the VPC, InvalidSubnet.Conflict where another subnet is */
function checkPlace({ ipv4, ipv6 }: Blocks, vpc: Vpc, neighbours: Subnet[]): void {
  if (ipv4)
    checkBlock(
      'CIDR',
      ipv4,
      vpc.CidrBlock,
      neighbours.map(({ CidrBlock }) => CidrBlock),
    );
  if (ipv6)
    checkBlock(
      'IPv6 CIDR',
      ipv6,
      vpc.Ipv6CidrBlock,
      neighbours.map(({ Ipv6CidrBlock }) => Ipv6CidrBlock),
    );
}

function checkBlock(family: string, block: Cidr, outer: string | undefined, others: (string | undefined)[]): void {
  const around = parseCidr(outer ?? '');
  if (!around || !contains(around, block)) throw invalidSubnetRange(family, formatCidr(block));
  const taken = others.map((other) => parseCidr(other ?? '')).some((other) => other && overlap(other, block));
  if (taken) throw invalidSubnetConflict(family, formatCidr(block));
}

/** AWS chooses where the request does not say; here it is the Region's first zone. */
function chooseZone({ AvailabilityZone, AvailabilityZoneId }: CreateSubnetRequest, region: string): string {
  const zones = availabilityZones(region);
  const zone = zones.find(
    ({ ZoneName, ZoneId }) => ZoneName === (AvailabilityZone ?? ZoneName) && ZoneId === (AvailabilityZoneId ?? ZoneId),
  );
  if (zone) return zone.ZoneName;
  const parameter = AvailabilityZone === undefined ? 'availabilityZoneId' : 'availabilityZone';
  throw invalidParameterValue(
    `Value (${AvailabilityZone ?? AvailabilityZoneId}) for parameter ${parameter} is invalid. Subnets can currently only be created in the following availability zones: ${zones.map(({ ZoneName }) => ZoneName).join(', ')}.`,
  );
}

/** What would change what the subnet is, and is not there: silence would be a lie (docs/scope.md). */
function refuseWhatIsNotOffered(input: CreateSubnetRequest): void {
  const { OutpostArn, Ipv4IpamPoolId, Ipv4NetmaskLength, Ipv6IpamPoolId, Ipv6NetmaskLength } = input;
  const given = Object.entries({ OutpostArn, Ipv4IpamPoolId, Ipv4NetmaskLength, Ipv6IpamPoolId, Ipv6NetmaskLength });
  const [name] = given.find(([, value]) => value !== undefined) ?? [];
  if (name !== undefined) {
    throw unsupportedOperation(`openimds: the parameter ${name} of CreateSubnet is not offered (docs/scope.md)`);
  }
}
