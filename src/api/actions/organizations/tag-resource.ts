/** TagResource: adds tags to the root, an OU, an account or a policy, or replaces their values. */

import { action, DONE } from '../../organizations/action.ts';
import { taggableResourceId, tags } from '../../organizations/members.ts';
import { openAsManagement } from '../../organizations/organization.ts';
import { putTags, taggableArn } from '../../organizations/resource-tags.ts';

/** organizations API/TagResource. */
export const tagResource = action(
  { ResourceId: taggableResourceId, Tags: tags },
  async ({ ResourceId, Tags }, call) => {
    const opened = await openAsManagement(call);
    await call.permit([await taggableArn(opened, ResourceId)]);
    await putTags(opened, ResourceId, Tags);
    return DONE;
  },
);
