/**
 * What tests of hosts and their agents start from: instances in a store, as the API's actions leave them there.
 *
 * Each call takes one revision for everything that it writes, as one API call does.
 */

import type { Instance, Scope } from '../model.ts';
import type { Store } from '../store/store.ts';

const SubnetId = 'subnet-0123456789abcdef0';
const VpcId = 'vpc-0123456789abcdef0';
const GroupId = 'sg-0123456789abcdef0';

/** The network that the sample instances of the store's tests are in. */
export function makeNetwork(store: Store, scope: Scope): Promise<void> {
  const vpc = { ...scope, VpcId, CidrBlock: '172.31.0.0/16', IsDefault: true };
  const subnet = {
    ...scope,
    SubnetId,
    VpcId,
    AvailabilityZone: `${scope.region}a`,
    CidrBlock: '172.31.0.0/20',
    Ipv6Native: false,
    DefaultForAz: true,
    AssignIpv6AddressOnCreation: false,
  };
  const group = { ...scope, GroupId, GroupName: 'default', Description: 'default VPC security group', VpcId };
  return store.transaction(async (tx) => {
    await tx.documents.put('vpc', scope, VpcId, vpc);
    await tx.documents.put('subnet', scope, SubnetId, subnet);
    await tx.documents.put('security-group', scope, GroupId, group);
  });
}

/** Launches instances together. @returns them as they are in the store */
export function launch(store: Store, instances: Instance[]): Promise<Instance[]> {
  return store.transaction(async (tx) => {
    const revision = await tx.nextRevision();
    const launched = instances.map((each) => ({ ...each, revision, optionsRevision: revision, appliedRevision: 0 }));
    await tx.instances.insert(launched);
    return launched;
  });
}

/** Writes an instance with a new revision. @returns it as it is in the store */
export function update(store: Store, instance: Instance): Promise<Instance> {
  return store.transaction(async (tx) => {
    const updated = { ...instance, revision: await tx.nextRevision() };
    await tx.instances.update([updated]);
    return updated;
  });
}
