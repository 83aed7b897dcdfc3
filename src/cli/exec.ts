/**
 * `openimds exec INSTANCE -- COMMAND …`: a program of this machine, run as if it were on the instance.
 *
 * On the netns substrate it runs in the instance's network namespace and finds the metadata service at AWS's own
 * addresses; on loopback its environment leads AWS's SDKs and tools to it. On both it has none of the credentials and
 * settings of the shell that it is started from. It sees this machine's files and processes: it is no sandbox.
 */

import { setTimeout as delay } from 'node:timers/promises';
import type { ListedInstance } from '../api/actions/openimds/list-instances.ts';
import { instancePages, type Target } from './control-plane.ts';
import { enter, type Surroundings } from './enter.ts';
import { changed, instanceEnvironment } from './environment.ts';
import { Failure } from './failure.ts';
import { runProgram } from './run-program.ts';

/** How long a host may take to bring about what is asked of it. */
const PATIENCE_MS = 30_000;
const LOOK_AGAIN_MS = 50;

/** @returns the command's exit status @throws Failure when it cannot be run there */
export async function execOnInstance(
  target: Target,
  InstanceId: string,
  { command, ...surroundings }: Surroundings & { command: string[] },
): Promise<number> {
  const [program, ...args] = command;
  if (!program) {
    throw new Failure(`exec needs a command, for example: openimds exec ${InstanceId} -- env`, 2);
  }
  const instance = await runningInstance(target, InstanceId);
  return runProgram(program, args, await goTo(target, instance, surroundings));
}

/**
 * Puts this process where a program on the instance is to run.
 *
 * @returns the environment of that program
 * @throws Failure when there is no way there
 */
export async function goTo(
  target: Target,
  { InstanceId, Endpoints }: ListedInstance,
  surroundings: Surroundings,
): Promise<NodeJS.ProcessEnv> {
  if (Endpoints.obstacle !== undefined) throw new Failure(`${InstanceId} is out of reach: ${Endpoints.obstacle}`);
  const change = instanceEnvironment(process.env, { address: target.address, endpoints: Endpoints });
  const ofUser = await enter(
    { InstanceId, ...(Endpoints.netns !== undefined && { netns: Endpoints.netns }) },
    surroundings,
  );
  return { ...changed(process.env, change), ...ofUser };
}

/** Waits while the instance comes up or its options change. @throws Failure when it does not exist or does not run */
export async function runningInstance(target: Target, InstanceId: string): Promise<ListedInstance> {
  const isReady = ({ State, MetadataOptions, Substrate, Endpoints }: ListedInstance) =>
    State === 'running' &&
    MetadataOptions.State === 'applied' &&
    // Not yet there while it is being attached or detached.
    (Substrate === 'loopback' || Endpoints.netns !== undefined || Endpoints.obstacle !== undefined);
  return instanceWhen(target, InstanceId, isReady);
}

/** Waits until its host has brought about what `isReady` looks for. @throws Failure as `runningInstance` */
export async function instanceWhen(
  target: Target,
  InstanceId: string,
  isReady: (instance: ListedInstance) => boolean,
): Promise<ListedInstance> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const instance = await findInstance(target, InstanceId);
    if (isReady(instance)) return instance;
    if (instance.State !== 'running' && instance.State !== 'pending') throw notRunning(instance);
    if (Date.now() > until) {
      throw new Failure(`the host of ${InstanceId} has not brought it about within ${PATIENCE_MS / 1000} seconds`);
    }
    await delay(LOOK_AGAIN_MS);
  }
}

async function findInstance(target: Target, InstanceId: string): Promise<ListedInstance> {
  for await (const [instance] of instancePages(target, InstanceId)) {
    if (instance) return instance;
  }
  throw new Failure(`there is no instance ${InstanceId}`);
}

function notRunning({ InstanceId, State }: ListedInstance): Failure {
  const hint =
    State === 'stopped' ? `; start it with: openimds aws ec2 start-instances --instance-ids ${InstanceId}` : '';
  return new Failure(`${InstanceId} is ${State}, and only a running instance has a metadata service${hint}`);
}
