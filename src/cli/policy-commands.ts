/**
 * `openimds policy …`: rehearsing policies without a control plane, each command with its flags and an example.
 *
 * What they do is in `policy/`, which is imported when one of them runs.
 */

import { type Command, Option } from 'commander';
import { describe, examples, type Finish } from './command.ts';
import type { CheckOptions } from './policy/check.ts';

const KINDS = ['identity', 'boundary', 'session', 'trust', 'resource', 'scp'];

export function addPolicy(program: Command, finish: Finish): void {
  const policy = describe(
    program,
    'policy',
    'check policies, test them and see what they decide, without a control plane',
  );
  policy.addHelpText(
    'after',
    examples(
      'openimds policy check docs/policies/*.json',
      'openimds policy simulate --policy policy.json --launch "--metadata-options HttpTokens=optional"',
    ),
  );
  addCheck(policy, finish);
}

function addCheck(policy: Command, finish: Finish): void {
  describe(
    policy,
    'check',
    'find what is wrong with policies: grammar, names that do not exist, statements that never match',
  )
    .argument('<FILE...>', 'policies in JSON; - is standard input')
    .addOption(new Option('--type <KIND>', 'what they are attached as').choices(KINDS).default('identity'))
    .option('--strict', 'end with status 1 for warnings too', false)
    .addOption(reportFlag())
    .addHelpText(
      'after',
      examples('openimds policy check policy.json', 'openimds policy check --type scp --strict scps/*.json'),
    )
    .action(async (files: string[], options: CheckOptions) =>
      finish(await (await import('./policy/check.ts')).checkPolicies(files, options)),
    );
}

function reportFlag(): Option {
  const output = new Option('--output <FORMAT>', 'for people, or a form for programs');
  return output.choices(['table', 'json']).default('table');
}
