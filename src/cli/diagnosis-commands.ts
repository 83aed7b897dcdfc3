/**
 * The commands for who wants to know: who asks a metadata service and what it has, why it answers as it does, and what the
 * machine can do.
 *
 * As in `program.ts`, nothing is done here.
 */

import { Argument, type Command, Option } from 'commander';
import { describe, examples, type Finish } from './command.ts';
import type { Target } from './control-plane.ts';
import type { DoctorOptions } from './doctor/doctor.ts';
import type { ExplainOptions } from './explain/explain.ts';
import { addressFlag, outputFlag, queryFlag, stateFlag } from './flags.ts';
import type { ShowOptions } from './output.ts';
import type { RequestsOptions } from './requests.ts';

export function addDiagnosisCommands(program: Command, finish: Finish): void {
  addRequests(program, finish);
  addTree(program, finish);
  addExplain(program, finish);
  addDoctor(program, finish);
}

function addRequests(program: Command, finish: Finish): void {
  describe(program, 'requests', 'say who has asked the metadata service of an instance lately, and how')
    .addOption(addressFlag())
    .addOption(stateFlag('where its root access key is'))
    .argument('<INSTANCE>', 'its id')
    .option('--follow', 'go on with those that come, until it is ended')
    .addOption(outputFlag())
    .addOption(queryFlag())
    .addHelpText(
      'after',
      examples(
        'openimds requests i-0123456789abcdef0',
        'openimds requests i-0123456789abcdef0 --follow',
        "openimds requests i-0123456789abcdef0 --query 'Requests[?Version==`1`].UserAgent' --output text",
      ),
    )
    .action(async (instance: string, options: Target & RequestsOptions) =>
      finish(await (await import('./requests.ts')).listRequests(options, instance, options)),
    );
}

function addTree(program: Command, finish: Finish): void {
  describe(program, 'tree', 'show the metadata of an instance as it gets it, from outside')
    .addOption(addressFlag())
    .addOption(stateFlag('where its root access key is'))
    .argument('<INSTANCE>', 'its id')
    .addArgument(new Argument('[PATH]', 'a directory or a value, below /latest/').default('/latest/'))
    .addOption(outputFlag())
    .addOption(queryFlag())
    .addHelpText(
      'after',
      examples(
        'openimds tree i-0123456789abcdef0',
        'openimds tree i-0123456789abcdef0 meta-data/placement',
        'openimds tree i-0123456789abcdef0 dynamic/instance-identity/document',
      ),
    )
    .action(async (instance: string, path: string, options: Target & ShowOptions) =>
      finish(await (await import('./tree.ts')).showTree(options, instance, path, options)),
    );
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
