/**
 * The checks of single files, each tried on files that break it and on files that do not.
 */

import { describe, expect, test } from 'vitest';
import {
  checkActions,
  checkErrorsMadeInOnePlace,
  checkHeaders,
  checkMachines,
  checkNames,
  checkSleep,
  checkToDos,
  commandOf,
} from './files.ts';

const lines = (count: number, line = ' * Says something.\n') => line.repeat(count);

describe('how a file opens', () => {
  const problems = (path: string, text: string) => checkHeaders([{ path, text }]);

  test.each([
    ['src/x.ts', 'export const x = 1;\n'],
    ['src/x.ts', `import a from 'a';\n/**\n${lines(3)} */\n`],
    ['src/x.ts', '/**\n */\n'],
    ['src/x.ts', `/** Says something. */\n${'a();\n'.repeat(60)}`],
    ['src/x.test.ts', "import a from 'a';\n"],
    ['src/x.ts', `/**\n${lines(9)} */\n`],
    ['src/x.ts', `/**\n${lines(4)}${lines(9, ' *   a ──> b\n')} */\n`],
    ['src/store/migrations/0001-x.sql', 'CREATE TABLE x (y);\n'],
    ['bin/x', '#!/bin/sh\nset -eu\n'],
  ])('%s: %j is refused', (path, text) => {
    expect(problems(path, text)).toHaveLength(1);
  });

  test.each([
    ['src/x.ts', `/**\n${lines(2)} */\n\nexport const x = 1;\n`],
    ['src/x.ts', `#!/usr/bin/env node\n/**\n${lines(8)} */\n`],
    ['src/x.ts', `/**\n${lines(4)} *\n${lines(7, ' *   a ──> b\n')} */\n`],
    ['src/x.ts', '/** Says something. */\n'],
    ['src/x.test.ts', `/** Says something. */\n${'a();\n'.repeat(60)}`],
    ['src/store/migrations/0001-x.sql', '-- One.\n-- Two.\nCREATE TABLE x (y);\n'],
    ['bin/x', '#!/bin/sh\n# One.\n# Two.\nset -eu\n'],
    ['src/protocol/ec2.model.json', '{}'],
    ['vitest.config.ts', 'export default {};'],
  ])('%s: %j is accepted', (path, text) => {
    expect(problems(path, text)).toEqual([]);
  });
});

describe('what a file is called', () => {
  const problems = (path: string) => checkNames([{ path, text: '' }]);

  test.each([
    'src/utils/x.ts',
    'src/api/helpers.ts',
    'src/common.test.ts',
    'test/shared/x.ts',
    'lib/x.js',
    'docs/misc',
  ])('%s is refused', (path) => {
    expect(problems(path)).toHaveLength(1);
  });

  test.each(['src/libc/x.ts', 'src/api/common-name.ts', 'src/cli/shared-state.ts', 'src/utility.ts'])(
    '%s is accepted',
    (path) => {
      expect(problems(path)).toEqual([]);
    },
  );
});

describe('actions', () => {
  const folder = 'src/api/actions/ec2/';
  const problems = (texts: Record<string, string>, actions: string[]) =>
    checkActions(
      Object.entries(texts).map(([path, text]) => ({ path: folder + path, text })),
      'ec2',
      actions,
    );

  test('are named as the CLI names their commands', () => {
    expect(commandOf('ModifyInstanceMetadataOptions')).toBe('modify-instance-metadata-options');
    expect(commandOf('DescribeVpcs')).toBe('describe-vpcs');
    expect(commandOf('SendSSHPublicKey')).toBe('send-ssh-public-key');
  });

  test('that are registered, have a file, and are called by a test are accepted', () => {
    const start = {
      'start-instances.ts': '',
      'start-instances.test.ts': "call('StartInstances'); call('StopInstances');",
    };
    expect(problems({ 'index.ts': '', ...start }, ['StartInstances'])).toEqual([]);
    expect(problems({ ...start, 'stop-instances.ts': '' }, ['StartInstances', 'StopInstances'])).toEqual([]);
  });

  test.each([
    ['an action without a file', { 'run-instances.test.ts': '' }, ['RunInstances']],
    ['a file that is not registered', { 'run-instances.ts': '' }, []],
    ['an action without a test', { 'run-instances.ts': '', 'index.ts': '' }, ['RunInstances']],
    [
      'an action that only a test of all actions calls',
      { 'run-instances.ts': '', 'every-action.test.ts': "call('RunInstances')" },
      ['RunInstances'],
    ],
  ])('%s is refused', (_, texts, actions) => {
    expect(problems(texts, actions)).toHaveLength(1);
  });
});

describe('what a file must not say', () => {
  test('an AwsError is made in src/aws-errors.ts and nowhere else', () => {
    const text = "throw new AwsError('X', 400, 'x');";
    expect(checkErrorsMadeInOnePlace([{ path: 'src/api/call.ts', text }])).toHaveLength(1);
    expect(checkErrorsMadeInOnePlace([{ path: 'src/aws-errors.ts', text }])).toEqual([]);
    expect(checkErrorsMadeInOnePlace([{ path: 'src/api/call.ts', text: `// ${text}` }])).toEqual([]);
  });

  test('what is left to do has an issue', () => {
    const problems = (text: string, path = 'src/x.ts') => checkToDos([{ path, text }]);
    expect(problems('// TODO: later')).toHaveLength(1);
    expect(problems('# FIXME', 'bin/x')).toHaveLength(1);
    expect(problems('// TODO(#12): later')).toEqual([]);
    expect(problems("const x = 'TODO';")).toEqual([]);
  });

  test('a test does not sleep', () => {
    const problems = (text: string, path = 'src/x.test.ts') => checkSleep([{ path, text }]);
    expect(problems('await new Promise((done) => setTimeout(done, 50));')).toHaveLength(1);
    expect(problems("import { setTimeout } from 'node:timers/promises';")).toHaveLength(1);
    expect(problems('await sleep(50);', 'test/sdk/x.ts')).toHaveLength(1);
    expect(problems("await vi.waitFor(ready); run('sleep 5'); socket.setTimeout(0);")).toEqual([]);
    expect(problems('setTimeout(done, 50);', 'src/x.ts')).toEqual([]);
  });

  test.each([
    ['package-lock.json', '"resolved": "https://packages.example/x.tgz"'],
    ['.npmrc', 'registry=https://packages.example/'],
    ['docs/x.md', 'from https://registry.example.org/x'],
    ['docs/x.md', 'see /home/somebody/openimds'],
    ['src/x.ts', "const x = '/root/x';"],
  ])('%s: %s is refused', (path, text) => {
    expect(checkMachines([{ path, text }])).not.toEqual([]);
  });

  test.each([
    ['docs/x.md', 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/x.html and ~/work/x and src/root/x'],
    ['.npmrc', 'omit-lockfile-registry-resolved=true'],
  ])('%s: %s is accepted', (path, text) => {
    expect(checkMachines([{ path, text }])).toEqual([]);
  });
});
