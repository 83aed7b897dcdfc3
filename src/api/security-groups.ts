/**
 * Security groups as requests name them, and whether one is in use.
 *
 * A group is a name and an id that instances have and their metadata shows. It has no rules of its own: nothing here
 * filters packets (docs/scope.md).
 */

import { invalidGroupIdMalformed, invalidGroupNotFound, invalidGroupNotFoundInDefaultVpc } from '../aws-errors.ts';
import { isWellFormedId } from '../ids.ts';
import type { Instance, InstanceStateName, SecurityGroup } from '../model.ts';
import type { Call } from './call.ts';
import { defaultVpc, type Network } from './network.ts';

/** Every VPC has one by this name, which no other may have and which cannot be deleted. */
export const DEFAULT_GROUP = 'default';

/** @throws InvalidGroupId.Malformed, InvalidGroup.NotFound */
export function findGroup(network: Network, id: string): SecurityGroup {
  if (!isWellFormedId('sg', id)) throw invalidGroupIdMalformed(id);
  const group = network.securityGroups.find(({ GroupId }) => GroupId === id);
  if (!group) throw invalidGroupNotFound(id);
  return group;
}

/** The group of this name in the default VPC; by name AWS looks in no other. @throws InvalidGroup.NotFound */
export function findGroupByName(network: Network, name: string): SecurityGroup {
  const { VpcId } = defaultVpc(network);
  const group = network.securityGroups.find((candidate) => candidate.VpcId === VpcId && candidate.GroupName === name);
  if (!group) throw invalidGroupNotFoundInDefaultVpc(name, VpcId);
  return group;
}

/** A terminated instance has lost its network interfaces, and its groups with them. */
const CONNECTED: InstanceStateName[] = ['pending', 'running', 'stopping', 'stopped', 'shutting-down'];
const INSTANCES_AT_ONCE = 1000;

/**
 * Whether an instance has the group.
 *
 * Groups have no index: they are looked for only when one is deleted, which is rare, while every launch would have to
 * write it. So this walks over the instances of the VPC, about a second for 100,000, and ends at the first that has it.
 */
export async function isInUse({ tx, scope }: Call, { GroupId, VpcId }: SecurityGroup): Promise<boolean> {
  const where = [
    { field: 'State' as const, oneOf: CONNECTED },
    { field: 'VpcId' as const, oneOf: [VpcId] },
  ];
  const has = ({ NetworkInterfaces }: Instance) => NetworkInterfaces.some(({ Groups }) => Groups.includes(GroupId));
  for (let after: number | undefined = 0; after !== undefined; ) {
    const page = { after, limit: INSTANCES_AT_ONCE, where };
    const { instances, next }: { instances: Instance[]; next?: number } = await tx.instances.page(scope, page);
    if (instances.some(has)) return true;
    after = next;
  }
  return false;
}
