/**
 * Resources that can have tags, found by their ids: what CreateTags and DeleteTags are told, whatever its type.
 *
 * Images of the catalogue are among them, as AWS lets everybody tag public images: such tags are seen by their own
 * account only.
 */

import {
  invalidGroupNotFound,
  invalidId,
  invalidKeyPairIdNotFound,
  invalidParameterValue,
  missingParameter,
} from '../aws-errors.ts';
import type { Instance, Tag } from '../model.ts';
import type { TaggedResource } from '../store/store.ts';
import { type Call, ec2Arn } from './call.ts';
import { findImage, imageArn } from './images.ts';
import { findInstances } from './instances.ts';
import { findSubnet, findVpc, networkOf } from './network.ts';
import { resourceTypeOf } from './tags.ts';

/** API/CreateTags. */
const MOST_RESOURCES = 1000;

export type Taggable = TaggedResource & {
  arn: string;
  /** Where the resource is an instance. */
  instance?: Instance;
};

/**
 * The resources with these ids, each once.
 *
 * @throws MissingParameter for none, InvalidID for ids of no taggable type, and what each type's `NotFound` is
 */
async function findTaggable(call: Call, ids: readonly (string | undefined)[] | undefined): Promise<Taggable[]> {
  const wanted = [...new Set(ids ?? [])].filter((id) => id !== undefined);
  if (wanted.length === 0) throw missingParameter('resourceIdSet');
  if (wanted.length > MOST_RESOURCES) {
    throw invalidParameterValue(`The maximum number of resource IDs specified on a single call is ${MOST_RESOURCES}`);
  }
  const unknown = wanted.find((id) => !Object.hasOwn(FINDERS, resourceTypeOf(id) ?? ''));
  if (unknown !== undefined) throw invalidId(unknown);
  const found: Taggable[] = [];
  for (const [ResourceType = '', ofType] of Map.groupBy(wanted, resourceTypeOf)) {
    for (const { id, name = id, instance } of (await FINDERS[ResourceType]?.(call, ofType)) ?? []) {
      const arn = ResourceType === 'image' ? imageArn(call, id) : ec2Arn(call.scope, ResourceType, name);
      found.push({ ResourceId: id, ResourceType, arn, ...(instance && { instance }) });
    }
  }
  return found;
}

/** `name` is what the resource's ARN ends in, where that is not the id. */
type Found = { id: string; name?: string; instance?: Instance };

/** By type: finds all of the ids or throws. */
const FINDERS: Record<string, (call: Call, ids: string[]) => Promise<Found[]>> = {
  async instance(call, ids) {
    const instances = await findInstances(call, ids);
    return instances.map((instance) => ({ id: instance.InstanceId, instance }));
  },
  async image(call, ids) {
    for (const id of ids) await findImage(call, id);
    return ids.map((id) => ({ id }));
  },
  async 'key-pair'(call, ids) {
    const keyPairs = await call.tx.documents.list('key-pair', call.scope);
    const names = new Map(keyPairs.map((keyPair) => [keyPair.KeyPairId, keyPair.KeyName]));
    return ids.map((id) => {
      const name = names.get(id);
      if (name === undefined) throw invalidKeyPairIdNotFound(id);
      return { id, name };
    });
  },
  async vpc(call, ids) {
    const network = await networkOf(call.tx, call.scope);
    return ids.map((id) => ({ id: findVpc(network, id).VpcId }));
  },
  async subnet(call, ids) {
    const network = await networkOf(call.tx, call.scope);
    return ids.map((id) => ({ id: findSubnet(network, id).SubnetId }));
  },
  async 'security-group'(call, ids) {
    const { securityGroups } = await networkOf(call.tx, call.scope);
    return ids.map((id) => {
      if (!securityGroups.some((group) => group.GroupId === id)) throw invalidGroupNotFound(id);
      return { id };
    });
  },
};

/**
 * The resources whose tags a request changes, and the tags that they have, once the caller may do it to all of them.
 *
 * @throws as `findTaggable`, UnauthorizedOperation, DryRunOperation
 */
export async function openForTagging(
  call: Call,
  { Resources, DryRun }: { Resources?: (string | undefined)[] | undefined; DryRun?: boolean | undefined },
): Promise<{ resources: Taggable[]; existing: Map<string, Tag[]> }> {
  const resources = await findTaggable(call, Resources);
  await call.permit(
    resources.map(({ arn }) => arn),
    DryRun,
  );
  const ids = resources.map(({ ResourceId }) => ResourceId);
  return { resources, existing: await call.tx.tags.of(call.scope, ids) };
}

/** Gives the instances among `resources` a new revision, so that their hosts read the tags again. */
export async function tellHosts({ tx }: Call, resources: readonly Taggable[]): Promise<void> {
  // A terminated instance has no metadata any more.
  const alive = resources.flatMap(({ instance }) => (instance && instance.State !== 'terminated' ? [instance] : []));
  if (alive.length === 0) return;
  const revision = await tx.nextRevision();
  await tx.instances.update(alive.map((instance) => ({ ...instance, revision })));
}
