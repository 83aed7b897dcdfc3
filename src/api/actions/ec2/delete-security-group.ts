/**
 * DeleteSecurityGroup: by id, or by name in the default VPC; not while an instance has it.
 */

import type { DeleteSecurityGroupRequest, DeleteSecurityGroupResult } from '@aws-sdk/client-ec2';
import { cannotDeleteDefaultGroup, dependencyViolation, missingParameter } from '../../../aws-errors.ts';
import { action } from '../../call.ts';
import { networkOf } from '../../network.ts';
import { securityGroupArn } from '../../security-group-shape.ts';
import { DEFAULT_GROUP, findGroup, findGroupByName, isInUse } from '../../security-groups.ts';

/** API/DeleteSecurityGroup. */
export const deleteSecurityGroup = action<DeleteSecurityGroupRequest, DeleteSecurityGroupResult>(
  async (input, call) => {
    const { tx, scope } = call;
    const { GroupId: id, GroupName: name } = input;
    if (id === undefined && name === undefined) throw missingParameter('groupName or groupId');
    const network = await networkOf(tx, scope);
    const group = id === undefined ? findGroupByName(network, name ?? '') : findGroup(network, id);
    await call.permit([securityGroupArn(group)], input.DryRun);
    const { GroupId, GroupName } = group;
    if (GroupName === DEFAULT_GROUP) throw cannotDeleteDefaultGroup(GroupId);
    if (await isInUse(call, group)) throw dependencyViolation(GroupId);
    const tags = (await tx.tags.of(scope, [GroupId])).get(GroupId) ?? [];
    await tx.tags.remove(scope, GroupId, tags);
    await tx.documents.remove('security-group', scope, GroupId);
    return { Return: true, GroupId };
  },
);
