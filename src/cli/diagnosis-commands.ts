/**
 * The commands for when something does not work: why a metadata service answers as it does, and what the machine can do.
 *
 * As in `program.ts`, nothing is done here.
 */

import { type Command, Option } from 'commander';
import { describe, examples, type Finish } from './command.ts';
import type { Target } from './control-plane.ts';
import type { DoctorOptions } from './doctor/doctor.ts';
import type { ExplainOptions } from './explain/explain.ts';
import { addressFlag, stateFlag } from './flags.ts';

export function addDiagnosisCommands(program: Command, finish: Finish): void {
  addExplain(program, finish);
  addDoctor(program, finish);
}

function addExplain(program: Command, finish: Finish): void {
  describe(program, 'explain', "say why an instance's metadata service answers as it does, or does not answer")
    .addOption(addressFlag())
    .addOption(stateFlag('where its root access key is'))
    .argument('<INSTANCE>', 'its id')
    .option('--from <NETNS>', 'look from this network namespace: its name, its path, or a process in it')
    .addOption(reportFlag())
    .addHelpText(
      'after',
      examples(
        'openimds explain i-0123456789abcdef0',
        "openimds explain i-0123456789abcdef0 --from $(docker inspect -f '{{.State.Pid}}' web)",
      ),
    )
    .action(async (instance: string, options: Target & ExplainOptions) =>
      finish(await (await import('./explain/explain.ts')).explainInstance(options, instance, options)),
    );
}

function addDoctor(program: Command, finish: Finish): void {
  describe(program, 'doctor', 'say what this machine can do, and how to get what is missing')
    .addOption(stateFlag('where everything is kept'))
    .addOption(reportFlag())
    .addHelpText('after', examples('sudo openimds doctor', 'openimds doctor --output json'))
    .action(async (options: DoctorOptions) => finish(await (await import('./doctor/doctor.ts')).doctor(options)));
}

/** A report for people, or for programs. */
function reportFlag(): Option {
  const output = new Option('--output <FORMAT>', 'a table for people, or a form for programs');
  return output.choices(['table', 'json']).default('table');
}

/** What both run inside of network namespaces, and no person does. */
export function addProbe(program: Command, finish: Finish): void {
  program
    .command('probe', { hidden: true })
    .requiredOption('--netns <PATH>', 'where to look from')
    .argument('[URL...]', 'base addresses of metadata services, after --')
    .addHelpText('after', examples('openimds probe --netns /run/netns/web -- http://169.254.169.254'))
    .action(async (urls: string[], options: { netns: string }) =>
      finish(await (await import('./explain/probe.ts')).printProbe(urls, options)),
    );
}
