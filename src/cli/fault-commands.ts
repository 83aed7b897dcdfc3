/**
 * `openimds fault …`: its commands, each with its arguments and an example.
 *
 * What they do is in `fault.ts`, which is imported when one of them runs.
 */

import { Argument, type Command, Option } from 'commander';
import { describe, examples, type Finish } from './command.ts';
import type { Target } from './control-plane.ts';
import { addressFlag, checked, outputFlag, queryFlag, stateFlag } from './flags.ts';
import type { ShowOptions } from './output.ts';
import { AWS_PACKETS_PER_SECOND, parseNumber } from './settings.ts';

const INSTANCE = 'i-0123456789abcdef0';
const STATUSES = ['429', '500', '502', '503', '504'];
/** Those that stay until they are cleared. */
const NAMES = ['latency', 'errors', 'hang-token-put', 'throttle', 'credentials'];

type Change = { [fault: string]: unknown };

export function addFault(program: Command, finish: Finish): void {
  const fault = describe(program, 'fault', 'make the metadata service of an instance misbehave, to test clients');
  fault.addHelpText('after', examples(`openimds fault latency ${INSTANCE} 500`, `openimds fault clear ${INSTANCE}`));
  const change = async (target: Target, instance: string, changes: Change) =>
    finish(await (await import('./fault.ts')).changeFaults(target, instance, changes));

  addTo(fault, 'latency', 'answer every request so many milliseconds late', '500')
    .addArgument(numberArgument('<MILLISECONDS>', 'from 0 to 60000'))
    .action((instance: string, LatencyMs: number, target: Target) => change(target, instance, { LatencyMs }));

  addTo(fault, 'errors', 'answer a share of all requests with an error', '503 --share 0.5')
    .addArgument(new Argument('<STATUS>', 'what they get; 503 is how AWS asks to try again').choices(STATUSES))
    .addOption(numberOption('--share <SHARE>', 'of all requests, above 0 and up to 1').default(1))
    .action((instance: string, status: string, { share: Share, ...target }: Target & { share: number }) =>
      change(target, instance, { Errors: { Status: Number(status), Share } }),
    );

  addTo(fault, 'hang-token-put', 'never answer token PUTs, as when the hop limit is too small').action(
    (instance: string, target: Target) => change(target, instance, { HangTokenPut: true }),
  );

  addTo(fault, 'expire-tokens', 'refuse the session tokens that were handed out until now').action(
    (instance: string, target: Target) => change(target, instance, { ExpireTokens: true }),
  );

  addTo(fault, 'throttle', 'drop what is more than so many packets a second, as AWS does', '1024')
    .addArgument(numberArgument('[PACKETS]', 'from 1 to 1000000').default(AWS_PACKETS_PER_SECOND))
    .action((instance: string, PacketsPerSecond: number, target: Target) =>
      change(target, instance, { PacketsPerSecond }),
    );

  addTo(fault, 'credentials', 'hand out credentials that expire after so many seconds', '60')
    .addArgument(numberArgument('<SECONDS>', 'from 0, for expired ones, to 21600'))
    .action((instance: string, CredentialsLifetimeSeconds: number, target: Target) =>
      change(target, instance, { CredentialsLifetimeSeconds }),
    );

  addTo(fault, 'show', 'show the faults of an instance and what clients see of them')
    .addOption(outputFlag())
    .addOption(queryFlag())
    .action(async (instance: string, options: Target & ShowOptions) =>
      finish(await (await import('./fault.ts')).showFaults(options, instance, options)),
    );

  addTo(fault, 'clear', 'take away the faults of an instance, or one of them', 'latency')
    .addArgument(new Argument('[NAME]', 'which; all where none is named').choices(NAMES))
    .action(async (instance: string, name: string | undefined, target: Target) =>
      finish(await (await import('./fault.ts')).clearFaults(target, instance, name)),
    );
}

/** A command with what all of them take. @param rest of its example */
function addTo(fault: Command, name: string, description: string, rest = ''): Command {
  return describe(fault, name, description)
    .addOption(addressFlag())
    .addOption(stateFlag('where its root access key is'))
    .argument('<INSTANCE>', 'its id')
    .addHelpText('after', examples(`openimds fault ${name} ${INSTANCE} ${rest}`.trimEnd()));
}

function numberArgument(name: string, about: string): Argument {
  return new Argument(name, about).argParser(checked(parseNumber));
}

function numberOption(flags: string, about: string): Option {
  return new Option(flags, about).argParser(checked(parseNumber));
}
