/**
 * The check of imports, tried on files that break it and on files that do not.
 */

import { describe, expect, test } from 'vitest';
import { checkImports } from './imports.ts';

const packages = { run: new Set(['fastify', '@bomb.sh/tab']), develop: new Set(['vitest', '@aws-sdk/client-ec2']) };

const TREE = [
  'package.json',
  'test/openimds.ts',
  'src/model.ts',
  'src/cli/main.ts',
  'src/api/server.ts',
  'src/api/testing.ts',
  'src/hosts/connect-host.ts',
  'src/agent/agent.ts',
  'src/store/store.ts',
  'src/protocol/build-model.ts',
  'src/imds/respond.ts',
  'src/iam/sigv4.ts',
  'src/catalogue/images.ts',
  'src/metadata-options/launch.ts',
];

/** What is wrong when the file at `path` holds `text`. */
function problems(path: string, text: string): string[] {
  const rest = TREE.filter((other) => other !== path).map((other) => ({ path: other, text: '' }));
  return checkImports([...rest, { path, text }], packages);
}

describe('an import is refused', () => {
  test.each([
    ['src/store/sqlite.ts', "import { createApi } from '../api/server.ts';", 'imports go down only'],
    ['src/store/sqlite.ts', "import type { Api } from '../api/server.ts';", 'imports go down only'],
    ['src/imds/respond.ts', "const x = await import('../store/store.ts');", 'imports go down only'],
    ['src/hosts/connect-host.ts', "export { a } from '../cli/main.ts';", 'imports go down only'],
    ['src/api/server.ts', "import { a } from '../agent/agent.ts';", 'meet only in the model'],
    ['src/agent/agent.ts', "import { a } from '../api/server.ts';", 'meet only in the model'],
    ['src/agent/agent.test.ts', "import { a } from '../api/server.ts';", 'meet only in the model'],
    ['src/api/server.ts', "import { a } from '../imds/respond.ts';", 'business of the data plane'],
    ['src/agent/agent.ts', "import { a } from '../metadata-options/launch.ts';", 'obeys options that are decided'],
    ['src/api/server.ts', "import { a } from '../hosts/connect-host.ts';", 'do not know each other'],
    ['src/model.ts', "import { a } from './imds/respond.ts';", 'a leaf knows no folder'],
    ['src/extras/a.ts', "import { a } from '../imds/respond.ts';", 'without a level'],
    ['src/api/server.ts', "import { a } from './testing.ts';", 'for tests only'],
    ['src/protocol/ec2.ts', "import { a } from './build-model.ts';", 'writes generated files'],
    ['src/api/server.ts', "import { a } from '../../test/openimds.ts';", 'for tests only'],
    ['src/api/server.ts', "import { a } from '../model';", 'no such file'],
    ['src/api/server.ts', "import { a } from 'express';", 'package.json does not have it'],
    ['src/api/server.ts', "import { a } from '@aws-sdk/client-ec2';", 'dev dependency'],
    ['console/src/a.tsx', "import { a } from '../../src/store/store.ts';", 'runs in a browser'],
    ['console/src/a.tsx', "import { a } from '../../src/api/server.ts';", 'runs in a browser'],
    ['console/src/a.tsx', "import { a } from 'express';", 'package.json does not have it'],
  ])('%s: %s', (path, text, because) => {
    expect(problems(path, text)).toEqual([expect.stringContaining(because)]);
  });
});

describe('an import is accepted', () => {
  test.each([
    ['src/cli/main.ts', "import { a } from '../api/server.ts'; import { b } from '../agent/agent.ts';"],
    ['src/api/server.ts', "import { a } from '../store/store.ts'; import Fastify from 'fastify';"],
    ['src/api/server.ts', "import type { A } from '@aws-sdk/client-ec2'; import { a } from '@bomb.sh/tab/x';"],
    ['src/agent/agent.ts', "import { a } from '../imds/respond.ts'; import { b } from '../model.ts';"],
    ['src/metadata-options/launch.ts', "import { a } from '../catalogue/images.ts';"],
    ['src/cli/package.ts', "import about from '../../package.json' with { type: 'json' };"],
    ['src/api/server.test.ts', "import { a } from './testing.ts'; import { b } from '../hosts/connect-host.ts';"],
    ['src/api/server.test.ts', "import { test } from 'vitest'; import { b } from '../../test/openimds.ts';"],
    ['src/protocol/generate.ts', "import * as sdk from '@aws-sdk/client-ec2'; import { a } from './build-model.ts';"],
    [
      'console/src/a.tsx',
      "import { a } from '../../src/metadata-options/launch.ts'; import type { B } from '../../src/model.ts';",
    ],
    ['console/src/a.tsx', "import { a } from '@aws-sdk/client-ec2';"],
    ['test/conformance/a.test.ts', "import { a } from '../../src/cli/main.ts';"],
  ])('%s: %s', (path, text) => {
    expect(problems(path, text)).toEqual([]);
  });
});
