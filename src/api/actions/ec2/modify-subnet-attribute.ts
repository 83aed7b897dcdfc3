/**
 * ModifySubnetAttribute: whether instances that are launched into a subnet get a public IPv4 address, or an IPv6 address,
 * where the launch does not say; one of them in a request. Instances that are there already are not touched.
 */

import type { ModifySubnetAttributeRequest } from '@aws-sdk/client-ec2';
import {
  invalidParameterCombination,
  invalidParameterValue,
  missingParameter,
  unsupportedOperation,
} from '../../../aws-errors.ts';
import type { Subnet } from '../../../model.ts';
import { action, ec2Arn } from '../../call.ts';
import { findSubnet, networkOf } from '../../network.ts';

const OFFERED = ['AssignIpv6AddressOnCreation', 'MapPublicIpOnLaunch'] as const;

type Change = Partial<Pick<Subnet, (typeof OFFERED)[number]>>;

/** API/ModifySubnetAttribute, which has no DryRun. */
export const modifySubnetAttribute = action<ModifySubnetAttributeRequest, object>(async (input, call) => {
  const change = readChange(input);
  if (input.SubnetId === undefined) throw missingParameter('SubnetId');
  const subnet = findSubnet(await networkOf(call.tx, call.scope), input.SubnetId);
  await call.permit([ec2Arn(call.scope, 'subnet', subnet.SubnetId)], false);
  checkChange(change, subnet);
  await call.tx.documents.put('subnet', call.scope, subnet.SubnetId, { ...subnet, ...change });
  return {};
});

/** What of it is not offered would change what instances are: silence would be a lie (docs/scope.md). */
function readChange({ SubnetId: _subnet, ...attributes }: ModifySubnetAttributeRequest): Change {
  const [first, ...others] = Object.entries(attributes).filter(([, value]) => value !== undefined);
  if (!first) throw invalidParameterCombination('No attributes specified.');
  if (others.length > 0) throw invalidParameterCombination('Fields for multiple attribute types specified');
  const name = OFFERED.find((offered) => offered === first[0]);
  if (name === undefined) {
    throw unsupportedOperation(`openimds: the attribute ${first[0]} of a subnet cannot be changed (docs/scope.md)`);
  }
  const Value = attributes[name]?.Value;
  if (Value === undefined) throw missingParameter(`${name}.Value`);
  return { [name]: Value };
}

function checkChange(change: Change, { SubnetId, Ipv6CidrBlock, Ipv6Native }: Subnet): void {
  if (change.AssignIpv6AddressOnCreation && Ipv6CidrBlock === undefined) {
    throw invalidParameterValue(
      `Invalid value 'true' for assign-ipv6-address-on-creation. Cannot set assign-ipv6-address-on-creation to true unless the subnet (${SubnetId}) has an IPv6 CIDR block associated with it.`,
    );
  }
  if (change.MapPublicIpOnLaunch && Ipv6Native) {
    throw invalidParameterValue(
      `Invalid value 'true' for map-public-ip-on-launch. The subnet (${SubnetId}) has no IPv4 CIDR block associated with it.`,
    );
  }
}
