/**
 * CreatePolicy: a managed policy, which users, groups and roles can have.
 */

import type { CreatePolicyRequest, CreatePolicyResponse } from '@aws-sdk/client-iam';
import { isoSeconds } from '../../../clock.ts';
import { requestTagKeys } from '../../../iam/context.ts';
import { newIamId } from '../../../ids.ts';
import { accountAction } from '../../call.ts';
import { create, entityArn, policies } from '../../iam/entities.ts';
import { readPath, readText } from '../../iam/names.ts';
import { readDocument } from '../../iam/policy-documents.ts';
import { describePolicy } from '../../iam/shapes.ts';
import { readIamTags } from '../../iam/tags.ts';

/** API/CreatePolicy. */
export const createPolicy = accountAction<CreatePolicyRequest, CreatePolicyResponse>(async (input, call) => {
  const Tags = readIamTags(input.Tags);
  const Path = readPath(input.Path);
  const about = readDescription(input.Description);
  const CreateDate = isoSeconds(call.nowMs);
  const policy = await create(call, policies, {
    name: input.PolicyName,
    Path,
    keys: requestTagKeys(Tags),
    make: async (PolicyName) => {
      const { text: Document } = readDocument(input.PolicyDocument, { kind: 'identity', use: 'managed' });
      return {
        ...{ PolicyName, PolicyId: newIamId('ANPA'), Path, ...about, CreateDate, UpdateDate: CreateDate, Tags },
        ...{ Versions: [{ VersionId: 'v1', Document, CreateDate }], DefaultVersionId: 'v1', nextVersion: 2 },
      };
    },
  });
  const found = { arn: entityArn(call, policies, policy), ofAws: false, policy };
  return { Policy: describePolicy(call, found, undefined) };
});

function readDescription(given: string | undefined): { Description?: string } {
  if (given === undefined) return {};
  return { Description: readText('Description', given, { shortest: 0, longest: 1000 }) };
}
