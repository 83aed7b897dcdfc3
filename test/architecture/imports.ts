/**
 * The direction of imports: down only.
 *
 *   cli ──> api, hosts, agent ──> store, protocol ──> metadata-options, iam, imds, catalogue ──> leaves (src/*.ts)
 *
 * The console runs in a browser: of src/ it may import the protocol's model, the rules and the leaves, all of which are pure.
 * Rule folders, the lowest, may know each other. An import of a type counts like any other: whoever names a type knows the
 * folder that it stands in. Tests may also import neighbours on their folder's level; nothing but tests imports a test.
 */

import { posix } from 'node:path';
import { type Import, readSource } from './source.ts';
import { type File, isTest, isTypeScript } from './tree.ts';

/** From the top down; the leaves, the files of src/ itself, are below all. */
const LEVELS: readonly (readonly string[])[] = [
  ['cli'],
  ['api', 'hosts', 'agent'],
  ['store', 'protocol'],
  ['metadata-options', 'iam', 'imds', 'catalogue'],
];

/** Imports that the levels would allow, or that deserve more than "down only" as a reason. */
const FORBIDDEN: readonly { from: string; to: string; because: string }[] = [
  {
    from: 'api',
    to: 'agent',
    because: 'control plane and data plane meet only in the model: each must work while the other is away',
  },
  {
    from: 'agent',
    to: 'api',
    because: 'control plane and data plane meet only in the model: each must work while the other is away',
  },
  { from: 'api', to: 'imds', because: 'how a metadata service answers is the business of the data plane alone' },
  {
    from: 'agent',
    to: 'metadata-options',
    because: 'an agent obeys options that are decided; rules in two places would come to differ',
  },
  { from: 'agent', to: 'protocol', because: "an agent does not speak AWS's protocols" },
  { from: 'agent', to: 'iam', because: 'an agent decides about nobody' },
];

/** @param packages the names of package.json, by kind */
export function checkImports(files: File[], packages: { run: Set<string>; develop: Set<string> }): string[] {
  const paths = new Set(files.map((file) => file.path));
  return files
    .filter((file) => isTypeScript(file) && /^(?:src|console\/src)\//.test(file.path))
    .flatMap(({ path, text }) =>
      readSource(text).imports.flatMap((from) => {
        const problem = from.from.startsWith('.')
          ? problemWithFile(path, posix.join(posix.dirname(path), from.from), from.typeOnly, paths)
          : problemWithPackage(path, from, packages);
        return problem === undefined ? [] : [`${path} imports ${from.from}: ${problem}`];
      }),
    );
}

function problemWithFile(
  path: string,
  other: string,
  typeOnly: boolean,
  paths: ReadonlySet<string>,
): string | undefined {
  if (!paths.has(other)) return 'there is no such file; write the path with its extension';
  if (isTest(other) && !isTest(path)) return 'that is there for tests only';
  if (isBuildStep(other) && !typeOnly && !isBuildStep(path) && !isTest(path))
    return 'that writes generated files and is not published';
  if (isConsole(path)) return isConsole(other) || isTest(path) ? undefined : problemWithConsole(other);
  if (other.startsWith('src/')) return problemWithFolder(folderOf(path), folderOf(other), isTest(path));
  return isTest(path) || other === 'package.json' ? undefined : 'what runs stands in src/';
}

function problemWithFolder(own: string | undefined, other: string | undefined, fromTest: boolean): string | undefined {
  if (other === own || other === undefined) return undefined;
  if (own === undefined) return 'a leaf knows no folder; every folder knows the leaves';
  const forbidden = FORBIDDEN.find(({ from, to }) => from === own && to === other);
  if (forbidden) return forbidden.because;
  const [level, target] = [levelOf(own), levelOf(other)];
  if (level < 0 || target < 0) return 'a folder without a level; give it one in test/architecture/imports.ts';
  if (target < level)
    return `imports go down only, and ${other} stands above ${own}; take what is needed as a parameter`;
  if (target > level || fromTest || level === LEVELS.length - 1) return undefined;
  return `${own} and ${other} stand on one level and do not know each other; what both need goes further down`;
}

function levelOf(folder: string): number {
  return LEVELS.findIndex((level) => level.includes(folder));
}

function isConsole(path: string): boolean {
  return path.startsWith('console/src/');
}

/** What the console may take from outside of itself: what does nothing by itself, and works without Node. */
const FOR_THE_CONSOLE =
  /^src\/(?:(?:metadata-options|iam|catalogue)\/|protocol\/(?:model\.ts|\w+\.model\.json)$|[\w-]+\.ts$)/;

function problemWithConsole(other: string): string | undefined {
  if (FOR_THE_CONSOLE.test(other)) return undefined;
  return 'the console runs in a browser: it asks the API, and shares only rules and the model with the server';
}

/** `api` for `src/api/actions/…`; undefined for a leaf. */
function folderOf(path: string): string | undefined {
  const [, folder, ...rest] = path.split('/');
  return rest.length === 0 ? undefined : folder;
}

function problemWithPackage(
  path: string,
  from: Import,
  { run, develop }: { run: Set<string>; develop: Set<string> },
): string | undefined {
  if (from.from.startsWith('node:')) return undefined;
  const name = from.from
    .split('/')
    .slice(0, from.from.startsWith('@') ? 2 : 1)
    .join('/');
  if (run.has(name)) return undefined;
  if (!develop.has(name)) return 'package.json does not have it';
  // Of what the console imports nothing is left to install once it is built.
  if (isTest(path) || from.typeOnly || isBuildStep(path) || isConsole(path)) return undefined;
  return 'it is a dev dependency, which an installed openimds lacks; import its types only';
}

/** Programs that write generated files: they run while developing and are not published. */
function isBuildStep(path: string): boolean {
  return /\/(?:build-[\w-]+|generate)\.ts$/.test(path);
}
