/**
 * One call of IAM or STS: the transaction in which it happens, and the caller's right to it.
 *
 * Conditions see only the keys that AWS has for the action.
 */

import { accessDenied, invalidClientTokenId } from '../aws-errors.ts';
import { partitionOf } from '../catalogue/regions.ts';
import { hasConditionKey } from '../iam/condition-keys.ts';
import type { ResourceContext } from '../iam/ec2-context.ts';
import type { ResourcePolicy } from '../iam/evaluate.ts';
import { resourceTypeOf } from '../iam/policy/arns.ts';
import { asked, authorize } from './authorize.ts';
import type { AccountAction, AccountCall } from './call.ts';
import { type CallerOf, type ControlPlane, wireOf } from './dispatch.ts';

type Called = { service: 'iam' | 'sts'; name: string; run: AccountAction };

/**
 * Runs one action whose input has been read already.
 *
 * @throws AwsError for every "no"; the transaction has then left no trace
 */
export async function callAccountAction(
  { service, name, run }: Called,
  input: object,
  caller: CallerOf,
  { store, clock, judge }: ControlPlane,
): Promise<object> {
  const { principal, region, requestId } = caller;
  if (service === 'iam') refuseSessionToken(caller);
  const scope = { account: principal.account, region: '' };
  const partition = partitionOf(region);
  const nowMs = clock();
  const wire = wireOf({ ...caller, region: service === 'iam' ? REGION_OF_IAM[partition] : region }, nowMs);
  return store.transaction((tx) => {
    const ask = (action: string, resources: ResourceContext[], resourcePolicy?: ResourcePolicy) => {
      const about = asked(resources.map((resource) => knownTo(action, resource)));
      const question = { principal, action, ...about, ...(resourcePolicy && { resourcePolicy }), wire, tx };
      return authorize(judge, question, accessDenied);
    };
    const permit: AccountCall['permit'] = (resources, policy) => ask(`${service}:${name}`, resources, policy);
    const permitAlso: AccountCall['permitAlso'] = ask;
    return run(input, { action: name, requestId, principal, scope, nowMs, tx, partition, region, permit, permitAlso });
  });
}

/** Without the keys that AWS does not have for this action. The tags of a resource are there for each. */
function knownTo(action: string, { arn, keys }: ResourceContext): ResourceContext {
  const known = Object.entries(keys).filter(
    ([key]) => RESOURCE_TAG.test(key) || hasConditionKey(action, resourceTypeOf(arn), key),
  );
  return { arn, keys: Object.fromEntries(known) };
}

const RESOURCE_TAG = /^(?:aws|iam):ResourceTag\//;

/** IAM is nowhere; conditions about the Region see the first one of the partition. */
const REGION_OF_IAM = { aws: 'us-east-1', 'aws-cn': 'cn-north-1', 'aws-us-gov': 'us-gov-west-1' } as const;

/** What GetSessionToken gives is good for everything but IAM, unless a second factor was shown, which is not offered. */
function refuseSessionToken({ principal }: CallerOf): void {
  const isSession = (principal.kind === 'root' || principal.kind === 'user') && principal.session !== undefined;
  if (isSession) throw invalidClientTokenId('credentials of GetSessionToken do not open IAM');
}
