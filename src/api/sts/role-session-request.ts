/**
 * What a request for a role's session says: which role, for how long, with which policies, tags and source identity.
 *
 * What a session before this one has to hand on, its transitive tags and its source identity, is part of it.
 */

import type { AssumeRoleRequest } from '@aws-sdk/client-sts';
import { neverAllowed, validationError } from '../../aws-errors.ts';
import type { IamRole, Session } from '../../iam-model.ts';
import type { Principal, Tag } from '../../model.ts';
import type { AccountCall } from '../call.ts';
import { findPolicy, readPolicyArn } from '../iam/managed-policies.ts';
import { readName, readNumber, readText } from '../iam/names.ts';
import { readDocument } from '../iam/policy-documents.ts';
import { readIamTags } from '../iam/tags.ts';

export type RoleSessionRequest = {
  RoleArn: string;
  account: string;
  path: string;
  name: string;
  RoleSessionName: string;
  /** Those of this request alone. */
  requestTags: Tag[];
  session: Omit<Session, 'issuedAtMs' | 'expiresAtMs'>;
};

const ROLE_ARN = /^arn:(?:aws|aws-cn|aws-us-gov):iam::(\d{12}):role(\/(?:[\u0021-\u007e]+\/)?)([\w+=,.@-]{1,64})$/;
const LONGEST_ARN = 2048;
const LONGEST_SESSION_NAME = 64;
/** Beside the one that is written out. */
const MOST_POLICY_ARNS = 10;

/** @throws ValidationError, MalformedPolicyDocument, InvalidInput, AccessDenied */
export async function readRoleSession(call: AccountCall, input: AssumeRoleRequest): Promise<RoleSessionRequest> {
  const RoleArn = readText('RoleArn', input.RoleArn, { shortest: 20, longest: LONGEST_ARN });
  const [, account, path = '/', name = ''] = ROLE_ARN.exec(RoleArn) ?? [];
  if (account === undefined) throw validationError(`${RoleArn} is invalid`);
  if (input.ProvidedContexts?.length) throw validationError('openimds: ProvidedContexts are not offered');
  if (input.ExternalId !== undefined) readText('ExternalId', input.ExternalId, { shortest: 2, longest: 1224 });
  const requestTags = readIamTags(input.Tags);
  return {
    ...{ RoleArn, account, path, name, requestTags },
    RoleSessionName: readSessionName('RoleSessionName', input.RoleSessionName),
    session: {
      ...(await readPolicies(call, account, input)),
      ...tagsOf(call.principal, requestTags, input.TransitiveTagKeys ?? []),
      ...sourceIdentityOf(call.principal, input.SourceIdentity),
    },
  };
}

function readSessionName(parameter: string, given: string | undefined): string {
  readText(parameter, given, { shortest: 2, longest: LONGEST_SESSION_NAME });
  return readName(parameter, given, LONGEST_SESSION_NAME);
}

async function readPolicies(
  { tx }: AccountCall,
  account: string,
  { Policy, PolicyArns }: AssumeRoleRequest,
): Promise<Pick<Session, 'Policy' | 'PolicyArns'>> {
  const arns = (PolicyArns ?? []).map(({ arn }) => readPolicyArn(arn, 'PolicyArns'));
  if (arns.length > MOST_POLICY_ARNS) throw validationError(`At most ${MOST_POLICY_ARNS} policy ARNs can be given.`);
  for (const arn of arns) {
    if (!(await findPolicy(tx, account, arn)))
      throw validationError(`Policy ${arn} does not exist or is not attachable.`);
  }
  return {
    ...(Policy !== undefined && {
      Policy: readDocument(Policy, { kind: 'session', use: 'session', parameter: 'Policy' }).text,
    }),
    ...(arns.length > 0 && { PolicyArns: arns }),
  };
}

/** Tags that a session before had to hand on are this one's too, and stand above those of the request. */
function tagsOf(
  principal: Principal,
  requested: readonly Tag[],
  transitive: readonly string[],
): Pick<Session, 'Tags' | 'TransitiveTagKeys'> {
  const before = 'session' in principal ? principal.session : undefined;
  const handedOn = before?.TransitiveTagKeys ?? [];
  const inherited = (before?.Tags ?? []).filter(({ Key }) => handedOn.includes(Key));
  const tags = [...new Map([...requested, ...inherited].map((tag) => [tag.Key.toLowerCase(), tag])).values()];
  const keys = tags.map(({ Key }) => Key);
  const unknown = transitive.find((key) => !keys.includes(key));
  if (unknown !== undefined) throw validationError(`The transitive tag key ${unknown} is not among the tags.`);
  const transitiveKeys = [...new Set([...handedOn, ...transitive])];
  return {
    ...(tags.length > 0 && { Tags: tags }),
    ...(transitiveKeys.length > 0 && { TransitiveTagKeys: transitiveKeys }),
  };
}

/** Once set it stays, whatever roles follow. */
function sourceIdentityOf(principal: Principal, given: string | undefined): Pick<Session, 'SourceIdentity'> {
  const before = 'session' in principal ? principal.session?.SourceIdentity : undefined;
  const asked = given === undefined ? undefined : readSessionName('SourceIdentity', given);
  if (before !== undefined && asked !== undefined && asked !== before) {
    throw neverAllowed('The source identity of a session cannot be changed.');
  }
  const SourceIdentity = asked ?? before;
  return SourceIdentity === undefined ? {} : { SourceIdentity };
}

// ─── How long ────────────────────────────────────────────────────────────────────────────────────────────────────────

const USUAL_SECONDS = 3600;
const SECONDS = { least: 900, most: 43_200 };
/** Of a role that is assumed by a role. */
const LONGEST_CHAINED_SECONDS = 3600;

/** @throws ValidationError */
export function secondsFor(principal: Principal, { MaxSessionDuration }: IamRole, given: number | undefined): number {
  const seconds = readNumber('DurationSeconds', given ?? USUAL_SECONDS, SECONDS);
  if (principal.kind === 'assumed-role' && seconds > LONGEST_CHAINED_SECONDS) {
    throw validationError(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    );
  }
  if (seconds > MaxSessionDuration) {
    throw validationError('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
  }
  return seconds;
}
