/**
 * `openimds exec INSTANCE -- COMMAND …`: a program of this machine, run as if it were on the instance.
 *
 * On the loopback substrate that means its environment: AWS's SDKs and tools find the instance's metadata service, and
 * none of the credentials and settings of the shell that it is started from. It sees this machine's files and network.
 */

import { setTimeout as delay } from 'node:timers/promises';
import type { ListedInstance } from '../api/actions/openimds/list-instances.ts';
import { instancePages, type Target } from './control-plane.ts';
import { changed, instanceEnvironment } from './environment.ts';
import { Failure } from './failure.ts';
import { runProgram } from './run-program.ts';

/** How long a host may take to bring about what is asked of it. */
const PATIENCE_MS = 30_000;
const LOOK_AGAIN_MS = 50;

export async function execOnInstance(target: Target, InstanceId: string, command: string[]): Promise<number> {
  const [program, ...args] = command;
  if (!program) {
    throw new Failure(`exec needs a command, for example: openimds exec ${InstanceId} -- env`, 2);
  }
  const instance = await runningInstance(target, InstanceId);
  const environment = { address: target.address, endpoints: instance.Endpoints };
  return runProgram(program, args, changed(process.env, instanceEnvironment(process.env, environment)));
}

/** Waits while the instance comes up or its options change. @throws Failure when it does not exist or does not run */
async function runningInstance(target: Target, InstanceId: string): Promise<ListedInstance> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const instance = await findInstance(target, InstanceId);
    const { State, MetadataOptions } = instance;
    if (State === 'running' && MetadataOptions.State === 'applied') return instance;
    if (State !== 'running' && State !== 'pending') throw notRunning(instance);
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
