/**
 * From instances as the store keeps them to all that their host needs to know of them.
 *
 * It reads each resource once for all the instances given, and adds nothing of its own: what a host must bring about
 * follows from the instance's state alone.
 */

import { instanceCredentialsKey } from '../iam/session-credentials.ts';
import { desiredRun } from '../instance-lifecycle.ts';
import type { DesiredInstance, Instance } from '../model.ts';
import { installationKey } from '../store/installation-key.ts';
import type { Transaction } from '../store/store.ts';
import { profileDescriber } from './desired-profile.ts';
import { type Find, findOnce } from './find-once.ts';

/** What hosts are told of these instances, in the same order; they may belong to any accounts and Regions. */
export async function describeDesired(
  tx: Transaction,
  instances: Instance[],
  nowMs: number,
): Promise<DesiredInstance[]> {
  if (instances.length === 0) return [];
  const key = await installationKey(tx);
  const described = new Map<string, DesiredInstance>();
  for (const ofScope of byScope(instances)) {
    const scope = ofScope[0] as Instance;
    const find = findOnce(tx, scope);
    const profileOf = profileDescriber(tx, { account: scope.account, installationKey: key, nowMs });
    const ids = ofScope.map((instance) => instance.InstanceId);
    const tags = await tx.tags.of(scope, ids);
    for (const instance of ofScope) {
      const Tags = tags.get(instance.InstanceId) ?? [];
      const credentialsKey = instanceCredentialsKey(key, scope.account, instance.InstanceId);
      const profile = await profileOf(instance);
      described.set(instance.InstanceId, {
        ...(await surroundings(instance, find)),
        Tags,
        ...(profile && { profile }),
        credentialsKey,
      });
    }
  }
  return instances.map((instance) => described.get(instance.InstanceId) as DesiredInstance);
}

type Surroundings = Omit<DesiredInstance, 'Tags' | 'profile' | 'credentialsKey'>;

async function surroundings(instance: Instance, find: Find): Promise<Surroundings> {
  const subnetIds = new Set(instance.NetworkInterfaces.map(({ SubnetId }) => SubnetId));
  const Subnets = (await Promise.all([...subnetIds].map((id) => find('subnet', id)))).filter((found) => !!found);
  const Vpc = await find('vpc', instance.VpcId);
  // Cannot happen: a network that instances are in is not removed.
  if (Subnets.length < subnetIds.size || !Vpc) {
    throw new Error(`the network of ${instance.InstanceId} is missing from the store`);
  }
  const ids = new Set(instance.NetworkInterfaces.flatMap((networkInterface) => networkInterface.Groups));
  const groups = await Promise.all([...ids].map((id) => find('security-group', id)));
  const key = instance.KeyName === undefined ? undefined : await find('key-pair', instance.KeyName);
  return {
    revision: instance.revision,
    run: desiredRun(instance.State),
    instance,
    SecurityGroups: groups.flatMap((group) => (group ? [{ GroupId: group.GroupId, GroupName: group.GroupName }] : [])),
    Subnets,
    Vpc,
    ...(key && { KeyPair: { KeyName: key.KeyName, PublicKey: key.PublicKey } }),
  };
}

function byScope(instances: Instance[]): Iterable<Instance[]> {
  return Map.groupBy(instances, ({ account, region }) => `${account} ${region}`).values();
}
