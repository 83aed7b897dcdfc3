/**
 * Which substrate `openimds up` takes, and what it says of that: loopback unless `--substrate netns` is given, whoever starts
 * it (docs/decisions/0017-loopback-unless-asked.md). What was asked for is never silently replaced by something else.
 */

import { type Lack, lacksForNetns } from '../agent/substrates/netns-requirements.ts';
import type { Log } from '../log.ts';
import { firstLine } from './doctor/check.ts';
import { REMEDIES } from './doctor/remedies.ts';
import { Failure } from './failure.ts';

const CANNOT = 'instances cannot be network namespaces here';
const MORE = '`openimds doctor` says more';

/** @throws Failure that names everything that is missing, and how to get it */
export function requireNetns(lacks: Lack[] = lacksForNetns()): void {
  if (lacks.length === 0) return;
  const missing = namesOf(lacks).map((name) => `${name} (${REMEDIES[name]})`);
  throw new Failure(`${CANNOT}: missing ${missing.length === 1 ? 'is' : 'are'} ${missing.join(', ')}; ${MORE}`);
}

/** What failed although everything seemed to be there. */
export function netnsFailure(error: unknown): Failure {
  return new Failure(`${CANNOT}: ${firstLine(error)}; ${MORE}`);
}

/** Says that instances are loopback addresses, and what it takes to have more. */
export function noteLoopback(log: Log, lacks: Lack[] = lacksForNetns()): void {
  const hint =
    lacks.length === 0
      ? '`--substrate netns` makes them network namespaces, with hop limits in force'
      : `network namespaces, with hop limits in force, need ${namesOf(lacks).join(' and ')}; then \`--substrate netns\`; ${MORE}`;
  log.info('instances are loopback addresses of this machine', { hint });
}

/** As people call it: whoever lacks one capability lacks root. */
function namesOf(lacks: readonly Lack[]) {
  const names = lacks.map((lack) => (lack === 'CAP_NET_ADMIN' || lack === 'CAP_SYS_ADMIN' ? 'root' : lack));
  return [...new Set(names)];
}
