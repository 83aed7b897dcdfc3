/**
 * What holds of every file on its own: how it opens, what it is called, and what it must not say.
 *
 * Each check takes files and returns a sentence for each thing that is wrong.
 */

import { extname } from 'node:path';
import { readSource } from './source.ts';
import { type File, isTest, isTypeScript } from './tree.ts';

// ─── How a file opens ────────────────────────────────────────────────────────────────────────────────────────────────

const FEWEST_LINES = 2;
/** A short file may say it in one; of a test the rest stands in the names of its tests. */
const SHORT_FILE_LINES = 60;
const MOST_LINES = 8;
/** A drawing may be larger than what is said about it. */
const MOST_LINES_DRAWN = 12;

const COMMENTED = /^(?:src|console|test|bench|bin|clients|\.ci)\//;

/** Every file of code opens with some lines that say what it is for, what it promises and what it must not do. */
export function checkHeaders(files: File[]): string[] {
  return files
    .filter(({ path }) => COMMENTED.test(path))
    .flatMap(({ path, text }) => {
      const header = headerOf(path, text);
      if (header === undefined) return [];
      const lines = header.split('\n').filter((line) => line.trim() !== '');
      const drawn = lines.filter((line) => /^ {2}/.test(line)).length;
      const fewest = isTest(path) || text.split('\n').length <= SHORT_FILE_LINES ? 1 : FEWEST_LINES;
      if (lines.length < fewest) {
        return [
          `${path} opens with ${lines.length} lines of comment; say in 2 to 8 what it is for and what it promises`,
        ];
      }
      if (lines.length - drawn > MOST_LINES || lines.length > MOST_LINES_DRAWN) {
        return [`${path} opens with ${lines.length} lines of comment; 8, or 12 with a drawing, must do`];
      }
      return [];
    });
}

/** The text of the comment at the top, empty without one; undefined for files that cannot have one. */
function headerOf(path: string, text: string): string | undefined {
  if (isTypeScript({ path, text }) || path.endsWith('.js')) {
    const [, inOneLine, inMany] = /^(?:#![^\n]*\n)?\/\*\*(?: (.*) \*\/|\n((?: \*[^\n]*\n)*?) \*\/)\n/.exec(text) ?? [];
    return inOneLine ?? inMany?.replace(/^ \* ?/gm, '') ?? '';
  }
  if (path.endsWith('.sql')) return /^(?:-- ?[^\n]*\n)*/.exec(text)?.[0].replace(/^-- ?/gm, '');
  if (path.endsWith('.sh') || path.endsWith('.py') || (extname(path) === '' && text.startsWith('#!'))) {
    return /^(?:#![^\n]*\n)?((?:#[^\n]*\n)*)/.exec(text)?.[1]?.replace(/^# ?/gm, '');
  }
  return undefined;
}

// ─── What a file is called ───────────────────────────────────────────────────────────────────────────────────────────

const EMPTY_NAMES = /(?:^|\/)(?:utils?|helpers?|common|shared|libs?|misc)(?:\.[^/]*)?(?=\/|$)/;

/** A name that says nothing collects what nobody knew a place for. */
export function checkNames(files: File[]): string[] {
  return files
    .filter(({ path }) => EMPTY_NAMES.test(path))
    .map(({ path }) => `${path} has a name that says nothing; what it holds lives with its only user, or is a noun`);
}

/** The AWS CLI's name of an action: `RunInstances` is `run-instances`, `SendSSHPublicKey` is `send-ssh-public-key`. */
export function commandOf(action: string): string {
  return action.replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '-').toLowerCase();
}

/**
 * Each action has the file that is named as the CLI names its command, each such file is an action, and a test beside it
 * calls it: its own, or that of an action that goes with it.
 */
export function checkActions(files: File[], service: string, actions: string[]): string[] {
  const folder = `src/api/actions/${service}/`;
  const inFolder = files.filter(({ path }) => path.startsWith(folder));
  const commands = inFolder
    .filter(({ path }) => !isTest(path))
    .map(({ path }) => path.slice(folder.length, -'.ts'.length));
  const registered = new Set(actions.map(commandOf));
  const tests = inFolder.filter(({ path }) => registered.has(path.slice(folder.length, -'.test.ts'.length)));
  const isTested = (action: string) =>
    tests.some(({ path, text }) => path === `${folder}${commandOf(action)}.test.ts` || text.includes(`'${action}'`));
  return [
    ...commands
      .filter((command) => command !== 'index' && !registered.has(command))
      .map((command) => `${folder}${command}.ts is not the file of an action in ${folder}index.ts`),
    ...actions
      .filter((action) => !commands.includes(commandOf(action)))
      .map((action) => `the action ${action} has no file ${folder}${commandOf(action)}.ts`),
    ...actions
      .filter((action) => !isTested(action))
      .map((action) => `no test in ${folder} of an action calls ${action}`),
  ];
}

// ─── What a file must not say ────────────────────────────────────────────────────────────────────────────────────────

/** AwsErrors are made in one place, so that every code and its words can be found there. */
export function checkErrorsMadeInOnePlace(files: File[]): string[] {
  return files
    .filter((file) => isTypeScript(file) && file.path !== 'src/aws-errors.ts')
    .filter(({ text }) => /\bnew\s+AwsError\b/.test(readSource(text).code))
    .map(({ path }) => `${path} makes an AwsError itself; add a function to src/aws-errors.ts`);
}

/** What is left to do has an issue, or is done now. */
export function checkToDos(files: File[]): string[] {
  return files.flatMap(({ path, text }) => {
    const said = isTypeScript({ path, text }) ? readSource(text).comments : /\.(?:md|json)$/.test(path) ? '' : text;
    return /\b(?:TODO|FIXME|XXX)\b(?!\(#\d+\))/.test(said)
      ? [`${path} has a ${'TODO'} without an issue: TODO(#n)`]
      : [];
  });
}

/** A test that sleeps is slow where it passes and fails where the machine is slow. */
export function checkSleep(files: File[]): string[] {
  return files
    .filter((file) => isTypeScript(file) && isTest(file.path))
    .filter(({ text }) => {
      const { code, imports } = readSource(text);
      return /(?<![\w.])(?:setTimeout|setInterval|sleep)\s*\(/.test(code) || imports.some(isTimers);
    })
    .map(({ path }) => `${path} sleeps; wait for a condition, or move a clock of your own`);
}

function isTimers({ from }: { from: string }): boolean {
  return /^node:timers/.test(from);
}

const NOT_OURS: readonly (readonly [RegExp, string])[] = [
  [/"resolved"\s*:\s*"https?:/, 'a download address: omit-lockfile-registry-resolved=true in .npmrc keeps them out'],
  [/^\s*(?:@[\w-]+:)?registry\s*=/m, 'which registry is used is a matter of the machine'],
  [/https?:\/\/[^\s/"'`)]*\b(?:registry|mirror|artifactory|nexus|pypi)\b/i, 'the name of a registry'],
  [/(?<![\w.~/-])\/(?:root|work|Users\/\w+|home\/(?!ec2-user)\w+)\//, "a path of somebody's machine"],
];

/** The project says nothing about the machine that it was written on, nor about where its packages came from. */
export function checkMachines(files: File[]): string[] {
  return files
    .filter(({ path }) => !path.startsWith('test/architecture/'))
    .flatMap(({ path, text }) =>
      NOT_OURS.filter(([pattern]) => pattern.test(text)).map(([, what]) => `${path} has ${what}`),
    );
}
