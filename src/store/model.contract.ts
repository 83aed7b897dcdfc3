/**
 * Any sequence of changes gives the same answers as a model of the store that is only arrays and maps. Part of
 * `store.contract.ts`.
 */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Instance, Scope, Tag } from '../model.ts';
import type { InstanceCondition, Store, TaggedResource, Transaction } from './store.ts';
import { type OpenStore, OTHER_SCOPES, SCOPE, sampleInstance } from './testing.ts';

const SCOPES: readonly Scope[] = [SCOPE, ...OTHER_SCOPES];
const SUBNET = 'subnet-1';
const RANGE = { first: 2, last: 9 };
/** The numbers of a block, from its first. */
const BLOCK = [0, 1];

/** The whole store as one would write it down. */
class Model {
  /** In order of launch. */
  instances: Instance[] = [];
  tags: (Scope & TaggedResource & Tag)[] = [];
  /** In order of creation. */
  vpcs: (Scope & { id: string; bits: number })[] = [];
  owners = new Map<number, string | undefined>();
  next = RANGE.first;

  inScope(scope: Scope): Instance[] {
    return this.instances.filter((instance) => isIn(scope, instance));
  }

  tagsOf({ InstanceId }: Instance): Tag[] {
    return this.tags
      .filter((tag) => tag.ResourceId === InstanceId)
      .map(({ Key, Value }) => ({ Key, Value }))
      .sort((a, b) => (a.Key < b.Key ? -1 : 1));
  }

  take(owners: string[]): number[] {
    const never: number[] = [];
    for (; never.length < owners.length && this.next <= RANGE.last; this.next++) {
      if (!this.owners.has(this.next)) never.push(this.next);
    }
    const released = [...this.owners.keys()].filter((number) => this.owners.get(number) === undefined);
    const given = [...never, ...released.sort((a, b) => a - b)].slice(0, owners.length);
    for (const [index, number] of given.entries()) this.owners.set(number, owners[index]);
    return given;
  }

  takeBlocks(owners: string[]): number[] {
    const isFree = (first: number) => BLOCK.every((index) => this.owners.get(first + index) === undefined);
    const given = [8, 6, 4, 2].filter(isFree).slice(0, owners.length);
    for (const [at, first] of given.entries()) for (const index of BLOCK) this.owners.set(first + index, owners[at]);
    return given;
  }
}

function isIn(scope: Scope, thing: Scope): boolean {
  return thing.account === scope.account && thing.region === scope.region;
}

/** Does the same to a store and to a model of it, and compares what they answer on the way. */
type Change = (tx: Transaction, model: Model) => Promise<void>;

const scope = fc.constantFrom(...SCOPES);
const state = fc.constantFrom('running', 'stopped', 'pending' as const);
const tokens = fc.constantFrom('optional', 'required' as const);
const key = fc.constantFrom('env', 'Name', "it's", '%');
const value = fc.constantFrom('prod', 'dev', '');
const owner = fc.constantFrom<string[]>('a', 'b', 'c');

/** One of the model's instances, if there is any. */
function pick(model: Model, index: number): Instance | undefined {
  return model.instances[index % model.instances.length];
}

const launching = fc.record({ scope, state, tokens, count: fc.integer({ min: 1, max: 3 }) }).map((given): Change => {
  return async (tx, model) => {
    const revision = await tx.nextRevision();
    const instances = Array.from({ length: given.count }, (_, AmiLaunchIndex) =>
      sampleInstance({
        ...given.scope,
        State: given.state,
        AmiLaunchIndex,
        ReservationId: `r-${revision}`,
        revision,
        MetadataOptions: { HttpTokens: given.tokens },
      }),
    );
    await tx.instances.insert(instances);
    model.instances.push(...instances);
  };
});

const modifying = fc.record({ index: fc.nat(), state, tokens }).map((given): Change => {
  return async (tx, model) => {
    const before = pick(model, given.index);
    if (!before) return;
    const MetadataOptions = { ...before.MetadataOptions, HttpTokens: given.tokens };
    const after = { ...before, State: given.state, MetadataOptions, revision: await tx.nextRevision() };
    await tx.instances.update([after]);
    model.instances = model.instances.map((instance) => (instance === before ? after : instance));
  };
});

const terminating = fc.record({ index: fc.nat(), terminatedAtMs: fc.nat(9) }).map((given): Change => {
  return async (tx, model) => {
    const before = pick(model, given.index);
    if (!before) return;
    const after: Instance = { ...before, State: 'terminated', terminatedAtMs: given.terminatedAtMs };
    await tx.instances.update([after]);
    model.instances = model.instances.map((instance) => (instance === before ? after : instance));
  };
});

const forgetting = fc.nat(9).map((beforeMs): Change => {
  return async (tx, model) => {
    const gone = new Set(model.instances.filter((i) => i.terminatedAtMs !== undefined && i.terminatedAtMs < beforeMs));
    expect(await tx.instances.forgetTerminated(beforeMs)).toBe(gone.size);
    const ids = new Set(Array.from(gone, (instance) => instance.InstanceId));
    model.instances = model.instances.filter((instance) => !gone.has(instance));
    model.tags = model.tags.filter((tag) => !ids.has(tag.ResourceId));
  };
});

const tagging = fc.record({ index: fc.nat(), key, value }).map((given): Change => {
  return async (tx, model) => {
    const instance = pick(model, given.index);
    if (!instance) return;
    const { account, region, InstanceId: ResourceId } = instance;
    const tag = { Key: given.key, Value: given.value };
    await tx.tags.put(instance, { ResourceId, ResourceType: 'instance' }, [tag]);
    model.tags = model.tags.filter((other) => other.ResourceId !== ResourceId || other.Key !== tag.Key);
    model.tags.push({ account, region, ResourceId, ResourceType: 'instance', ...tag });
  };
});

const untagging = fc.record({ index: fc.nat(), scope, key, value: fc.option(value) }).map((given): Change => {
  return async (tx, model) => {
    const ResourceId = pick(model, given.index)?.InstanceId ?? 'nothing';
    await tx.tags.remove(given.scope, ResourceId, [
      { Key: given.key, ...(given.value !== null && { Value: given.value }) },
    ]);
    model.tags = model.tags.filter(
      (tag) =>
        !isIn(given.scope, tag) ||
        tag.ResourceId !== ResourceId ||
        tag.Key !== given.key ||
        (given.value !== null && tag.Value !== given.value),
    );
  };
});

const documenting = fc.record({ scope, id: value, bits: fc.option(fc.nat(32)) }).map((given): Change => {
  return async (tx, model) => {
    const { account, region } = given.scope;
    const there = model.vpcs.find((vpc) => vpc.id === given.id && isIn(given.scope, vpc));
    if (given.bits === null) {
      await tx.documents.remove('vpc', given.scope, given.id);
      model.vpcs = model.vpcs.filter((vpc) => vpc !== there);
      return;
    }
    const document = { account, region, VpcId: given.id, CidrBlock: `10.0.0.0/${given.bits}`, IsDefault: false };
    await tx.documents.put('vpc', given.scope, given.id, document);
    if (there) there.bits = given.bits;
    else model.vpcs.push({ account, region, id: given.id, bits: given.bits });
  };
});

const addressing = fc.oneof(
  fc.array(owner, { maxLength: 4 }).map(
    (owners): Change =>
      async (tx, model) => {
        expect(await tx.addresses.take(SUBNET, RANGE, owners)).toEqual(model.take(owners));
      },
  ),
  fc.array(owner, { maxLength: 3 }).map(
    (owners): Change =>
      async (tx, model) => {
        const range = { ...RANGE, size: BLOCK.length };
        expect(await tx.addresses.takeBlocks(SUBNET, range, owners)).toEqual(model.takeBlocks(owners));
      },
  ),
  fc.record({ number: fc.integer({ min: RANGE.first, max: RANGE.last }), owner }).map((given): Change => {
    return async (tx, model) => {
      const has = model.owners.get(given.number);
      expect(await tx.addresses.ownerOf(SUBNET, given.number)).toBe(has);
      const free = has === undefined;
      expect(await tx.addresses.takeOne(SUBNET, given.number, given.owner)).toBe(free);
      if (free) model.owners.set(given.number, given.owner);
    };
  }),
  fc.array(owner, { maxLength: 2 }).map(
    (owners): Change =>
      async (tx, model) => {
        await tx.addresses.release(owners);
        for (const [number, has] of model.owners) if (has && owners.includes(has)) model.owners.set(number, undefined);
      },
  ),
);

const change = fc.oneof(
  { weight: 3, arbitrary: launching },
  modifying,
  terminating,
  forgetting,
  { weight: 2, arbitrary: tagging },
  untagging,
  documenting,
  { weight: 2, arbitrary: addressing },
);

const condition: fc.Arbitrary<InstanceCondition> = fc.oneof(
  fc.record({ field: fc.constant('State' as const), oneOf: fc.array(state, { maxLength: 2 }) }),
  fc.record({ field: fc.constant('HttpTokens' as const), oneOf: fc.array(tokens, { maxLength: 2 }) }),
  fc.record({ field: fc.constant('ReservationId' as const), oneOf: fc.subarray(['r-1', 'r-3']) }),
  fc.record({ tag: key, oneOf: fc.array(value, { maxLength: 2 }) }),
  fc.record({ tagKey: fc.array(key, { maxLength: 2 }) }),
);

function holds(model: Model, instance: Instance, where: InstanceCondition): boolean {
  const tags = model.tagsOf(instance);
  if ('tag' in where) return tags.some((tag) => tag.Key === where.tag && where.oneOf.includes(tag.Value));
  if ('tagKey' in where) return tags.some((tag) => where.tagKey.includes(tag.Key));
  const fields: Record<string, unknown> = { ...instance, ...instance.MetadataOptions };
  return where.oneOf.includes(String(fields[where.field]));
}

/** All instances that the store finds, page by page. */
async function allPages(store: Store, query: { scope: Scope; limit: number; where: InstanceCondition[] }) {
  const found: Instance[] = [];
  let after: number | undefined;
  do {
    const page = await store.transaction((tx) =>
      tx.instances.page(query.scope, {
        limit: query.limit,
        where: query.where,
        ...(after !== undefined && { after }),
      }),
    );
    found.push(...page.instances);
    after = page.next;
  } while (after !== undefined);
  return found;
}

async function compare(store: Store, model: Model): Promise<void> {
  await store.transaction(async (tx) => {
    for (const each of SCOPES) {
      const mine = model.inScope(each);
      const ids = model.instances.map((instance) => instance.InstanceId).reverse();
      expect(await tx.instances.get(each, ids)).toEqual(mine);
      const tags = mine.map((instance) => [instance.InstanceId, model.tagsOf(instance)] as const);
      expect(await tx.tags.of(each, ids)).toEqual(new Map(tags.filter(([, some]) => some.length > 0)));
      const vpcs = await tx.documents.list('vpc', each);
      expect(vpcs.map((vpc) => `${vpc.VpcId} ${vpc.CidrBlock}`)).toEqual(
        model.vpcs.filter((vpc) => isIn(each, vpc)).map((vpc) => `${vpc.id} 10.0.0.0/${vpc.bits}`),
      );
    }
    const changed = await tx.instances.changedAfter('local', 0, 1000);
    expect(changed).toEqual(model.instances.toSorted((a, b) => a.revision - b.revision));
    const taken = [...model.owners.values()].filter((has) => has !== undefined).length;
    expect((await tx.addresses.taken([SUBNET])).get(SUBNET) ?? 0).toBe(taken);
  });
}

class Undone extends Error {}

export function modelContract(open: OpenStore): void {
  test('any sequence of changes, some of them undone, gives what a plain model gives', {
    timeout: 60_000,
  }, async () => {
    const steps = fc.array(fc.record({ change, undone: fc.boolean() }), { minLength: 5, maxLength: 40 });
    const query = fc.record({
      scope,
      limit: fc.integer({ min: 1, max: 5 }),
      where: fc.array(condition, { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(steps, fc.array(query, { minLength: 5, maxLength: 10 }), async (sequence, queries) => {
        const { store, reopen } = await open();
        let model = new Model();
        for (const step of sequence) model = await apply(store, model, step);
        await compare(store, model);
        for (const each of queries) {
          const expected = model.inScope(each.scope).filter((i) => each.where.every((where) => holds(model, i, where)));
          expect(await allPages(store, each)).toEqual(expected);
        }
        await compare(await reopen(), model);
      }),
      { numRuns: 30 },
    );
  });
}

async function apply(store: Store, model: Model, step: { change: Change; undone: boolean }): Promise<Model> {
  const changed = Object.assign(new Model(), structuredClone({ ...model }));
  try {
    await store.transaction(async (tx) => {
      await step.change(tx, changed);
      if (step.undone) throw new Undone();
    });
    return changed;
  } catch (error) {
    if (error instanceof Undone) return model;
    throw error;
  }
}
