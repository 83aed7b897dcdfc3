/**
 * The command line: every command with its flags, the variables that stand for them, and an example.
 *
 * Nothing is done here; each command's own file does it and is imported only then. `aws` takes no flags of its own,
 * because all that follows belongs to the real one.
 */

import { Argument, Command, CommanderError, Option } from 'commander';
import type { CertificatesOptions } from './certificates.ts';
import { describe, examples, type Finish } from './command.ts';
import type { Target } from './control-plane.ts';
import { addDiagnosisCommands, addProbe } from './diagnosis-commands.ts';
import { addEvent } from './event-commands.ts';
import { addFault } from './fault-commands.ts';
import {
  addressFlag,
  choiceFlag,
  optionalValueFlag,
  outputFlag,
  queryFlag,
  stateFlag,
  switchFlag,
  targetFromEnvironment,
  valueFlag,
} from './flags.ts';
import { addInstanceCommands } from './instance-commands.ts';
import { parseListen } from './listen-address.ts';
import type { ShowOptions } from './output.ts';
import { packageVersion } from './package.ts';
import { addPolicy } from './policy-commands.ts';
import { AWS_PACKETS_PER_SECOND, parsePort, parseThrottle } from './settings.ts';
import { addStateCommands } from './state-commands.ts';
import type { UpOptions } from './up.ts';

const WRONG_USAGE = 2;

/** Runs one command line, without the program's name, and returns the exit status. @throws Failure */
export async function runCommandLine(commandLine: string[]): Promise<number> {
  let status = 0;
  const program = createProgram(commandLine, (result) => {
    status = result;
  });
  try {
    await program.parseAsync(commandLine, { from: 'user' });
  } catch (error) {
    // Commander has said already what is wrong, or printed the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE;
    throw error;
  }
  return status;
}

function createProgram(commandLine: string[], finish: Finish): Command {
  const program = createCommands(commandLine, finish);
  describe(program, 'completion', 'print what a shell needs to complete openimds commands at TAB')
    .addArgument(new Argument('<SHELL>', 'yours').choices(['bash', 'zsh', 'fish']))
    .addHelpText('after', examples('source <(openimds completion bash)', 'openimds completion fish | source'))
    .action(async (shell: string) => {
      const { printCompletionScript } = await import('./completion.ts');
      printCompletionScript(createCommands([], finish), shell);
    });
  // What that asks at each TAB.
  program
    .command('complete', { hidden: true })
    .argument('[WORD...]', 'the command line so far, after --')
    .addHelpText('after', examples('openimds complete -- up --l'))
    .action(async (words: string[]) => {
      const { printCompletions } = await import('./completion.ts');
      await printCompletions(createCommands([], finish), words, targetFromEnvironment(program));
    });
  addProbe(program, finish);
  return program;
}

function createCommands(commandLine: string[], finish: Finish): Command {
  const program = new Command('openimds')
    .description('The EC2 instance metadata service with its options, to run yourself.')
    .version(packageVersion(), '--version', 'print the version')
    .helpOption('--help', 'print this, or after a command its help')
    .helpCommand('help [COMMAND]', 'print the help of a command')
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ outputError: (message, write) => write(message.replace(/^error: /, 'openimds: ')) })
    .showHelpAfterError('Try: openimds --help')
    .addHelpText('after', examples('openimds up', 'eval "$(openimds env)"', 'openimds ls'));
  addUp(program, finish);
  addEnv(program, finish);
  addAws(program, finish, commandLine);
  addLs(program, finish);
  addStateCommands(program, finish);
  addInstanceCommands(program, finish);
  addDiagnosisCommands(program, finish);
  addEvent(program, finish);
  addFault(program, finish);
  addPolicy(program, finish);
  addStatus(program, finish);
  addCertificates(program, finish);
  return program;
}

function addUp(program: Command, finish: Finish): void {
  const listen = { flags: '--listen <ADDRESS>', about: 'address and port of the API', variable: 'OPENIMDS_LISTEN' };
  const imdsPort = {
    flags: '--imds-port <PORT>',
    about: 'port that all metadata services have in common',
    variable: 'OPENIMDS_IMDS_PORT',
  };
  const substrate = {
    flags: '--substrate <KIND>',
    about: 'what an instance is: loopback, an address of this machine; netns, a network namespace (Linux, root)',
    variable: 'OPENIMDS_SUBSTRATE',
  };
  const nat = {
    flags: '--nat',
    about: 'let instances that are namespaces reach what this machine reaches, under its address',
    variable: 'OPENIMDS_NAT',
  };
  const imdsOnly = {
    flags: '--imds-only',
    about: 'let instances that are namespaces reach their metadata service and not the API',
    variable: 'OPENIMDS_IMDS_ONLY',
  };
  const rules = {
    flags: '--rules <RULES>',
    about: 'page: HttpTokens and the hop limit need HttpEndpoint beside them, as on the page; current: as AWS today',
    variable: 'OPENIMDS_RULES',
  };
  const strict = {
    flags: '--strict',
    about: 'refuse the keys that everybody knows: test, and twelve digits',
    variable: 'OPENIMDS_STRICT',
  };
  const logFormat = { flags: '--log-format <FORMAT>', about: 'on standard error', variable: 'OPENIMDS_LOG_FORMAT' };
  const keepAlive = {
    flags: '--imds-keep-alive',
    about: 'keep connections to metadata services open, as AWS does not',
    variable: 'OPENIMDS_IMDS_KEEP_ALIVE',
  };
  const throttle = {
    flags: '--imds-throttle [PACKETS]',
    about: `drop what is more than so many packets a second to an instance; AWS drops above ${AWS_PACKETS_PER_SECOND}`,
    variable: 'OPENIMDS_IMDS_THROTTLE',
  };
  describe(program, 'up', 'start the control plane and the metadata services on this machine')
    .addOption(valueFlag(listen, '127.0.0.1:4566', parseListen))
    .addOption(stateFlag('where everything is kept'))
    .addOption(valueFlag(imdsPort, '1338', parsePort))
    .addOption(choiceFlag(substrate, ['loopback', 'netns']))
    .addOption(switchFlag(nat))
    .addOption(switchFlag(imdsOnly))
    .addOption(choiceFlag(rules, ['page', 'current']))
    .addOption(switchFlag(strict))
    .addOption(choiceFlag(logFormat, ['pretty', 'json']))
    .addOption(switchFlag(keepAlive))
    .addOption(optionalValueFlag(throttle, String(AWS_PACKETS_PER_SECOND), parseThrottle))
    .addHelpText('after', examples('openimds up', 'openimds up --listen 127.0.0.1:0 --state ./state --rules current'))
    .action(async (options: UpOptions) => finish(await (await import('./up.ts')).up(options)));
}

function addEnv(program: Command, finish: Finish): void {
  describe(program, 'env', 'print what a shell has to eval so that AWS programs reach the control plane')
    .addOption(addressFlag())
    .addOption(stateFlag('where its root access key is'))
    .addHelpText('after', examples('eval "$(openimds env)"', 'aws ec2 describe-instances'))
    .action(async (target: Target) => finish(await (await import('./env.ts')).printEnvironment(target)));
}

function addAws(program: Command, finish: Finish, commandLine: string[]): void {
  describe(program, 'aws', 'run the AWS CLI against the control plane at OPENIMDS_ADDRESS')
    .argument('[ARGUMENT...]', 'go to the AWS CLI as they are')
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .addHelpText('after', examples('openimds aws ec2 describe-instances --output table'))
    .action(async () => {
      const target = targetFromEnvironment(program);
      // From the command line itself, because Commander would swallow a `--`.
      finish(await (await import('./aws.ts')).runAws(target, commandLine.slice(1)));
    });
}

function addLs(program: Command, finish: Finish): void {
  describe(program, 'ls', 'list instances with their metadata options and where their metadata services are')
    .addOption(addressFlag())
    .addOption(stateFlag('where its root access key is'))
    .addOption(outputFlag())
    .addOption(queryFlag())
    .addHelpText('after', examples('openimds ls', "openimds ls --query 'Instances[].Endpoints.ipv4' --output text"))
    .action(async (options: Target & ShowOptions) =>
      finish(await (await import('./ls.ts')).listInstances(options, options)),
    );
}

function addStatus(program: Command, finish: Finish): void {
  describe(program, 'status', 'say whether a control plane answers and how it is set')
    .addOption(addressFlag())
    .addOption(stateFlag('where its root access key is'))
    .addHelpText('after', examples('openimds status', 'openimds status --address http://192.0.2.1:4566'))
    .action(async (target: Target) => finish(await (await import('./status.ts')).printStatus(target)));
}

function addCertificates(program: Command, finish: Finish): void {
  const name = new Option('--name <NAME>', 'only this one, as plain PEM');
  const output = new Option('--output <FORMAT>', 'a table for people, or a form for programs; PEM without it');
  describe(program, 'certificates', 'print the certificates that verify what is signed for the instances of a Region')
    .addOption(addressFlag())
    .addOption(stateFlag('where its root access key is'))
    .addOption(name.choices(['DSA', 'RSA', 'RSA-2048', 'DSA-2048', 'INSTANCE-CONNECT']))
    .addOption(output.choices(['table', 'json', 'yaml', 'text']))
    .addHelpText(
      'after',
      examples(
        'openimds certificates --name RSA-2048 > rsa-2048.pem',
        'AWS_REGION=eu-west-1 openimds certificates --output table',
      ),
    )
    .action(async (options: Target & CertificatesOptions) =>
      finish(await (await import('./certificates.ts')).printCertificates(options, options)),
    );
}
