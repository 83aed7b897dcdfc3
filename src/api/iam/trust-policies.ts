/**
 * Who may assume a role: the policy of a role, in which whoever it names has to exist, as at AWS.
 */

import { malformedPolicyDocument } from '../../aws-errors.ts';
import type { Policy } from '../../iam/policy/policy.ts';
import type { AccountCall } from '../call.ts';
import { findEntity, roles, users } from './entities.ts';
import { readDocument } from './policy-documents.ts';

const PRINCIPAL = /^arn:[\w-]+:iam::(\d{12}):(user|role)(\/(?:[\u0021-\u007e]+\/)?)([\w+=,.@-]+)$/;

/** @throws ValidationError, MalformedPolicyDocument, LimitExceeded */
export async function readTrustPolicy(
  call: AccountCall,
  given: string | undefined,
  parameter: 'AssumeRolePolicyDocument' | 'PolicyDocument',
): Promise<string> {
  const { text, policy } = readDocument(given, { kind: 'trust', use: 'trust', parameter });
  await refuseUnknownPrincipals(call, policy);
  return text;
}

async function refuseUnknownPrincipals({ tx }: AccountCall, { Statement }: Policy): Promise<void> {
  for (const { Principal = [], NotPrincipal = [] } of Statement) {
    for (const { type, text } of [...Principal, ...NotPrincipal]) {
      const [, account, kind, path, name = ''] = (type === 'AWS' && PRINCIPAL.exec(text)) || [];
      if (account === undefined) continue;
      const found = await findEntity(tx, account, kind === 'user' ? users : roles, name);
      if (found?.Path === path) continue;
      throw malformedPolicyDocument(`Invalid principal in policy: "AWS":"${text}"`, `there is no such ${kind}`);
    }
  }
}
