/**
 * Finding the instances that a request names: all of them, or an error that says which are malformed or missing. And
 * writing one so that its host hears of the change.
 */

import { invalidInstanceIdMalformed, invalidInstanceIdNotFound, missingParameter } from '../aws-errors.ts';
import { isWellFormedId } from '../ids.ts';
import type { Instance } from '../model.ts';
import { type Call, ec2Arn } from './call.ts';

/**
 * The instances with these ids, each once, in order of launch.
 *
 * @throws MissingParameter for none, InvalidInstanceID.Malformed, InvalidInstanceID.NotFound naming all that are missing
 */
export async function findInstances(
  call: Pick<Call, 'tx' | 'scope'>,
  ids: readonly (string | undefined)[] | undefined,
): Promise<Instance[]> {
  const wanted = [...new Set(ids ?? [])].filter((id) => id !== undefined);
  if (wanted.length === 0) throw missingParameter('InstanceId');
  const malformed = wanted.find((id) => !isWellFormedId('i', id));
  if (malformed !== undefined) throw invalidInstanceIdMalformed(malformed);
  const instances = await call.tx.instances.get(call.scope, wanted);
  const found = new Set(instances.map((instance) => instance.InstanceId));
  const missing = wanted.filter((id) => !found.has(id));
  if (missing.length > 0) throw invalidInstanceIdNotFound(missing);
  return instances;
}

/** @throws as `findInstances` */
export async function findInstance(call: Pick<Call, 'tx' | 'scope'>, id: string | undefined): Promise<Instance> {
  const [instance] = await findInstances(call, [id]);
  if (!instance) throw invalidInstanceIdNotFound([String(id)]);
  return instance;
}

export function instanceArns(call: Pick<Call, 'scope'>, instances: Instance[]): string[] {
  return instances.map((instance) => ec2Arn(call.scope, 'instance', instance.InstanceId));
}

/** Writes an instance that has changed, with a new revision, so that its host hears of it. */
export async function updateInstance({ tx }: Pick<Call, 'tx'>, changed: Instance): Promise<void> {
  await tx.instances.update([{ ...changed, revision: await tx.nextRevision() }]);
}
