/**
 * TagRole: gives a role tags, or replaces the values of those that it has.
 */

import type { TagRoleRequest } from '@aws-sdk/client-iam';
import { accountAction } from '../../call.ts';
import { roles } from '../../iam/entities.ts';
import { tag } from '../../iam/tags.ts';

/** API/TagRole. */
export const tagRole = accountAction<TagRoleRequest>((input, call) => tag(call, roles, input.RoleName, input.Tags));
