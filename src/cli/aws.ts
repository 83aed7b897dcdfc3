/**
 * `openimds aws …`: the real `aws` of PATH, talking to this control plane. What follows goes to it untouched.
 */

import { readHealth, regionOf, signingKey, type Target } from './control-plane.ts';
import { changed, shellEnvironment } from './environment.ts';
import { runProgram } from './run-program.ts';

export async function runAws(target: Target, args: string[]): Promise<number> {
  // Without an answer `aws` still runs: --version and help need none, and its own words fit anything else.
  const health = await readHealth(target).catch(() => undefined);
  const key = await signingKey(target, health, process.env);
  const change = shellEnvironment(process.env, { address: target.address, key, region: regionOf(process.env) });
  // `clients/bin/aws`, first in that PATH, finds the real one and gives it the address.
  return runProgram('aws', args, changed(process.env, change));
}
