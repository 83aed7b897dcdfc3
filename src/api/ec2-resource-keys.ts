/**
 * What conditions can ask about the resources of an EC2 call: how those that exist are, and what the request says.
 *
 * It is looked up only when a judge asks, which it does not for root. What is given with keys, as a launch gives what it is
 * to make, is not looked up again. The table of AWS's authorisation data has the last word (`iam/ec2-context.ts`).
 */

import { findCatalogueImage } from '../catalogue/images.ts';
import { type Keys, resourceOwnerKeys } from '../iam/context.ts';
import {
  createTagsKeys,
  ec2Arn,
  ec2Resource,
  imageKeys,
  instanceKeys,
  keyPairKeys,
  type ResourceContext,
  resourceTagKeys,
  securityGroupKeys,
  subnetKeys,
  vpcKeys,
} from '../iam/ec2-context.ts';
import { readableTags, requestKeys, type Tagging } from '../iam/ec2-request-keys.ts';
import { instanceProfileArn } from '../iam/instance-profile.ts';
import { resourceTypeOf, splitArn } from '../iam/policy/arns.ts';
import type { Instance, Scope, Tag } from '../model.ts';
import type { Transaction } from '../store/store.ts';
import type { Question } from './authorize.ts';
import type { Call } from './call.ts';

type Asked = {
  /** For example `ec2:StopInstances`. */
  action: string;
  scope: Scope;
  tx: Transaction;
};

type Resources = Pick<Question, 'resources' | 'keysOf'>;

/** @param input of the request, where its parameters are those of EC2 */
export function ec2Resources(call: Asked, given: readonly (string | ResourceContext)[], input: object = {}): Resources {
  return {
    resources: given.map((resource) => (typeof resource === 'string' ? resource : resource.arn)),
    async keysOf(index) {
      const resource = given[index];
      if (typeof resource !== 'string') return resource?.keys ?? {};
      if (!ABOUT_EC2.test(call.action)) return {};
      const facts = [await existingKeys(call, resource), requestKeys(call.action, resourceTypeOf(resource), input)];
      if (!isOwn(call.action)) return ec2Resource(call, resource, ...facts).keys;
      // Our own actions are in no table of AWS's.
      return Object.assign({ 'ec2:Region': call.scope.region, ...resourceOwnerKeys(call.scope.account) }, ...facts);
    },
  };
}

/** Other services have resources of their own, of which nothing is known here. */
const ABOUT_EC2 = /^(?:ec2|ec2-instance-connect|openimds):/;

function isOwn(action: string): boolean {
  return action.startsWith('openimds:');
}

// ─── What the request says ───────────────────────────────────────────────────────────────────────────────────────────

/**
 * Tags of what a request makes need `ec2:CreateTags` too, on each type of resource that gets some (aws-behaviour 4.3).
 *
 * @param name of the action, for example `RunInstances`
 */
export function createdTagResources(
  { scope, tx }: Omit<Asked, 'action'>,
  name: string,
  { TagSpecifications = [] }: Tagging,
): ResourceContext[] {
  const call = { action: 'ec2:CreateTags', scope, tx };
  return TagSpecifications.flatMap(({ ResourceType, Tags }) => {
    const tags = readableTags(Tags);
    if (ResourceType === undefined || tags.length === 0) return [];
    return [ec2Resource(call, arnOf(scope, ResourceType), createTagsKeys(tags, name))];
  });
}

function arnOf(scope: Scope, type: string): string {
  return ec2Arn(type === 'image' ? { ...scope, account: '' } : scope, type, '*');
}

// ─── What there is ───────────────────────────────────────────────────────────────────────────────────────────────────

/** Nothing for what does not exist yet, whose ARN ends in `*`. */
async function existingKeys({ scope, tx }: Asked, arn: string): Promise<Keys> {
  const [type = '', id = '*'] = splitArn(arn)?.[5]?.split('/') ?? [];
  if (id === '*') return {};
  const find = Object.hasOwn(FINDERS, type) ? FINDERS[type] : undefined;
  return find ? find(tx, scope, id) : tagKeysOf(tx, scope, id);
}

/** An instance, for an action whose request says more of it than its parameters show. */
export async function existingInstance(
  { tx, scope, action }: Pick<Call, 'tx' | 'scope' | 'action'>,
  instance: Instance,
  keys: Keys,
): Promise<ResourceContext> {
  const call = { action: `ec2:${action}`, scope };
  return ec2Resource(call, ec2Arn(scope, 'instance', instance.InstanceId), await keysOfInstance(tx, instance), keys);
}

async function keysOfInstance(tx: Transaction, instance: Instance): Promise<Keys> {
  const { IamInstanceProfile: profile } = instance;
  return instanceKeys(instance, {
    tags: await tagsOf(tx, instance, instance.InstanceId),
    ...(profile && { instanceProfileArn: instanceProfileArn(instance, profile) }),
  });
}

type Find = (tx: Transaction, scope: Scope, id: string) => Promise<Keys>;

const FINDERS: Readonly<Record<string, Find>> = {
  async instance(tx, scope, id) {
    const [instance] = await tx.instances.get(scope, [id]);
    return instance ? keysOfInstance(tx, instance) : {};
  },
  async image(tx, scope, id) {
    const image = findCatalogueImage(id) ?? (await tx.documents.find('image', scope, id));
    return image ? imageKeys(image, await tagsOf(tx, scope, id)) : {};
  },
  async subnet(tx, scope, id) {
    const subnet = await tx.documents.find('subnet', scope, id);
    return subnet ? subnetKeys(subnet, await tagsOf(tx, scope, id)) : {};
  },
  async vpc(tx, scope, VpcId) {
    return vpcKeys({ VpcId, tags: await tagsOf(tx, scope, VpcId) });
  },
  async 'security-group'(tx, scope, id) {
    const group = await tx.documents.find('security-group', scope, id);
    return group ? securityGroupKeys(group, await tagsOf(tx, scope, id)) : {};
  },
  /** Its ARN has the name. */
  async 'key-pair'(tx, scope, name) {
    const keyPair = await tx.documents.find('key-pair', scope, name);
    return keyPair ? keyPairKeys(keyPair, await tagsOf(tx, scope, keyPair.KeyPairId)) : {};
  },
};

async function tagKeysOf(tx: Transaction, scope: Scope, id: string): Promise<Keys> {
  return resourceTagKeys(await tagsOf(tx, scope, id));
}

async function tagsOf(tx: Transaction, scope: Scope, id: string): Promise<Tag[]> {
  return (await tx.tags.of(scope, [id])).get(id) ?? [];
}
