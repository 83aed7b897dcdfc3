/**
 * Starting, stopping, rebooting and terminating: one request for several instances, for all of them or for none.
 *
 * The action only writes down what is desired; the instance's host brings it about and acknowledges it, and only then is
 * the state `running`, `stopped` or `terminated` (`instance-lifecycle.ts` has every transition). Protection against stopping
 * and termination is against requests only: what befalls an instance is not asked for here.
 */

import type { InstanceStateChange } from '@aws-sdk/client-ec2';
import { incorrectInstanceState, neverRan, oneTimeSpotInstance, operationNotPermitted } from '../aws-errors.ts';
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
 * @throws InvalidInstanceID.*, UnauthorizedOperation, DryRunOperation, IncorrectInstanceState, OperationNotPermitted,
 *   UnsupportedOperation for a one-time Spot instance; then nothing has changed
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
  for (const { instance } of moving) refuseProtected(instance, request);
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

/**
 * rule: instance-protection
 *   An instance with termination protection cannot be terminated through the API; one with stop protection can be neither
 *   stopped nor terminated, also not by force.
 */
function refuseProtected({ InstanceId, DisableApiStop, DisableApiTermination }: Instance, request: TransitionRequest) {
  if (request === 'terminate' && DisableApiTermination) {
    throw operationNotPermitted(InstanceId, DONE[request], 'disableApiTermination');
  }
  if ((request === 'stop' || request === 'terminate') && DisableApiStop) {
    throw operationNotPermitted(InstanceId, DONE[request], 'disableApiStop');
  }
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
