/**
 * The life of an instance: which request leads where, and what an acknowledgement of its host brings about.
 *
 *   launch ──> pending ──ack──> running ──stop──> stopping ──ack──> stopped ──start──> pending
 *   all of these ──terminate──> shutting-down ──ack──> terminated
 *   AWS's own stop and terminate lead to the same states
 *
 * Requests come through the API, acknowledgements through `hosts/`; both ask here, so that the state machine exists
 * once. Pure: nothing here reads a clock or changes what it is given.
 */

import { isoSeconds } from './clock.ts';
import type { Acknowledgement, DesiredInstance, Instance, InstanceStateName } from './model.ts';
import { withoutPublicAddress } from './public-addresses.ts';

export type TransitionRequest = 'start' | 'stop' | 'reboot' | 'terminate';

/** The same state means: nothing to do, and the request succeeds. */
const TRANSITIONS: Record<TransitionRequest, Record<InstanceStateName, InstanceStateName | 'refused'>> = {
  start: {
    pending: 'pending',
    running: 'running',
    stopping: 'refused',
    stopped: 'pending',
    'shutting-down': 'refused',
    terminated: 'refused',
  },
  stop: {
    // An instance "cannot be stopped as it has never reached the 'running' state", AWS says.
    pending: 'refused',
    running: 'stopping',
    stopping: 'stopping',
    stopped: 'stopped',
    'shutting-down': 'refused',
    terminated: 'refused',
  },
  // "Requests to reboot terminated instances are ignored" (API/RebootInstances).
  reboot: {
    pending: 'pending',
    running: 'running',
    stopping: 'refused',
    stopped: 'refused',
    'shutting-down': 'shutting-down',
    terminated: 'terminated',
  },
  terminate: {
    pending: 'shutting-down',
    running: 'shutting-down',
    stopping: 'shutting-down',
    stopped: 'shutting-down',
    'shutting-down': 'shutting-down',
    terminated: 'terminated',
  },
};

/**
 * Where a request leads an instance in this state: the next state, the same one where there is nothing to do, or
 * `refused` where AWS answers IncorrectInstanceState. Stopping by force leads where stopping leads.
 *
 * rule: lifecycle-requests
 */
export function requestTransition(State: InstanceStateName, request: TransitionRequest): InstanceStateName | 'refused' {
  return TRANSITIONS[request][State];
}

/**
 * Where AWS itself leads an instance that it stops or terminates: only one that runs, or is about to, is led anywhere.
 * Unlike a user it may stop one that has never run.
 */
export function serviceTransition(State: InstanceStateName, request: 'stop' | 'terminate'): InstanceStateName {
  if (State !== 'pending' && State !== 'running') return State;
  return request === 'stop' ? 'stopping' : 'shutting-down';
}

/** Why a state changed, as DescribeInstances prints it: `User initiated (2026-11-23 10:00:00 GMT)`. */
export function transitionReason(who: 'User' | 'Service', nowMs: number): string {
  return `${who} initiated (${isoSeconds(nowMs).replace('T', ' ').replace('Z', ' GMT')})`;
}

/** What a host has to bring about for an instance in this state. */
export function desiredRun(State: InstanceStateName): DesiredInstance['run'] {
  switch (State) {
    case 'pending':
    case 'running':
      return 'running';
    case 'stopping':
    case 'stopped':
      return 'stopped';
    case 'shutting-down':
    case 'terminated':
      return 'terminated';
  }
}

/** What the states that wait for the host become once it has acknowledged. */
const ARRIVALS: Partial<Record<InstanceStateName, InstanceStateName>> = {
  pending: 'running',
  stopping: 'stopped',
  'shutting-down': 'terminated',
};

/**
 * The instance after its host has acknowledged a revision; the very same object when that says nothing new.
 *
 * rule: lifecycle-acknowledgements. Only the acknowledgement of the instance's current revision moves its state and its endpoints: an
 * older one may speak of the time before a stop. Options count as applied at every revision at which the instance ran,
 * so a change to a stopped instance stays pending until its next start is acknowledged (aws-behaviour 3.4).
 *
 * @param acknowledgement `endpoints` are present exactly when the instance runs on the host, though it may have none
 */
export function acknowledged(instance: Instance, acknowledgement: Acknowledgement, nowMs: number): Instance {
  // Revisions are never taken back, so a greater one belongs to another history, for example from before a restore.
  if (acknowledgement.revision > instance.revision) return instance;
  const ran = acknowledgement.endpoints !== undefined;
  const appliedRevision = ran ? Math.max(instance.appliedRevision, acknowledgement.revision) : instance.appliedRevision;
  const isCurrent =
    acknowledgement.revision === instance.revision && ran === (desiredRun(instance.State) === 'running');
  const after = isCurrent ? arrived(instance, acknowledgement, nowMs) : instance;
  return appliedRevision === instance.appliedRevision ? after : { ...after, appliedRevision };
}

function arrived(instance: Instance, { endpoints }: Acknowledgement, nowMs: number): Instance {
  const State = ARRIVALS[instance.State] ?? instance.State;
  if (State === instance.State && sameEndpoints(instance.endpoints, endpoints)) return instance;
  const { endpoints: _former, Attachment, ...rest } = State === 'stopped' ? withoutPublicAddress(instance) : instance;
  if (State === 'terminated') {
    const { IamInstanceProfile: _profile, ...gone } = rest;
    return { ...gone, State, terminatedAtMs: instance.terminatedAtMs ?? nowMs };
  }
  return { ...rest, State, ...(Attachment && { Attachment }), ...(endpoints && { endpoints }) };
}

function sameEndpoints(a: Instance['endpoints'], b: Instance['endpoints']): boolean {
  if (a === undefined || b === undefined) return a === b;
  const { ipv4, ipv6, netns, api, obstacle } = a;
  return ipv4 === b.ipv4 && ipv6 === b.ipv6 && netns === b.netns && api === b.api && obstacle === b.obstacle;
}
