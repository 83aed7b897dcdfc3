/**
 * CreatePolicyVersion: another text of a managed policy, which counts once it is the default.
 */

import type { CreatePolicyVersionRequest, CreatePolicyVersionResponse } from '@aws-sdk/client-iam';
import { limitExceeded } from '../../../aws-errors.ts';
import { isoSeconds } from '../../../clock.ts';
import { accountAction } from '../../call.ts';
import { policies, save } from '../../iam/entities.ts';
import { openOwnPolicy } from '../../iam/managed-policies.ts';
import { readDocument } from '../../iam/policy-documents.ts';

const MOST_VERSIONS = 5;

/** API/CreatePolicyVersion. */
export const createPolicyVersion = accountAction<CreatePolicyVersionRequest, CreatePolicyVersionResponse>(
  async (input, call) => {
    const policy = await openOwnPolicy(call, input.PolicyArn);
    const { text: Document } = readDocument(input.PolicyDocument, { kind: 'identity', use: 'managed' });
    if (policy.Versions.length >= MOST_VERSIONS) {
      throw limitExceeded(
        `A managed policy can have up to ${MOST_VERSIONS} versions. Before you create a new version, you must delete an existing version.`,
      );
    }
    const CreateDate = isoSeconds(call.nowMs);
    const version = { VersionId: `v${policy.nextVersion}`, Document, CreateDate };
    const { VersionId } = version;
    await save(call, policies, {
      ...policy,
      Versions: [...policy.Versions, version],
      nextVersion: policy.nextVersion + 1,
      UpdateDate: CreateDate,
      ...(input.SetAsDefault && { DefaultVersionId: VersionId }),
    });
    const IsDefaultVersion = input.SetAsDefault ?? false;
    return { PolicyVersion: { VersionId, IsDefaultVersion, CreateDate: new Date(CreateDate) } };
  },
);
