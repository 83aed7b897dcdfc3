/**
 * Takes this process to where a program is to run: into a network namespace, under a user's name, into a directory.
 *
 * There is no way back: whoever calls this starts that program and then only waits for it. The process goes itself instead
 * of starting `nsenter` and `setpriv`, so that nothing has to be installed, signals and exit statuses pass through nobody,
 * and what cannot be run is said in our own words.
 */

import { type UserInfo, userInfo } from 'node:os';
import { Failure } from './failure.ts';

export type Surroundings = {
  /** By name or number; who runs this where absent. */
  user?: string;
  /** The directory in which this runs where absent. */
  cwd?: string;
};

/** Where an instance is on this machine. */
export type Whereabouts = { InstanceId: string; netns?: string };

/**
 * @returns the variables that say who the user is; none where that does not change
 * @throws Failure when it cannot be entered; the process may then be half of the way there
 */
export async function enter(
  { InstanceId, netns }: Whereabouts,
  { user, cwd }: Surroundings,
): Promise<NodeJS.ProcessEnv> {
  // In this order: it takes root to go to another namespace, and the user's own rights to go to a directory.
  if (netns !== undefined) await enterNetns(InstanceId, netns);
  const variables = user === undefined ? {} : becomeUser(user);
  if (cwd !== undefined) goToDirectory(cwd);
  return variables;
}

async function enterNetns(InstanceId: string, netns: string): Promise<void> {
  const { enterNamespace, showOwnInterfaces } = await import('../agent/substrates/kernel.ts');
  try {
    enterNamespace(`/run/netns/${netns}`);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const asRoot = 'only root may enter the network namespace of an instance: run this with sudo';
    // EINVAL: a file that is left of a namespace, or one that another container's mounts hide.
    const elsewhere = `the network namespace of ${InstanceId}, ${netns}, is not on this machine: run this where its \`openimds up\` runs`;
    const reasons: Record<string, string> = { EPERM: asRoot, EACCES: asRoot, ENOENT: elsewhere, EINVAL: elsewhere };
    if (!reasons[code]) throw error;
    throw new Failure(reasons[code]);
  }
  try {
    showOwnInterfaces();
  } catch (error) {
    throw new Failure(`/sys cannot be made to show the instance's interfaces: ${(error as Error).message}`);
  }
}

/** With the user's groups; as a login does it, but for the environment, which stays. */
function becomeUser(user: string): NodeJS.ProcessEnv {
  const id = /^\d+$/.test(user) ? Number(user) : user;
  try {
    const present = userInfo();
    if (present.uid === id || present.username === id) return variablesOf(present);
    // For a moment, because Node looks up nobody else than who it is.
    process.seteuid?.(id);
    const account = userInfo();
    process.seteuid?.(present.uid);
    (process as GroupsOfUser).initgroups?.(account.username, account.gid);
    process.setgid?.(account.gid);
    process.setuid?.(account.uid);
    return variablesOf(account);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'EPERM') throw new Failure(`only root may run programs as ${user}: run this with sudo`);
    if (code !== 'ERR_UNKNOWN_CREDENTIAL' && code !== 'ERR_SYSTEM_ERROR') throw error;
    throw new Failure(`there is no user \`${user}\` on this machine`);
  }
}

/** Node has it where there are groups; its types do not. */
type GroupsOfUser = { initgroups?: (user: string, group: number) => void };

function variablesOf({ username, homedir, shell }: UserInfo<string>): NodeJS.ProcessEnv {
  return { USER: username, LOGNAME: username, HOME: homedir, ...(shell && { SHELL: shell }) };
}

function goToDirectory(directory: string): void {
  try {
    process.chdir(directory);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const reasons: Record<string, string> = {
      ENOENT: `there is no directory ${directory}`,
      ENOTDIR: `${directory} is no directory`,
      EACCES: `the user may not enter ${directory}`,
    };
    throw new Failure(reasons[code] ?? `${directory} cannot be entered (${code})`);
  }
}
