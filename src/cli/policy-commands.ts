/**
 * `openimds policy …`: rehearsing policies without a control plane, each command with its flags and an example.
 *
 * What they do is in `policy/`, which is imported when one of them runs.
 */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { describe, examples, type Finish } from './command.ts';
import type { CheckOptions } from './policy/check.ts';
import type { TestOptions } from './policy/run-cases.ts';
import type { SimulateOptions } from './policy/simulate.ts';

const KINDS = ['identity', 'boundary', 'session', 'trust', 'resource', 'scp'];
/** What is asked about a caller, and not about a resource. */
const OF_CALLERS = ['identity', 'boundary', 'session', 'scp'];

export function addPolicy(program: Command, finish: Finish): void {
  const about = 'check policies, test them, and see which statement decides and why; no control plane is needed';
  const policy = describe(program, 'policy', about);
  policy.addHelpText(
    'after',
    examples(
      'openimds policy check policy.json',
      'openimds policy test policy.json --cases cases.yaml',
      'openimds policy simulate --policy policy.json --launch "--metadata-options HttpTokens=optional"',
    ),
  );
  addCheck(policy, finish);
  addTest(policy, finish);
  addSimulate(policy, finish);
}

function addCheck(policy: Command, finish: Finish): void {
  describe(policy, 'check', 'find what is wrong: grammar, names that do not exist, statements that never match')
    .argument('<FILE...>', 'policies in JSON; - is standard input')
    .addOption(new Option('--type <KIND>', 'what they are attached as').choices(KINDS).default('identity'))
    .option('--strict', 'end with status 1 for warnings too')
    .addOption(reportFlag())
    .addHelpText(
      'after',
      examples('openimds policy check policy.json', 'openimds policy check --type scp --strict scps/*.json'),
    )
    .action(async (files: string[], options: CheckOptions) =>
      finish(await (await import('./policy/check.ts')).checkPolicies(files, options)),
    );
}

function addTest(policy: Command, finish: Finish): void {
  describe(policy, 'test', 'find out whether a policy decides as the cases of a file say; status 1 where it does not')
    .argument('<FILE>', 'the policy; - is standard input')
    .requiredOption('--cases <CASES>', 'cases in YAML or JSON (docs/operating.md)')
    .addOption(new Option('--as <KIND>', 'what it is attached as').choices(OF_CALLERS).default('identity'))
    .addOption(filesFlag('--beside <FILE>', 'an identity policy that the caller has too; may be repeated'))
    .addOption(aloneFlag())
    .addOption(reportFlag())
    .addHelpText(
      'after',
      examples(
        'openimds policy test policy.json --cases cases.yaml',
        'openimds policy test scp.json --as scp --cases cases.yaml',
      ),
    )
    .action(async (file: string, options: TestOptions) =>
      finish(await (await import('./policy/run-cases.ts')).runCases(file, options)),
    );
}

function addSimulate(policy: Command, finish: Finish): void {
  describe(
    policy,
    'simulate',
    'show what policies decide of a call that nobody makes, which statement decides, and why',
  )
    .addOption(filesFlag('--policy <FILE>', 'an identity policy of the caller; may be repeated'))
    .addOption(filesFlag('--scp <FILE>', 'a service control policy of its account; may be repeated'))
    .option('--boundary <FILE>', 'its permissions boundary')
    .option('--session <FILE>', 'the policy of its session')
    .addOption(aloneFlag())
    .option('--launch <FLAGS>', 'a launch, by flags of aws ec2 run-instances')
    .option('--action <ACTION>', 'any other call, such as ec2:ModifyInstanceMetadataOptions')
    .option('--resource <ARN>', 'what it is about; made up where absent')
    .addOption(pairsFlag('--request <NAME=VALUE>', 'a parameter of that call, such as HttpTokens=required'))
    .addOption(pairsFlag('--instance <NAME=VALUE>', 'an option of the instance as it is, such as HttpTokens=optional'))
    .addOption(pairsFlag('--context <KEY=VALUE>', 'a condition key, such as aws:SourceIp=192.0.2.1'))
    .option('--principal <PRINCIPAL>', 'user/NAME, role/NAME, root or an ARN; user/alice where absent')
    .option('--delivery <VERSION>', 'of credentials of an instance: 1.0 by IMDSv1, 2.0 by IMDSv2')
    .option('--region <REGION>', 'us-east-1 where absent')
    .addOption(reportFlag())
    .addHelpText(
      'after',
      examples(
        'openimds policy simulate --policy policy.json --launch "--metadata-options HttpTokens=optional"',
        'openimds policy simulate --scp scp.json --principal role/app --delivery 1.0 --action ec2:DescribeInstances',
      ),
    )
    .action(async (options: SimulateOptions) => finish(await (await import('./policy/simulate.ts')).simulate(options)));
}

function reportFlag(): Option {
  const output = new Option('--output <FORMAT>', 'for people, or a form for programs');
  return output.choices(['table', 'json']).default('table');
}

function aloneFlag(): Option {
  return new Option('--alone', 'put no AllowEverything beside policies that allow nothing');
}

function filesFlag(flags: string, about: string): Option {
  return new Option(flags, about).argParser((file: string, before: readonly string[] = []) => [...before, file]);
}

/** Pairs that come to one record. */
function pairsFlag(flags: string, about: string): Option {
  const add = (text: string, before: Readonly<Record<string, string>> = {}) => {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (name === undefined || value === undefined) throw new InvalidArgumentError('It takes NAME=VALUE.');
    return { ...before, [name]: value };
  };
  return new Option(flags, `${about}; may be repeated`).argParser(add);
}
