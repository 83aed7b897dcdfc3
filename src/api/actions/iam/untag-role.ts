/**
 * UntagRole: takes tags from a role; keys that it does not have are no mistake.
 */

import type { UntagRoleRequest } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { roles } from '../../iam/entities.ts';
import { untag } from '../../iam/tags.ts';

/** API/UntagRole. */
export const untagRole = accountAction<UntagRoleRequest>((input, call) =>
  untag(call, roles, input.RoleName, input.TagKeys),
);
