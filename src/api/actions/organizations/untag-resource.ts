/** UntagResource: takes tags from the root, an OU, an account or a policy; keys that it does not have do not matter. */

import { action, DONE } from '../../organizations/action.ts';
import { taggableResourceId, tagKeys } from '../../organizations/members.ts';
import { openAsManagement } from '../../organizations/organization.ts';
import { taggableArn } from '../../organizations/resource-tags.ts';

/** organizations API/UntagResource. */
export const untagResource = action(
  { ResourceId: taggableResourceId, TagKeys: tagKeys },
  async ({ ResourceId, TagKeys }, call) => {
    const opened = await openAsManagement(call);
    await call.permit([await taggableArn(opened, ResourceId)]);
    await opened.tx.tags.remove(
      opened.home,
      ResourceId,
      TagKeys.map((Key) => ({ Key })),
    );
    return DONE;
  },
);
