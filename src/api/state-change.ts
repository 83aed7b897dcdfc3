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
import { afterReboot, afterStop, afterTerminate } from '../instance-events.ts';
import { requestTransition, type TransitionRequest, transitionReason } from '../instance-lifecycle.ts';
import type { Instance, InstanceStateName } from '../model.ts';
import { givePublicAddresses } from './addresses/public.ts';
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
  const changed = instances.map((instance) => ({ instance, after: requested(instance, request, call.nowMs) }));
  const moving = changed.filter(({ instance, after }) => after !== instance);
  for (const { instance } of moving) refuseProtected(instance, request);
  if (moving.length > 0) {
    const revision = await call.tx.nextRevision();
    const moved = moving.map(({ after }) => ({ ...after, revision }));
    await call.tx.instances.update(request === 'start' ? await givePublicAddresses(call.tx, moved) : moved);
  }
  return changed.map(({ instance, after }) => ({
    InstanceId: instance.InstanceId,
    CurrentState: describeState(after.State),
    PreviousState: describeState(instance.State),
  }));
}

/** The instance once it is asked of it; the very same one where there is nothing to do. */
function requested(instance: Instance, request: TransitionRequest, nowMs: number): Instance {
  const State = nextState(instance, request);
  if (State === instance.State) return request === 'reboot' ? afterReboot(instance, nowMs) : instance;
  return move(instance, State, nowMs);
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

function move(instance: Instance, State: InstanceStateName, nowMs: number): Instance {
  const { StateReasonCode: _former, ...rest } = instance;
  if (State === 'pending') {
    // A start ends every session token that was handed out before (docs/decisions/0011-session-tokens.md).
    const tokenGeneration = instance.tokenGeneration + 1;
    return { ...rest, State, tokenGeneration, LaunchTime: isoSeconds(nowMs), StateTransitionReason: '' };
  }
  const told = State === 'stopping' ? afterStop(rest, nowMs) : afterTerminate(rest, nowMs);
  return { ...told, State, StateTransitionReason: transitionReason('User', nowMs) };
}
