/**
 * `openimds env`: what a POSIX shell has to `eval` so that AWS's programs in it, and in all that it starts, reach this
 * control plane. Values are quoted, so that no value can become a command.
 */

import { type Health, readHealth, regionOf, signingKey, type Target } from './control-plane.ts';
import { shellEnvironment } from './environment.ts';
import { Failure } from './failure.ts';
import { defaultStateDirectory } from './settings.ts';
import { exportLines } from './shell.ts';

export async function printEnvironment(target: Target): Promise<number> {
  const health = await readHealth(target).catch(noteAbsence);
  const key = await signingKey(target, health, process.env);
  const change = shellEnvironment(process.env, { address: target.address, key, region: regionOf(process.env) });
  // Commands of ours in that shell look for the root access key in the same place.
  const isElsewhere = target.state !== defaultStateDirectory(process.env);
  process.stdout.write(exportLines({ ...change, ...(isElsewhere && { OPENIMDS_STATE: target.state }) }));
  return 0;
}

/** The lines are right whether or not it answers yet, so a script may print them before it starts the control plane. */
function noteAbsence(error: unknown): Health | undefined {
  if (!(error instanceof Failure)) throw error;
  process.stderr.write(`openimds: note: ${error.message}\n`);
  return undefined;
}
