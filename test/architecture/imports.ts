/**
 * The direction of imports: down only.
 *
 *   cli ──> api, hosts, agent ──> store, protocol ──> metadata-options, iam, imds, catalogue ──> leaves (src/*.ts)
 *
 * An import that is only a type counts like any other: whoever names a type knows the folder that it stands in.
 * Tests beside the code may also import their neighbours on the same level; nothing imports a test.
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

type Reached = { path: string; from: Import };

/** @param packages the names of package.json, by kind */
export function checkImports(files: File[], packages: { run: Set<string>; develop: Set<string> }): string[] {
  const paths = new Set(files.map((file) => file.path));
  return files
    .filter((file) => isTypeScript(file) && file.path.startsWith('src/'))
    .flatMap(({ path, text }) =>
      readSource(text).imports.flatMap((from) => {
        const problem = from.from.startsWith('.')
          ? problemWithFile(path, { path: posix.join(posix.dirname(path), from.from), from }, paths)
          : problemWithPackage(path, from, packages);
        return problem === undefined ? [] : [`${path} imports ${from.from}: ${problem}`];
      }),
    );
}

function problemWithFile(path: string, reached: Reached, paths: ReadonlySet<string>): string | undefined {
  if (!paths.has(reached.path)) return 'there is no such file; write the path with its extension';
  if (isTest(reached.path) && !isTest(path)) return 'that is there for tests only';
  if (!reached.path.startsWith('src/')) {
    return isTest(path) || reached.path === 'package.json' ? undefined : 'what runs stands in src/';
  }
  const [own, other] = [folderOf(path), folderOf(reached.path)];
  if (other === own || other === undefined) return undefined;
  if (own === undefined) return 'a leaf knows no folder; every folder knows the leaves';
  const rule = FORBIDDEN.find(({ from, to }) => from === own && to === other);
  if (rule && !isTest(path)) return rule.because;
  const [level, target] = [levelOf(own), levelOf(other)];
  if (level < 0) return `the folder src/${own} has no level; give it one in test/architecture/imports.ts`;
  if (target > level || (target === level && isTest(path) && !rule)) return undefined;
  if (target === level && level === LEVELS.length - 1) return undefined;
  return target === level
    ? `${own} and ${other} stand on one level and do not know each other; what both need goes further down`
    : `imports go down only, and ${other} stands above ${own}; pass what is needed as a parameter`;
}

/** Rule folders know each other; who stands above them knows the rules that it applies. */
function levelOf(folder: string): number {
  return LEVELS.findIndex((level) => level.includes(folder));
}

/** `api` for `src/api/actions/ec2/x.ts`; undefined for a leaf. */
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
  if (isTest(path) || from.typeOnly || isBuildStep(path)) return undefined;
  return 'it is a dev dependency, which an installed openimds lacks; import its types only';
}

/** Programs that write generated files: they run while developing and are not published. */
function isBuildStep(path: string): boolean {
  return /\/(?:build-[\w-]+|generate)\.ts$/.test(path);
}
