/**
 * What holds of the repository as a whole: the direction of imports, the purity of the rules, how files open, that links
 * are live, and that tables agree with the code.
 *
 * The checks stand in `test/architecture/`, each with a test of its own that shows it refusing. A failure here prints
 * sentences that say which file, what is wrong and what to do instead.
 */

import { describe, expect, test } from 'vitest';
import about from '../package.json' with { type: 'json' };
import { ec2Actions } from '../src/api/actions/ec2/index.ts';
import { iamActions } from '../src/api/actions/iam/index.ts';
import { stsActions } from '../src/api/actions/sts/index.ts';
import { jsonServices } from '../src/api/json-call.ts';
import {
  checkChangelog,
  checkDecisions,
  checkDependencies,
  checkLinks,
  checkMentions,
} from './architecture/documents.ts';
import { checkErrors } from './architecture/errors.ts';
import {
  checkActions,
  checkErrorsMadeInOnePlace,
  checkHeaders,
  checkMachines,
  checkNames,
  checkSleep,
  checkToDos,
} from './architecture/files.ts';
import { checkImports } from './architecture/imports.ts';
import { checkPurity } from './architecture/purity.ts';
import { ROOT, readTree } from './architecture/tree.ts';

const files = readTree(ROOT);
const run = Object.keys(about.dependencies);
const develop = Object.keys(about.devDependencies);

function textOf(path: string): string {
  return files.find((file) => file.path === path)?.text ?? '';
}

test('the repository is read: code, documents and tests', () => {
  for (const path of ['src/model.ts', 'README.md', 'test/architecture.test.ts', 'bin/openimds', 'package-lock.json']) {
    expect(textOf(path), path).not.toBe('');
  }
});

describe('code', () => {
  test('imports go down only: cli, then api, hosts and agent, then store and protocol, then the rules, then leaves', () => {
    expect(checkImports(files, { run: new Set(run), develop: new Set(develop) })).toEqual([]);
  });

  test('rules are pure: no I/O, no clock, no randomness', () => {
    expect(checkPurity(files)).toEqual([]);
  });

  test('an AwsError is made in src/aws-errors.ts only', () => {
    expect(checkErrorsMadeInOnePlace(files)).toEqual([]);
  });

  test('each action has one file, named as the AWS CLI names the command, and a test beside it calls it', () => {
    expect(checkActions(files, 'ec2', Object.keys(ec2Actions))).toEqual([]);
    expect(checkActions(files, 'iam', Object.keys(iamActions))).toEqual([]);
    expect(checkActions(files, 'sts', Object.keys(stsActions))).toEqual([]);
    for (const { name, actions } of Object.values(jsonServices)) {
      expect(checkActions(files, name, Object.keys(actions))).toEqual([]);
    }
  });

  test('no test sleeps', () => {
    expect(checkSleep(files)).toEqual([]);
  });
});

describe('files', () => {
  test('open with some lines that say what they are for', () => {
    expect(checkHeaders(files)).toEqual([]);
  });

  test('have names that say something', () => {
    expect(checkNames(files)).toEqual([]);
  });

  test('have nothing left to do that has no issue', () => {
    expect(checkToDos(files)).toEqual([]);
  });

  test("name no registry and no path of somebody's machine", () => {
    expect(checkMachines(files)).toEqual([]);
  });
});

describe('documents', () => {
  test('every relative link leads somewhere', () => {
    expect(checkLinks(files)).toEqual([]);
  });

  test('every path that is named in passing exists', () => {
    expect(checkMentions(files)).toEqual([]);
  });

  test('the changelog keeps its form', () => {
    expect(checkChangelog(textOf('CHANGELOG.md'))).toEqual([]);
  });

  test('decisions are numbered without gaps, short and whole', () => {
    expect(checkDecisions(files)).toEqual([]);
  });

  test('each dependency has a line with its reason', () => {
    expect(checkDependencies(textOf('docs/decisions/0002-dependencies.md'), [...run, ...develop])).toEqual([]);
  });

  test('each error has a row in docs/errors.md and a test that provokes it', () => {
    expect(checkErrors(files)).toEqual([]);
  });
});
