/**
 * An instance as EC2 describes it: from what the store keeps to AWS's `Instance` and `Reservation` shapes.
 *
 * What can be derived is derived here and nowhere else: DNS names from addresses, the state's code from its name,
 * MetadataOptions.State from revisions.
 */

import type {
  Instance as DescribedInstance,
  GroupIdentifier,
  InstanceState,
  Placement,
  Reservation,
} from '@aws-sdk/client-ec2';
import { privateHostName, publicHostName } from '../catalogue/host-names.ts';
import { findInstanceType } from '../catalogue/instance-types.ts';
import { availabilityZoneId } from '../catalogue/regions.ts';
import { optionsState } from '../metadata-options/state.ts';
import type { Instance, InstanceStateName, MetadataOptions, Scope, StateReasonCode, Tag } from '../model.ts';
import type { Transaction } from '../store/store.ts';
import { describeInterface, identifyGroups } from './network-interface-shape.ts';
import { describeProfileOf } from './profile-associations.ts';

/** The numbers that go with the names of states (API/InstanceState). */
const STATE_CODES: Record<InstanceStateName, number> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

/** AWS's words for each reason; those of a shutdown are by analogy, the others are recorded. */
const STATE_REASONS: Record<StateReasonCode | 'Client.UserInitiatedShutdown', string> = {
  'Client.UserInitiatedShutdown': 'User initiated shutdown',
  'Server.ScheduledStop': 'Stopped due to scheduled retirement',
  'Server.SpotInstanceShutdown': 'Spot instance shutdown',
  'Server.SpotInstanceTermination': 'Spot instance termination',
};

export type DescribedOptions = MetadataOptions & { State: 'pending' | 'applied' };

/** What a description needs beside the instance itself, read once for a whole page. */
export type Surroundings = { tags: Map<string, Tag[]>; groupNames: Map<string, string> };

export async function surroundings(tx: Transaction, scope: Scope, instances: Instance[]): Promise<Surroundings> {
  const tags = await tx.tags.of(
    scope,
    instances.map((instance) => instance.InstanceId),
  );
  const groups = await tx.documents.list('security-group', scope);
  return { tags, groupNames: new Map(groups.map((group) => [group.GroupId, group.GroupName])) };
}

export function describeState(name: InstanceStateName): InstanceState & { Code: number; Name: InstanceStateName } {
  return { Code: STATE_CODES[name], Name: name };
}

export function describeOptions(instance: Instance): DescribedOptions {
  return { State: optionsState(instance), ...instance.MetadataOptions };
}

/** @returns AWS's Instance; a terminated one has lost its place in the network, as at AWS */
function describeInstance(
  instance: Instance,
  around: Surroundings,
): DescribedInstance & { MetadataOptions: DescribedOptions } {
  const primary = instance.NetworkInterfaces[0];
  const type = findInstanceType(instance.InstanceType);
  const gone = instance.State === 'terminated';
  const described = instance.NetworkInterfaces.map((nic) => describeInterface(instance, nic, around.groupNames));
  return {
    Architecture: instance.Architecture,
    BlockDeviceMappings: [],
    ClientToken: instance.ClientToken ?? '',
    EbsOptimized: instance.EbsOptimized ?? false,
    EnaSupport: type !== undefined && type.EnaSupport !== 'unsupported',
    // DescribeInstances prints `xen` for Nitro too (aws-behaviour 3.2).
    Hypervisor: 'xen',
    ...(instance.IamInstanceProfile && {
      IamInstanceProfile: describeProfileOf(instance, instance.IamInstanceProfile),
    }),
    ...(instance.InstanceLifecycle && { InstanceLifecycle: instance.InstanceLifecycle }),
    NetworkInterfaces: gone ? [] : described,
    RootDeviceName: instance.RootDeviceName,
    RootDeviceType: 'ebs',
    SecurityGroups: describeGroups(instance, around),
    SourceDestCheck: primary.SourceDestCheck ?? true,
    ...(instance.SpotInstanceRequestId && { SpotInstanceRequestId: instance.SpotInstanceRequestId }),
    ...describeReason(instance),
    Tags: around.tags.get(instance.InstanceId) ?? [],
    VirtualizationType: 'hvm',
    HibernationOptions: { Configured: instance.HibernationConfigured ?? false },
    MetadataOptions: describeOptions(instance),
    EnclaveOptions: { Enabled: false },
    PlatformDetails: 'Linux/UNIX',
    UsageOperation: 'RunInstances',
    UsageOperationUpdateTime: new Date(instance.LaunchTime),
    MaintenanceOptions: { AutoRecovery: 'default' },
    InstanceId: instance.InstanceId,
    ImageId: instance.ImageId,
    State: describeState(instance.State),
    PrivateDnsName: gone ? '' : privateHostName(instance, primary),
    PublicDnsName: (!gone && publicHostName(instance, primary)) || '',
    StateTransitionReason: instance.StateTransitionReason,
    ...(instance.KeyName !== undefined && { KeyName: instance.KeyName }),
    AmiLaunchIndex: instance.AmiLaunchIndex,
    ProductCodes: [],
    InstanceType: instance.InstanceType as NonNullable<DescribedInstance['InstanceType']>,
    LaunchTime: new Date(instance.LaunchTime),
    Placement: describePlacement(instance),
    Monitoring: { State: instance.Monitoring },
    ...(!gone && { SubnetId: instance.SubnetId, VpcId: instance.VpcId }),
    ...(!gone && primary.PrivateIpAddress && { PrivateIpAddress: primary.PrivateIpAddress }),
    ...(!gone && primary.PublicIp && { PublicIpAddress: primary.PublicIp }),
    ...(!gone && primary.Ipv6Addresses[0] && { Ipv6Address: primary.Ipv6Addresses[0] }),
  };
}

/** Why it is in its state, where that is not because it was launched or started. */
export function describeReason({
  StateTransitionReason,
  StateReasonCode,
}: Instance): Pick<DescribedInstance, 'StateReason'> {
  if (StateTransitionReason === '') return {};
  const Code = StateReasonCode ?? 'Client.UserInitiatedShutdown';
  return { StateReason: { Code, Message: `${Code}: ${STATE_REASONS[Code]}` } };
}

/** The security groups of an instance: those of its primary interface. */
export function describeGroups(
  { State, NetworkInterfaces }: Instance,
  { groupNames }: Surroundings,
): GroupIdentifier[] {
  return State === 'terminated' ? [] : identifyGroups(NetworkInterfaces[0], groupNames);
}

function describePlacement({ AvailabilityZone, Placement }: Instance): Placement {
  return {
    AvailabilityZone,
    AvailabilityZoneId: availabilityZoneId(AvailabilityZone),
    GroupName: '',
    Tenancy: 'default',
    ...Placement,
  };
}

/** Instances in the reservations that launched them, in the order in which they come. */
export function describeReservations(scope: Scope, instances: Instance[], around: Surroundings): Reservation[] {
  const reservations = new Map<string, Reservation & { Instances: DescribedInstance[] }>();
  for (const instance of instances) {
    const described = describeInstance(instance, around);
    const known = reservations.get(instance.ReservationId);
    if (known) known.Instances.push(described);
    else {
      reservations.set(instance.ReservationId, {
        ReservationId: instance.ReservationId,
        OwnerId: scope.account,
        Groups: [],
        Instances: [described],
      });
    }
  }
  return [...reservations.values()];
}
