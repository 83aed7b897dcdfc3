/**
 * `openimds start`, `stop` and `terminate` on the command line: their arguments, flags and examples. What they do is in
 * `change-states.ts`, which is imported only then.
 */

import { Argument, type Command } from 'commander';
import type { StateChange } from './change-states.ts';
import { describe, examples, type Finish } from './command.ts';
import type { Target } from './control-plane.ts';
import { addressFlag, secondsFlag, stateFlag } from './flags.ts';

const ID = 'i-0123456789abcdef0';
const LONGEST_SECONDS = 86_400;
const USUAL_SECONDS = 300;

/** What `--all` means, and an example beside that with one instance. */
type About = { description: string; all: string; example: string };

const COMMANDS: Record<StateChange, About> = {
  start: {
    description: 'start stopped instances, and wait until they run',
    all: 'every stopped instance of the Region',
    example: 'openimds start --all',
  },
  stop: {
    description: 'stop running instances, and wait until they have stopped',
    all: 'every running instance of the Region',
    example: 'openimds stop --all --wait 20',
  },
  terminate: {
    description: 'terminate instances, and wait until nothing of them is left',
    all: 'every instance of the Region',
    example:
      "openimds terminate $(openimds ls --query 'Instances[?ImageId==`ami-0abcdef1234567890`].InstanceId' --output text)",
  },
};

export function addStateCommands(program: Command, finish: Finish): void {
  for (const [change, about] of Object.entries(COMMANDS) as [StateChange, About][]) {
    describe(program, change, about.description)
      .addArgument(new Argument('[INSTANCE...]', 'their ids'))
      .option('--all', about.all)
      .addOption(secondsFlag('--wait <SECONDS>', 'how long at most', LONGEST_SECONDS).default(USUAL_SECONDS))
      .addOption(addressFlag())
      .addOption(stateFlag('where its root access key is'))
      .addHelpText('after', examples(`openimds ${change} ${ID}`, about.example))
      .action(async (instances: string[], options: Target & { all?: true; wait: number }) =>
        finish(await (await import('./change-states.ts')).changeStates(options, change, { instances, ...options })),
      );
  }
}
