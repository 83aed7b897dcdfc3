/**
 * The commands for one instance: running programs on it, and lending it to a namespace that exists already.
 *
 * As in `program.ts`, nothing is done here.
 */

import { Argument, Command, Option } from 'commander';
import { describe, examples, type Finish } from './command.ts';
import type { Target } from './control-plane.ts';
import type { Surroundings } from './enter.ts';
import { addressFlag, stateFlag } from './flags.ts';

export function addInstanceCommands(program: Command, finish: Finish): void {
  addExec(program, finish);
  addShell(program, finish);
  addAttach(program, finish);
  addDetach(program, finish);
}

function addExec(program: Command, finish: Finish): void {
  describeForInstance(program, 'exec', 'run a program on this machine as if it were on the instance')
    .addOption(userOption())
    .option('--cwd <DIRECTORY>', 'the directory in which it runs')
    .argument('[COMMAND...]', 'the program and its arguments, after --')
    .passThroughOptions()
    .addHelpText(
      'after',
      examples(
        'openimds exec i-0123456789abcdef0 -- aws sts get-caller-identity',
        'openimds exec i-0123456789abcdef0 --user nobody --cwd /tmp -- env',
        'openimds exec i-0123456789abcdef0 -- curl http://169.254.169.254/latest/meta-data/    (netns)',
        'openimds exec i-0123456789abcdef0 -- sh -c \'curl "$AWS_EC2_METADATA_SERVICE_ENDPOINT"latest/meta-data/\'    (loopback)',
      ),
    )
    .action(async (instance: string, words: string[], options: Target & Surroundings, itself: Command) => {
      const rest = optionsBefore(words, itself);
      const given = { ...options, ...rest.options };
      finish(await (await import('./exec.ts')).execOnInstance(given, instance, { ...given, command: rest.command }));
    });
}

/**
 * The options that stand between the instance and the command. Commander's own parser takes all that follows the first
 * argument for the command's, which it must where no `--` is there.
 */
function optionsBefore(words: string[], itself: Command): { options: object; command: string[] } {
  const parser = new Command(itself.name()).copyInheritedSettings(itself).argument('[COMMAND...]').passThroughOptions();
  // The help of this one would lack the instance.
  parser.helpOption(false).addOption(new Option('--help'));
  for (const { flags } of itself.options) parser.option(flags);
  parser.parse(words, { from: 'user' });
  const { help, ...options } = parser.opts<{ help?: true }>();
  if (help) itself.help();
  return { options, command: parser.args };
}

function addShell(program: Command, finish: Finish): void {
  describeForInstance(program, 'shell', 'open a shell on this machine as if it were on the instance')
    .addOption(userOption())
    .addHelpText(
      'after',
      examples('openimds shell i-0123456789abcdef0', 'openimds shell i-0123456789abcdef0 --user nobody'),
    )
    .action(async (instance: string, options: Target & Surroundings) =>
      finish(await (await import('./open-shell.ts')).openShell(options, instance, options)),
    );
}

function addAttach(program: Command, finish: Finish): void {
  describeForInstance(
    program,
    'attach',
    'give the instance to a network namespace that exists already, as containers have',
  )
    .requiredOption('--netns <NAME|PID>', 'the namespace, as `ip netns` names it or as that of a process')
    .option('--device <NAME>', "what the instance's interface is called there (default: imds0)")
    .addHelpText(
      'after',
      examples(
        'openimds attach i-0123456789abcdef0 --netns "$(docker inspect -f \'{{.State.Pid}}\' web)"',
        'openimds attach i-0123456789abcdef0 --netns cni-3a1f --device imds1',
      ),
    )
    .action(async (instance: string, options: Target & { netns: string; device?: string }) =>
      finish(await (await import('./attach.ts')).attachInstance(options, instance, options)),
    );
}

function addDetach(program: Command, finish: Finish): void {
  describeForInstance(program, 'detach', 'give the instance a network namespace of its own again')
    .addHelpText('after', examples('openimds detach i-0123456789abcdef0'))
    .action(async (instance: string, target: Target) =>
      finish(await (await import('./attach.ts')).detachInstance(target, instance)),
    );
}

function describeForInstance(program: Command, name: string, description: string): Command {
  return describe(program, name, description)
    .addOption(addressFlag())
    .addOption(stateFlag('where its root access key is'))
    .addArgument(new Argument('<INSTANCE>', 'its id'));
}

function userOption(): Option {
  return new Option('--user <USER>', 'whose rights, groups and home it has: a name or a number');
}
