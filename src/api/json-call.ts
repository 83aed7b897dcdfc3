/**
 * One call of a service that speaks AWS's JSON protocol: who asks, what for, and the transaction in which it happens.
 *
 * As with EC2's actions a call happens wholly or not at all, and each asks `permit` before it shows or changes anything.
 * What was refused before a service was known is said here as these services say it, not as EC2 does.
 */

import {
  type AwsError,
  accessDeniedException,
  expiredTokenException,
  incompleteSignatureException,
  internalFailure,
  invalidSignatureException,
  missingAuthenticationTokenException,
  unknownOperationException,
  unrecognizedClientException,
} from '../aws-errors.ts';
import type { MessageMember } from '../protocol/json.ts';
import { ec2InstanceConnect } from './actions/ec2-instance-connect/index.ts';
import { organizations } from './actions/organizations/index.ts';
import { authorize } from './authorize.ts';
import type { Call } from './call.ts';
import { type CallerOf, type ControlPlane, wireOf } from './dispatch.ts';
import { ec2Resources } from './ec2-resource-keys.ts';

export type JsonCall = Pick<Call, 'requestId' | 'principal' | 'scope' | 'nowMs' | 'tx'> & {
  /** @param resources ARNs, or `*` @throws AccessDeniedException */
  permit(resources: string[]): Promise<void>;
};

/** @param body what the JSON says, unchecked */
export type JsonAction = (body: unknown, call: JsonCall) => Promise<object>;

export type JsonService = {
  /** As signatures and policies name it. */
  name: string;
  messageMember: MessageMember;
  actions: Readonly<Record<string, JsonAction>>;
};

/** By the prefix of the targets. */
export const jsonServices: Readonly<Record<string, JsonService>> = {
  AWSEC2InstanceConnectService: ec2InstanceConnect,
  AWSOrganizationsV20161128: organizations,
};

/** Runs one action in a transaction. @throws AwsError for every "no", which leaves no trace */
export function callJson(
  service: JsonService,
  { operation, body }: { operation: string; body: unknown },
  caller: CallerOf,
  { store, clock, judge }: ControlPlane,
): Promise<object> {
  const run = Object.hasOwn(service.actions, operation) ? service.actions[operation] : undefined;
  if (!run) throw unknownOperationException();
  const action = `${service.name}:${operation}`;
  const { principal, region, requestId } = caller;
  return store.transaction((tx) => {
    const nowMs = clock();
    const scope = { account: principal.account, region };
    const permit: JsonCall['permit'] = async (resources) => {
      const about = ec2Resources({ action, scope, tx }, resources);
      const question = { principal, action, ...about, wire: wireOf(caller, nowMs), tx };
      await authorize(judge, question, accessDeniedException);
    };
    return run(body, { requestId, principal, scope, nowMs, tx, permit });
  });
}

/** An error of the front door, which speaks EC2's language, as AWS's JSON services say it. */
export function asJsonError(error: AwsError): AwsError {
  switch (error.code) {
    case 'AuthFailure':
    case 'InvalidClientTokenId':
      return unrecognizedClientException(error.cause);
    case 'MissingAuthenticationToken':
      return missingAuthenticationTokenException();
    case 'IncompleteSignature':
      return incompleteSignatureException(error.message);
    case 'ExpiredToken':
      return expiredTokenException();
    case 'RequestExpired':
      return invalidSignatureException();
    case 'InternalError':
      return internalFailure(error.cause);
    default:
      return error;
  }
}
