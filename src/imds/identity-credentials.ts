/**
 * The credentials of an instance itself, below `identity-credentials/`: of no role, there without a profile, and of use for
 * little but asking who one is (aws-behaviour 2, 2.1).
 */

import { isoSeconds } from '../clock.ts';
import { makeSessionCredentials } from '../iam/session-credentials.ts';
import type { Instance } from '../model.ts';
import type { Asked } from './categories.ts';
import { credentialsDocument, credentialsPeriod } from './credentials-period.ts';
import { spacedJson } from './spaced-json.ts';

/** `identity-credentials/ec2/info` */
export function identityInfo(instance: Instance, nowMs: number): { text: string; modifiedMs: number } {
  const { madeAtMs } = credentialsPeriod(instance, nowMs);
  return {
    text: spacedJson([
      ['Code', 'Success'],
      ['LastUpdated', isoSeconds(madeAtMs)],
      ['AccountId', instance.account],
    ]),
    modifiedMs: madeAtMs,
  };
}

/**
 * `identity-credentials/ec2/security-credentials/ec2-instance`
 *
 * @param key the instance's `credentialsKey`
 * @param asked IMDSv1 and IMDSv2 requests get different ones
 */
export function identityCredentials(
  instance: Instance,
  key: string,
  { nowMs, delivery }: Asked,
): { text: string; modifiedMs: number } {
  const { account, InstanceId } = instance;
  const period = credentialsPeriod(instance, nowMs);
  const credentials = makeSessionCredentials(key, { account, InstanceId, delivery, ...period });
  return { text: credentialsDocument(credentials, period), modifiedMs: period.madeAtMs };
}
