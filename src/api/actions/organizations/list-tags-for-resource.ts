/** ListTagsForResource: the tags of the root, an OU, an account or a policy, by key. */

import type { ListTagsForResourceResponse } from '@aws-sdk/client-organizations';
import { action } from '../../organizations/action.ts';
import { PAGE, taggableResourceId } from '../../organizations/members.ts';
import { openAsManagement } from '../../organizations/organization.ts';
import { pageOf } from '../../organizations/pages.ts';
import { taggableArn, tagsOf } from '../../organizations/resource-tags.ts';
import type { Wire } from '../../organizations/shapes.ts';

/** organizations API/ListTagsForResource. */
export const listTagsForResource = action(
  { ResourceId: taggableResourceId, NextToken: PAGE.NextToken },
  async ({ ResourceId, NextToken }, call): Promise<Wire<ListTagsForResourceResponse>> => {
    const opened = await openAsManagement(call);
    await call.permit([await taggableArn(opened, ResourceId)]);
    const { items, ...next } = pageOf('ListTagsForResource', await tagsOf(opened, ResourceId), { NextToken });
    return { Tags: items, ...next };
  },
);
