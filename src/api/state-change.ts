/**
 * Starting, stopping, rebooting and terminating: one request for several instances, for all of them or for none.
 *
 * The action only writes down what is desired; the instance's host brings it about and acknowledges it, and only then is
 * the state `running`, `stopped` or `terminated` (`instance-lifecycle.ts` has every transition).
 */

import type { InstanceStateChange } from '@aws-sdk/client-ec2';
import { incorrectInstanceState, neverRan, oneTimeSpotInstance } from '../aws-errors.ts';
import { isoSeconds } from '../clock.ts';
import { requestTransition, type TransitionRequest } from '../instance-lifecycle.ts';
import type { Instance, InstanceStateName } from '../model.ts';
import { givePublicAddresses, releasePublicAddresses } from './addresses/public.ts';
import type { Call } from './call.ts';
import { describeState } from './instance-shape.ts';
import { findInstances, instanceArns } from './instances.ts';

type Input = { InstanceIds?: (string | undefined)[] | undefined; DryRun?: boolean | undefined };

/** What cannot be done, as AWS words it in IncorrectInstanceState. */
const DONE: Record<TransitionRequest, string> = {
  start: 'started',
  stop: 'stopped',
  reboot: 'rebooted',
  terminate: 'terminated',
};

/**
 * Asks for a transition of every instance that the request names.
 *
 * @throws InvalidInstanceID.*, UnauthorizedOperation, DryRunOperation, IncorrectInstanceState, UnsupportedOperation for
 *   a one-time Spot instance; then nothing has changed
 */
export async function changeState(
  call: Call,
  input: Input,
  request: TransitionRequest,
): Promise<InstanceStateChange[]> {
  const instances = await findInstances(call, input.InstanceIds);
  await call.permit(instanceArns(call, instances), input.DryRun);
  const changed = instances.map((instance) => ({ instance, next: nextState(instance, request) }));
  const moving = changed.filter(({ instance, next }) => next !== instance.State);
  if (moving.length > 0) {
    const revision = await call.tx.nextRevision();
    const moved = moving.map(({ instance, next }) => move(instance, next, revision, call.nowMs));
    await call.tx.instances.update(await withPublicAddresses(call, moved, request));
  }
  return changed.map(({ instance, next }) => ({
    InstanceId: instance.InstanceId,
    CurrentState: describeState(next),
    PreviousState: describeState(instance.State),
  }));
}

function nextState(instance: Instance, request: TransitionRequest): InstanceStateName {
  const next = requestTransition(instance.State, request);
  if (next === 'stopping' && instance.SpotInstanceType === 'one-time') throw oneTimeSpotInstance(instance.InstanceId);
  if (next !== 'refused') return next;
  if (request === 'stop' && instance.State === 'pending') throw neverRan(instance.InstanceId);
  throw incorrectInstanceState(instance.InstanceId, DONE[request]);
}

function move(instance: Instance, State: InstanceStateName, revision: number, nowMs: number): Instance {
  if (State !== 'pending') return { ...instance, State, revision, StateTransitionReason: userInitiated(nowMs) };
  // A start ends every session token that was handed out before (docs/decisions/0011-session-tokens.md).
  const tokenGeneration = instance.tokenGeneration + 1;
  return { ...instance, State, revision, tokenGeneration, LaunchTime: isoSeconds(nowMs), StateTransitionReason: '' };
}

/** A stop ends the public address and a start gives another one; a reboot does neither. */
function withPublicAddresses(
  { tx }: Pick<Call, 'tx'>,
  moved: Instance[],
  request: TransitionRequest,
): Promise<Instance[]> | Instance[] {
  if (request === 'start') return givePublicAddresses(tx, moved);
  if (request === 'stop') return releasePublicAddresses(tx, moved);
  return moved;
}

/** `User initiated (2026-11-23 10:00:00 GMT)`. */
function userInitiated(nowMs: number): string {
  return `User initiated (${isoSeconds(nowMs).replace('T', ' ').replace('Z', ' GMT')})`;
}
