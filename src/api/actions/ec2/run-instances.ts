/**
 * RunInstances: launches instances, each metadata option decided once and for all of them.
 *
 * First everything that the request names is looked up and every rule asked (`launch/plan.ts`), then the caller's right,
 * and only then is anything made; all of it in one transaction, so that a launch happens wholly or not at all.
 */

import type { Reservation } from '@aws-sdk/client-ec2';
import { isoSeconds } from '../../../clock.ts';
import { newId, newSpotInstanceRequestId } from '../../../ids.ts';
import type { Instance, NetworkInterface } from '../../../model.ts';
import { givePublicAddresses } from '../../addresses/public.ts';
import { action, type Call } from '../../call.ts';
import { madeBefore, rememberMade } from '../../idempotency.ts';
import { describeReservations, surroundings } from '../../instance-shape.ts';
import { resourcesMadeBefore, resourcesOf } from '../../launch/authorization.ts';
import { connect } from '../../launch/connect.ts';
import { type LaunchPlan, planLaunch } from '../../launch/plan.ts';
import type { LaunchRequest } from '../../launch/request.ts';
import { associationWith, passRoleOf } from '../../profile-associations.ts';

/** rule: launch-with-options. API/RunInstances; aws-behaviour 3.2 to 3.4. */
export const runInstances = action<LaunchRequest, Reservation>(async (input, call) => {
  const earlier = await madeBefore(call, input);
  if (earlier !== undefined) {
    await call.permit(resourcesMadeBefore(input, call), input.DryRun);
    return reservation(call, await call.tx.instances.ofReservation(call.scope, earlier));
  }
  const plan = await planLaunch(input, call);
  await call.permit(await resourcesOf(plan, input, call), input.DryRun, async () => {
    if (plan.profile) await passRoleOf(plan.profile, call, '*');
  });
  const instances = await launch(plan, input, call);
  await rememberMade(call, input, (instances[0] as Instance).ReservationId);
  return reservation(call, instances);
});

async function reservation(call: Call, instances: Instance[]): Promise<Reservation> {
  const around = await surroundings(call.tx, call.scope, instances);
  return describeReservations(call.scope, instances, around)[0] ?? {};
}

async function launch(plan: LaunchPlan, input: LaunchRequest, call: Call): Promise<Instance[]> {
  const { tx, scope } = call;
  const { profile } = plan;
  const common = { ReservationId: newId('r'), ...(await alike(plan, input, call)) };
  const ids = Array.from({ length: plan.count }, () => newId('i'));
  const interfaces = await connect(tx, ids, plan.interfaces);
  const made = ids.map(
    (InstanceId, index): Instance => ({
      ...common,
      InstanceId,
      AmiLaunchIndex: index,
      NetworkInterfaces: interfaces[index] as [NetworkInterface, ...NetworkInterface[]],
      ...(profile && { IamInstanceProfile: associationWith(profile, call, common.revision) }),
      ...(plan.spot && { ...plan.spot, InstanceLifecycle: 'spot', SpotInstanceRequestId: newSpotInstanceRequestId() }),
    }),
  );
  const instances = await givePublicAddresses(tx, made);
  await tx.instances.insert(instances);
  for (const InstanceId of plan.tags.length > 0 ? ids : []) {
    await tx.tags.put(scope, { ResourceId: InstanceId, ResourceType: 'instance' }, plan.tags);
  }
  return instances;
}

type OfEach = 'InstanceId' | 'ReservationId' | 'AmiLaunchIndex' | 'NetworkInterfaces' | 'IamInstanceProfile';

/** What all instances of the launch have alike. */
async function alike(
  plan: LaunchPlan,
  input: LaunchRequest,
  { tx, scope, nowMs, host }: Call,
): Promise<Omit<Instance, OfEach>> {
  const { subnet } = plan.interfaces[0];
  const revision = await tx.nextRevision();
  return {
    ...scope,
    ImageId: plan.image.ImageId,
    InstanceType: plan.type.InstanceType,
    Architecture: plan.image.Architecture,
    RootDeviceName: plan.image.RootDeviceName,
    ...(plan.keyPair && { KeyName: plan.keyPair.KeyName }),
    LaunchTime: isoSeconds(nowMs),
    AvailabilityZone: subnet.AvailabilityZone,
    SubnetId: subnet.SubnetId,
    VpcId: subnet.VpcId,
    Monitoring: input.Monitoring?.Enabled ? 'enabled' : 'disabled',
    ...(plan.userData !== undefined && { UserData: plan.userData }),
    ...plan.attributes,
    ...(input.ClientToken !== undefined && { ClientToken: input.ClientToken }),
    ...(plan.blockDevices.length > 0 && { BlockDevices: plan.blockDevices }),
    ...(input.HibernationOptions?.Configured !== undefined && {
      HibernationConfigured: input.HibernationOptions.Configured,
    }),
    ...(plan.placement && { Placement: plan.placement }),
    State: 'pending',
    StateTransitionReason: '',
    MetadataOptions: plan.options,
    tokenGeneration: 1,
    revision,
    optionsRevision: revision,
    appliedRevision: 0,
    host,
  };
}
