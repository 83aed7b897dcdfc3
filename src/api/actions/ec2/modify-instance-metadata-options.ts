/**
 * ModifyInstanceMetadataOptions: changes the metadata options of one instance; what it is not told stays as it was.
 *
 * The answer says `pending`: the host hears of the new revision after the commit, applies it and acknowledges it, and
 * from then on the instance is described with `applied`. A stopped instance takes the change at its next start.
 */

import type { ModifyInstanceMetadataOptionsRequest, ModifyInstanceMetadataOptionsResult } from '@aws-sdk/client-ec2';
import { incorrectInstanceState } from '../../../aws-errors.ts';
import { findInstanceType } from '../../../catalogue/instance-types.ts';
import { modifyOptions } from '../../../metadata-options/modify.ts';
import type { Instance, MetadataOptions, MetadataOptionsRequest } from '../../../model.ts';
import { action, type Call } from '../../call.ts';
import { type DescribedOptions, describeOptions } from '../../instance-shape.ts';
import { findInstance, instanceArns } from '../../instances.ts';
import { metadataDefaults } from '../../metadata-defaults.ts';

type Input = ModifyInstanceMetadataOptionsRequest & MetadataOptionsRequest;
type Output = ModifyInstanceMetadataOptionsResult & { InstanceMetadataOptions: DescribedOptions };

/** API/ModifyInstanceMetadataOptions; aws-behaviour 3.2, 3.4. */
export const modifyInstanceMetadataOptions = action<Input, Output>(async (input, call) => {
  const instance = await findInstance(call, input.InstanceId);
  const options = await decide(instance, input, call);
  await call.permit(instanceArns(call, [instance]), input.DryRun);
  if (instance.State === 'shutting-down' || instance.State === 'terminated') {
    throw incorrectInstanceState(instance.InstanceId, 'modified');
  }
  const changed = sameOptions(instance.MetadataOptions, options) ? instance : await change(instance, options, call);
  return { InstanceId: instance.InstanceId, InstanceMetadataOptions: describeOptions(changed) };
});

async function decide(instance: Instance, request: MetadataOptionsRequest, { tx, scope, rules }: Call) {
  const account = await metadataDefaults({ tx, scope });
  const tags = (await tx.tags.of(scope, [instance.InstanceId])).get(instance.InstanceId) ?? [];
  const instanceType = findInstanceType(instance.InstanceType);
  if (!instanceType) throw new Error(`${instance.InstanceId} is of the unknown type ${instance.InstanceType}`);
  return modifyOptions(instance.MetadataOptions, request, { account, instanceType, tags, rules });
}

async function change(instance: Instance, MetadataOptions: MetadataOptions, { tx }: Call): Promise<Instance> {
  const revision = await tx.nextRevision();
  const changed = { ...instance, MetadataOptions, revision, optionsRevision: revision };
  await tx.instances.update([changed]);
  return changed;
}

function sameOptions(a: MetadataOptions, b: MetadataOptions): boolean {
  return (Object.keys(b) as (keyof MetadataOptions)[]).every((option) => a[option] === b[option]);
}
