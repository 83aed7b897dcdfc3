/**
 * `openimds shell INSTANCE`: an interactive shell of this machine, run as if it were on the instance (`exec.ts`).
 *
 * At a terminal it says first where it is and how to leave, and its prompt has the instance's id, as far as a shell's own
 * files leave the prompt alone.
 */

import type { ListedInstance } from '../api/actions/openimds/list-instances.ts';
import type { Target } from './control-plane.ts';
import { goTo, runningInstance } from './exec.ts';
import { printable } from './printable.ts';
import { runProgram } from './run-program.ts';

/** @returns the exit status of the shell @throws Failure when there is none there */
export async function openShell(target: Target, InstanceId: string, { user }: { user?: string }): Promise<number> {
  const instance = await runningInstance(target, InstanceId);
  const env = await goTo(target, instance, user === undefined ? {} : { user });
  if (process.stdin.isTTY) process.stderr.write(`${banner(instance)}\n`);
  return runProgram(shellOf(env), [], { ...env, ...prompt(InstanceId) });
}

/** Users that may not log in have a program that refuses; whoever may become them may look around as them. */
function shellOf({ SHELL }: NodeJS.ProcessEnv): string {
  return SHELL === undefined || SHELL === '' || /\/(?:nologin|false)$/.test(SHELL) ? '/bin/sh' : SHELL;
}

function prompt(InstanceId: string): NodeJS.ProcessEnv {
  return {
    PS1: `${InstanceId} ${process.geteuid?.() === 0 ? '#' : '$'} `,
    // What the bash of Debian and Ubuntu puts before its prompt.
    debian_chroot: InstanceId,
  };
}

function banner({ InstanceId, InstanceType, Tags, Endpoints }: ListedInstance): string {
  const name = Tags.find(({ Key }) => Key === 'Name')?.Value ?? '';
  const which = [InstanceId, ...(name === '' ? [] : [printable(`(${name})`)]), InstanceType].join(' ');
  const where = [Endpoints.ipv4, Endpoints.ipv6].filter(Boolean).join(' and ');
  const service = where === '' ? 'It has no metadata service' : `Its metadata service is at ${where}`;
  return `You are on ${which}. ${service}. Leave with \`exit\` or Ctrl-D.`;
}
