/**
 * A policy of a file, attached as something: what the rehearsals ask.
 *
 * Only the grammar must be right. What else is wrong with it `openimds policy check` says.
 */

import type { AttachedPolicy } from '../../iam/evaluate.ts';
import { lint } from '../../iam/lint/lint.ts';
import { compilePolicy } from '../../iam/policy/compile.ts';
import type { PolicyKind } from '../../iam/policy/policy.ts';
import { Failure } from '../failure.ts';
import { nameOf, readText } from './read-text.ts';

/** Its name is that of the file, as it was given. @throws Failure */
export async function attachedFile(file: string, kind: PolicyKind): Promise<AttachedPolicy> {
  const { policy, findings } = lint(await readText(file), kind);
  if (policy) return { name: nameOf(file), policy: compilePolicy(policy) };
  const wrong = findings.find(({ rule }) => rule === 'grammar');
  const { line = 1, column = 1 } = wrong?.place ?? {};
  throw new Failure(`${nameOf(file)}:${line}:${column}: ${wrong?.says ?? 'it cannot be read'}`);
}

export async function attachedFiles(files: readonly string[], kind: PolicyKind): Promise<AttachedPolicy[]> {
  const attached: AttachedPolicy[] = [];
  for (const file of files) attached.push(await attachedFile(file, kind));
  return attached;
}
