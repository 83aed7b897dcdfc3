/**
 * CreatePolicy: a managed policy, which users, groups and roles can have.
 */

import type { CreatePolicyRequest, CreatePolicyResponse } from '@aws-sdk/client-iam';
import { isoSeconds } from '../../../clock.ts';
import { requestTagKeys } from '../../../iam/context.ts';
import { newIamId } from '../../../ids.ts';
import { accountAction } from '../../call.ts';
import { create, entityArn, policies } from '../../iam/entities.ts';
import { readName, readPath, readText } from '../../iam/names.ts';
import { readDocument } from '../../iam/policy-documents.ts';
import { describePolicy } from '../../iam/shapes.ts';
import { readIamTags } from '../../iam/tags.ts';

/** API/CreatePolicy. */
export const createPolicy = accountAction<CreatePolicyRequest, CreatePolicyResponse>(async (input, call) => {
  const Tags = readIamTags(input.Tags);
  const { text: Document } = readDocument(input.PolicyDocument, { kind: 'identity', use: 'managed' });
  const { Description } = input;
  const CreateDate = isoSeconds(call.nowMs);
  const policy = {
    PolicyName: readName('PolicyName', input.PolicyName, policies.longestName),
    PolicyId: newIamId('ANPA'),
    Path: readPath(input.Path),
    ...(Description !== undefined && {
      Description: readText('Description', Description, { shortest: 0, longest: 1000 }),
    }),
    ...{ CreateDate, UpdateDate: CreateDate, Tags },
    Versions: [{ VersionId: 'v1', Document, CreateDate }],
    ...{ DefaultVersionId: 'v1', nextVersion: 2 },
  };
  await create(call, policies, policy, requestTagKeys(Tags));
  const found = { arn: entityArn(call, policies, policy), ofAws: false, policy };
  return { Policy: describePolicy(call, found, undefined) };
});
