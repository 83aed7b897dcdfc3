/**
 * What is below `iam/`: the instance profile, and the credentials of the role in it (aws-behaviour 2.1).
 *
 * rule: role-credentials
 *   Credentials of the role are good for about six hours and renewed long before they expire. A request with a session token
 *   gets others than one without, and each say how they were delivered.
 *
 * What is wrong is said in JSON with status 200, as AWS says it: clients look for `Code`.
 */

import { isoSeconds } from '../clock.ts';
import { makeStsCredentials } from '../iam/sts-session.ts';
import type { DesiredProfile, Instance } from '../model.ts';
import type { Asked } from './categories.ts';
import { type CredentialsPeriod, credentialsDocument, credentialsPeriod } from './credentials-period.ts';
import { spacedJson } from './spaced-json.ts';

type Role = NonNullable<DesiredProfile['role']>;

/** `iam/info` */
export function profileInfo(
  instance: Instance,
  profile: DesiredProfile,
  nowMs: number,
): { text: string; modifiedMs: number } {
  const { InstanceProfileArn, InstanceProfileId, exists, role } = profile;
  const { madeAtMs } = periodOf(instance, profile, nowMs);
  const message = whatIsWrong(profile);
  return {
    text: spacedJson([
      ['Code', exists ? 'Success' : 'InstanceProfileNotFound'],
      ...(role ? [] : [['Message', message] as const]),
      ['LastUpdated', isoSeconds(madeAtMs)],
      ['InstanceProfileArn', InstanceProfileArn],
      ['InstanceProfileId', InstanceProfileId],
    ]),
    modifiedMs: madeAtMs,
  };
}

const SEE = 'Please see documentation at https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html';

function whatIsWrong({ exists, InstanceProfileArn }: DesiredProfile): string {
  const what = exists
    ? 'Instance Profile does not contain a role'
    : `Instance Profile ${InstanceProfileArn} cannot be found`;
  return `${what}. ${SEE}.`;
}

/** `iam/security-credentials/ROLE` */
export function roleCredentials(
  instance: Instance,
  { profile, role }: { profile: DesiredProfile; role: Role },
  { nowMs, delivery }: Asked,
): { text: string; modifiedMs: number } {
  const period = periodOf(instance, profile, nowMs);
  const { credentialsKey } = role;
  const text =
    credentialsKey === undefined
      ? refusal(role, period)
      : credentialsDocument(make(instance, { ...role, credentialsKey }, { ...period, delivery }), period);
  return { text, modifiedMs: period.madeAtMs };
}

/** None is older than the profile on the instance: who ended sessions of the role by their age ended no later ones. */
function periodOf(instance: Instance, { Timestamp }: DesiredProfile, nowMs: number): CredentialsPeriod {
  const period = credentialsPeriod(instance, nowMs);
  const laterMs = Math.max(0, Math.min(Date.parse(Timestamp), nowMs) - period.madeAtMs);
  return { madeAtMs: period.madeAtMs + laterMs, expiresAtMs: period.expiresAtMs };
}

function make(
  { account, InstanceId, region }: Instance,
  { RoleName, RoleId, credentialsKey }: Required<Role>,
  { madeAtMs, expiresAtMs, delivery }: CredentialsPeriod & Pick<Asked, 'delivery'>,
) {
  return makeStsCredentials(credentialsKey, {
    account,
    owner: { kind: 'assumed-role', RoleName, RoleId, RoleSessionName: InstanceId },
    session: { issuedAtMs: madeAtMs, expiresAtMs, instance: { InstanceId, region, delivery } },
  });
}

/** rule: instance-role-trust */
function refusal({ RoleName }: Role, { madeAtMs }: CredentialsPeriod): string {
  return spacedJson([
    ['Code', 'AssumeRoleUnauthorizedAccess'],
    ['Message', `EC2 cannot assume the role ${RoleName}. ${SEE}#troubleshoot_iam-ec2_errors-info-doc.`],
    ['LastUpdated', isoSeconds(madeAtMs)],
  ]);
}
