/**
 * UpdateGroup: another name or path. Policies and users stay, and the unique id does.
 */

import type { UpdateGroupRequest } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { groups, listEntities, open, rename, save, users } from '../../iam/entities.ts';
import { readName, readPath } from '../../iam/names.ts';

/** API/UpdateGroup. */
export const updateGroup = accountAction<UpdateGroupRequest>(async (input, call) => {
  const { NewGroupName, NewPath } = input;
  const named = NewGroupName !== undefined && { GroupName: readName('NewGroupName', NewGroupName, groups.longestName) };
  const placed = NewPath !== undefined && { Path: readPath(NewPath, 'NewPath') };
  const group = await open(call, groups, input.GroupName);
  const changed = { ...group, ...named, ...placed };
  await rename(call, groups, { from: group, to: changed });
  if (changed.GroupName === group.GroupName) return;
  // A user has the names of its groups.
  for (const user of await listEntities(call, users)) {
    if (!user.Groups.includes(group.GroupName)) continue;
    const Groups = user.Groups.map((name) => (name === group.GroupName ? changed.GroupName : name));
    await save(call, users, { ...user, Groups });
  }
});
