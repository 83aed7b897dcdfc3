/**
 * What every store promises of instances. Part of `store.contract.ts`.
 */

import { beforeEach, describe, expect, test } from 'vitest';
import type { Instance, Scope } from '../model.ts';
import type { InstanceCondition, InstanceField, ProfileQuery, Store } from './store.ts';
import { HOSTILE, launch, type OpenStore, OTHER_SCOPES, SCOPE, sampleInstance } from './testing.ts';

const idsOf = (instances: Instance[]) => instances.map((instance) => instance.InstanceId);

/** As many as need several statements, whatever their bound. */
const MANY = 1_234;

export function instancesContract(open: OpenStore): void {
  let store: Store;
  beforeEach(async () => {
    store = (await open()).store;
  });

  const get = (scope: Scope, ids: string[]) => store.transaction((tx) => tx.instances.get(scope, ids));
  const matching = async (...where: InstanceCondition[]) =>
    idsOf((await store.transaction((tx) => tx.instances.page(SCOPE, { limit: 1000, where }))).instances);
  const tagAll = (tags: [instance: Instance, Key: string, Value: string][]) =>
    store.transaction(async (tx) => {
      for (const [instance, Key, Value] of tags) {
        await tx.tags.put(instance, { ResourceId: instance.InstanceId, ResourceType: 'instance' }, [{ Key, Value }]);
      }
    });
  const tag = (...one: [instance: Instance, Key: string, Value: string]) => tagAll([one]);

  describe('instances by id', () => {
    test('are nowhere before they are inserted', async () => {
      expect(await get(SCOPE, ['i-00000000000000000'])).toEqual([]);
      expect(await get(SCOPE, [])).toEqual([]);
    });

    test('come whole, in order of launch, each once, without those that do not exist', async () => {
      const [a, b, c] = [sampleInstance({ UserData: 'eA==' }), sampleInstance(), sampleInstance({ KeyName: 'k' })];
      await launch(store, a, b);
      await launch(store, c);
      const wanted = [c.InstanceId, 'i-00000000000000000', a.InstanceId, c.InstanceId];
      expect(await get(SCOPE, wanted)).toEqual([a, c]);
    });

    test('exist in their own account and Region only', async () => {
      const instance = sampleInstance();
      await launch(store, instance);
      for (const scope of OTHER_SCOPES) expect(await get(scope, [instance.InstanceId])).toEqual([]);
    });

    test('may be very many at once', async () => {
      const instances = Array.from({ length: MANY }, () => sampleInstance());
      await launch(store, ...instances);
      const ids = idsOf(instances);
      expect(await get(SCOPE, [...ids.toReversed(), ...ids])).toEqual(instances);
    });

    test('are unique', async () => {
      const instance = sampleInstance();
      await launch(store, instance);
      await expect(launch(store, sampleInstance(), instance)).rejects.toThrow();
      expect(await matching()).toEqual([instance.InstanceId]);
    });

    test('keep any text, and are found by it', async () => {
      for (const text of HOSTILE) {
        const instance = sampleInstance({ KeyName: text, StateTransitionReason: text, AvailabilityZone: text });
        await launch(store, instance);
        expect(await get(SCOPE, [instance.InstanceId])).toEqual([instance]);
        expect(await get(SCOPE, [text])).toEqual([]);
        expect(await matching({ field: 'KeyName', oneOf: [text] })).toEqual([instance.InstanceId]);
      }
    });
  });

  describe('by instance profile', () => {
    const withProfile = (InstanceProfileName: string, AssociationId: string, fields: Partial<Instance> = {}) =>
      sampleInstance({
        ...fields,
        IamInstanceProfile: {
          AssociationId,
          InstanceProfileName,
          InstanceProfileId: 'AIPAJQABLZS4A3QDU576Q',
          Path: '/',
          Timestamp: '2026-11-23T10:00:00Z',
          revision: 1,
        },
      });
    const ask = (query: ProfileQuery, account = SCOPE.account) =>
      store.transaction(async (tx) => {
        const { instances, next } = await tx.instances.withProfile(account, query);
        return { ids: idsOf(instances), next };
      });

    test('those of a Region, page by page, without those that have none', async () => {
      const [a, b, c] = [withProfile('web', 'a'), withProfile('db', 'b'), withProfile('web', 'c')];
      const elsewhere = withProfile('web', 'd', { ...SCOPE, region: 'eu-west-1' });
      await launch(store, a, sampleInstance(), b, elsewhere, c);
      const { region } = SCOPE;
      const first = await ask({ region, limit: 2 });
      expect(first.ids).toEqual(idsOf([a, b]));
      expect(await ask({ region, limit: 2, after: first.next ?? 0 })).toEqual({ ids: [c.InstanceId] });
      expect((await ask({ region: 'eu-west-1', limit: 2 })).ids).toEqual([elsewhere.InstanceId]);
      expect((await ask({ region, limit: 9, associations: ['b', 'c', 'd', 'none'] })).ids).toEqual(idsOf([b, c]));
      expect((await ask({ region, limit: 9 }, '999999999999')).ids).toEqual([]);
    });

    test('those of a profile in every Region of the account, and no longer once they have another or none', async () => {
      const [a, b] = [withProfile('web', 'a'), withProfile('db', 'b')];
      const elsewhere = withProfile('web', 'd', { ...SCOPE, region: 'eu-west-1' });
      await launch(store, a, b, elsewhere);
      const web = { InstanceProfileName: 'web', limit: 9 };
      expect((await ask(web)).ids).toEqual(idsOf([a, elsewhere]));
      const { IamInstanceProfile: _, ...without } = a;
      await store.transaction((tx) => tx.instances.update([without]));
      expect((await ask(web)).ids).toEqual([elsewhere.InstanceId]);
      expect((await ask({ InstanceProfileName: 'Web', limit: 9 })).ids).toEqual([]);
    });
  });

  describe('an update', () => {
    test('replaces the whole instance, and all that it is found by', async () => {
      const before = sampleInstance({ KeyName: 'k' });
      const { KeyName: _, ...rest } = before;
      const after: Instance = {
        ...rest,
        State: 'stopped',
        MetadataOptions: { ...before.MetadataOptions, HttpTokens: 'optional' },
        host: 'other',
        revision: 7,
      };
      await launch(store, before);
      await store.transaction((tx) => tx.instances.update([after]));
      expect(await get(SCOPE, [before.InstanceId])).toEqual([after]);
      expect(await matching({ field: 'State', oneOf: ['running'] })).toEqual([]);
      expect(await matching({ field: 'KeyName', oneOf: ['k'] })).toEqual([]);
      expect(await matching({ field: 'HttpTokens', oneOf: ['optional'] })).toEqual([before.InstanceId]);
      expect(await store.transaction((tx) => tx.instances.changedAfter('local', 0, 10))).toEqual([]);
      expect(await store.transaction((tx) => tx.instances.changedAfter('other', 6, 10))).toEqual([after]);
    });

    test('leaves the order of launch as it was', async () => {
      const [a, b] = [sampleInstance(), sampleInstance()];
      await launch(store, a, b);
      await store.transaction((tx) => tx.instances.update([{ ...a, revision: 9 }]));
      expect(await matching()).toEqual(idsOf([a, b]));
    });

    test('of an instance that does not exist, or not in this scope, is refused', async () => {
      const instance = sampleInstance();
      const update = (changed: Instance) => store.transaction((tx) => tx.instances.update([changed]));
      await expect(update(instance)).rejects.toThrow(instance.InstanceId);
      await launch(store, instance);
      await expect(update({ ...instance, ...OTHER_SCOPES[0] })).rejects.toThrow(instance.InstanceId);
      expect(await get(SCOPE, [instance.InstanceId])).toEqual([instance]);
    });
  });

  describe('a page', () => {
    test('of an empty scope is empty, whatever others have', async () => {
      await launch(store, ...OTHER_SCOPES.map((scope) => sampleInstance(scope)));
      expect(await store.transaction((tx) => tx.instances.page(SCOPE, { limit: 5, where: [] }))).toEqual({
        instances: [],
      });
    });

    test('follows the page before in order of launch, and says when nothing follows', async () => {
      const instances = Array.from({ length: 6 }, () => sampleInstance());
      for (const instance of instances) await launch(store, sampleInstance(OTHER_SCOPES[0]), instance);
      const page = (limit: number, after?: number) =>
        store.transaction((tx) =>
          tx.instances.page(SCOPE, { limit, where: [], ...(after !== undefined && { after }) }),
        );
      const first = await page(4);
      expect(first.instances).toEqual(instances.slice(0, 4));
      const second = await page(4, first.next);
      expect(second).toEqual({ instances: instances.slice(4) });
      expect(await page(6)).toEqual({ instances });
    });

    test('after an instance that was forgotten still has those launched since', async () => {
      const gone = sampleInstance({ State: 'terminated', terminatedAtMs: 1 });
      await launch(store, sampleInstance(), gone, sampleInstance());
      const query = { limit: 2, where: [] };
      const { next } = await store.transaction((tx) => tx.instances.page(SCOPE, query));
      const all = await matching();
      const rest = (await get(SCOPE, all)).slice(2).map((i) => ({ ...i, terminatedAtMs: 1 }));
      await store.transaction((tx) => tx.instances.update(rest));
      await store.transaction((tx) => tx.instances.forgetTerminated(2));
      const since = sampleInstance();
      await launch(store, since);
      const after = await store.transaction((tx) => tx.instances.page(SCOPE, { ...query, after: next as number }));
      expect(after).toEqual({ instances: [since] });
    });
  });

  describe('a condition', () => {
    const different: { [K in InstanceField]: [string, Instance] } = {
      InstanceId: ['i-00000000000000001', sampleInstance({ InstanceId: 'i-00000000000000001' })],
      ReservationId: ['r-1', sampleInstance({ ReservationId: 'r-1' })],
      ImageId: ['ami-1', sampleInstance({ ImageId: 'ami-1' })],
      InstanceType: ['c3.large', sampleInstance({ InstanceType: 'c3.large' })],
      KeyName: ['key', sampleInstance({ KeyName: 'key' })],
      AvailabilityZone: ['us-east-1b', sampleInstance({ AvailabilityZone: 'us-east-1b' })],
      SubnetId: ['subnet-1', sampleInstance({ SubnetId: 'subnet-1' })],
      VpcId: ['vpc-1', sampleInstance({ VpcId: 'vpc-1' })],
      State: ['stopped', sampleInstance({ State: 'stopped' })],
      HttpTokens: ['optional', sampleInstance({ MetadataOptions: { HttpTokens: 'optional' } })],
      HttpPutResponseHopLimit: ['64', sampleInstance({ MetadataOptions: { HttpPutResponseHopLimit: 64 } })],
      HttpEndpoint: ['disabled', sampleInstance({ MetadataOptions: { HttpEndpoint: 'disabled' } })],
      HttpProtocolIpv4: ['disabled', sampleInstance({ MetadataOptions: { HttpProtocolIpv4: 'disabled' } })],
      HttpProtocolIpv6: ['enabled', sampleInstance({ MetadataOptions: { HttpProtocolIpv6: 'enabled' } })],
      InstanceMetadataTags: ['enabled', sampleInstance({ MetadataOptions: { InstanceMetadataTags: 'enabled' } })],
    };

    test.each(Object.entries(different))('on %s finds the instances that have one of its values', async (name, one) => {
      const field = name as InstanceField;
      const [value, instance] = one;
      const usual = sampleInstance();
      await launch(store, usual, instance, sampleInstance(OTHER_SCOPES[1]));
      expect(await matching({ field, oneOf: [value] })).toEqual([instance.InstanceId]);
      expect(await matching({ field, oneOf: ['other', value] })).toEqual([instance.InstanceId]);
      expect(await matching({ field, oneOf: ['other'] })).toEqual([]);
      expect(await matching({ field, oneOf: [] })).toEqual([]);
    });

    test.each([
      ['KeyName', 'KEY'],
      ['KeyName', 'ke%'],
      ['KeyName', 'k_y'],
      ['KeyName', 'key '],
      ['KeyName', 'ke'],
      ['HttpPutResponseHopLimit', '02'],
      ['HttpPutResponseHopLimit', '2.0'],
      ['State', 'Running'],
    ] as const)('on %s compares exactly: %j is another value', async (field, value) => {
      await launch(store, sampleInstance({ KeyName: 'key' }));
      expect(await matching({ field, oneOf: [value] })).toEqual([]);
    });

    test('on a tag finds the instances of this scope that have it', async () => {
      const [a, b, c] = [sampleInstance(), sampleInstance(), sampleInstance()];
      const elsewhere = sampleInstance(OTHER_SCOPES[0]);
      await launch(store, a, b, c, elsewhere);
      await tag(c, 'env', 'prod');
      await tag(a, 'env', 'prod');
      await tag(b, 'env', 'dev');
      await tag(b, 'other', 'prod');
      await tag(elsewhere, 'env', 'prod');
      expect(await matching({ tag: 'env', oneOf: ['prod'] })).toEqual(idsOf([a, c]));
      expect(await matching({ tag: 'env', oneOf: ['dev', 'prod'] })).toEqual(idsOf([a, b, c]));
      expect(await matching({ tag: 'ENV', oneOf: ['prod'] })).toEqual([]);
      expect(await matching({ tagKey: ['other', 'none'] })).toEqual([b.InstanceId]);
      expect(await matching({ tagKey: ['other', 'env'] })).toEqual(idsOf([a, b, c]));
      expect(await matching({ tagKey: [] })).toEqual([]);
    });

    test('on a tag no longer finds an instance whose tag was changed or removed', async () => {
      const instance = sampleInstance();
      await launch(store, instance);
      await tag(instance, 'env', 'prod');
      await tag(instance, 'env', 'dev');
      expect(await matching({ tag: 'env', oneOf: ['prod'] })).toEqual([]);
      await store.transaction((tx) => tx.tags.remove(SCOPE, instance.InstanceId, [{ Key: 'env' }]));
      expect(await matching({ tagKey: ['env'] })).toEqual([]);
    });

    test('on a tag takes any text', async () => {
      for (const text of HOSTILE) {
        const [one, another] = [sampleInstance(), sampleInstance()];
        await launch(store, one, another);
        await tag(one, text, text);
        await tag(another, `${text}.`, text);
        expect(await matching({ tag: text, oneOf: [text] })).toEqual([one.InstanceId]);
        expect(await matching({ tagKey: [text] })).toEqual([one.InstanceId]);
      }
    });

    test('holds beside others: all must hold, whichever of them match few', { timeout: 60_000 }, async () => {
      const instances = Array.from({ length: MANY }, (_, index) =>
        sampleInstance({
          State: index % 2 === 0 ? 'running' : 'stopped',
          ...(index % 100 === 0 && { KeyName: 'hundredth' }),
          MetadataOptions: { HttpTokens: index >= MANY - 5 ? 'optional' : 'required' },
        }),
      );
      await launch(store, ...instances);
      await tagAll(instances.map((instance, index) => [instance, 'parity', index % 2 === 0 ? 'even' : 'odd']));
      await tagAll(instances.filter((_, index) => index % 500 === 499).map((instance) => [instance, 'rare', '']));
      const expectMatching = async (where: InstanceCondition[], holds: (i: Instance, index: number) => boolean) =>
        expect(await matching(...where)).toEqual(idsOf(instances.filter(holds)).slice(0, 1000));

      const optional: InstanceCondition = { field: 'HttpTokens', oneOf: ['optional'] };
      const anyTokens: InstanceCondition = { field: 'HttpTokens', oneOf: ['optional', 'required'] };
      const running: InstanceCondition = { field: 'State', oneOf: ['running'] };
      const hundredth: InstanceCondition = { field: 'KeyName', oneOf: ['hundredth'] };
      const even = { tag: 'parity', oneOf: ['even'] };
      const odd = { tag: 'parity', oneOf: ['odd'] };
      await expectMatching([anyTokens], () => true);
      await expectMatching([{ tagKey: ['parity', 'rare'] }], () => true);
      await expectMatching([{ tag: 'parity', oneOf: ['odd', 'even'] }, anyTokens], () => true);
      await expectMatching([{ tagKey: ['parity'] }, hundredth], (i) => i.KeyName !== undefined);
      await expectMatching([running, optional], (_, index) => index >= MANY - 5 && index % 2 === 0);
      await expectMatching([anyTokens, odd, { tagKey: ['rare'] }], (_, index) => index % 500 === 499);
      await expectMatching([anyTokens, even, { tagKey: ['rare'] }], () => false);
      await expectMatching(
        [{ field: 'InstanceId', oneOf: idsOf(instances) }, hundredth],
        (i) => i.KeyName !== undefined,
      );
    });
  });

  describe('the instances of a reservation', () => {
    test('come in order of AmiLaunchIndex, from this scope', async () => {
      const of = (ReservationId: string, AmiLaunchIndex: number, scope: Scope = SCOPE) =>
        sampleInstance({ ...scope, ReservationId, AmiLaunchIndex });
      const [second, first] = [of('r-1', 1), of('r-1', 0)];
      await launch(store, second, of('r-2', 0), first, of('r-1', 2, OTHER_SCOPES[0]));
      expect(await store.transaction((tx) => tx.instances.ofReservation(SCOPE, 'r-1'))).toEqual([first, second]);
      expect(await store.transaction((tx) => tx.instances.ofReservation(SCOPE, 'r-3'))).toEqual([]);
    });
  });

  test('instances with something due come longest overdue first, of any scope, and no others', async () => {
    const of = (dueAtMs: number, scope: Scope = SCOPE) => sampleInstance({ ...scope, dueAtMs });
    const [late, later, soon] = [of(10), of(5, OTHER_SCOPES[0]), of(21)];
    await launch(store, late, later, soon, sampleInstance());
    const due = (nowMs: number, limit: number) => store.transaction((tx) => tx.instances.due(nowMs, limit));
    expect(await due(4, 10)).toEqual([]);
    expect(await due(20, 10)).toEqual([later, late]);
    expect(await due(21, 1)).toEqual([later]);
    const { dueAtMs: _done, ...done } = later;
    await store.transaction((tx) => tx.instances.update([done]));
    expect(await due(20, 10)).toEqual([late]);
  });

  describe('the instances of a host', () => {
    test('that changed after a revision come lowest revision first, no more than asked for', async () => {
      const of = (revision: number, host = 'local', scope: Scope = SCOPE) =>
        sampleInstance({ ...scope, revision, host });
      const [five, two, alsoTwo, nine] = [of(5), of(2), of(2, 'local', OTHER_SCOPES[0]), of(9)];
      await launch(store, five, two, of(3, 'other'), alsoTwo, nine);
      const changedAfter = (revision: number, limit: number) =>
        store.transaction((tx) => tx.instances.changedAfter('local', revision, limit));
      expect(await changedAfter(0, 10)).toEqual([two, alsoTwo, five, nine]);
      expect(await changedAfter(2, 1)).toEqual([five]);
      expect(await changedAfter(9, 10)).toEqual([]);
    });

    test('are found by id whatever their scope, and no others', async () => {
      const mine = Array.from({ length: MANY }, (_, index) => sampleInstance({ ...OTHER_SCOPES[index % 2] }));
      const others = sampleInstance({ host: 'other' });
      await launch(store, others, ...mine);
      const onHost = (ids: string[]) => store.transaction((tx) => tx.instances.onHost('local', ids));
      expect(await onHost(idsOf([...mine, others]))).toEqual(mine);
      expect(await onHost([others.InstanceId, 'i-00000000000000000'])).toEqual([]);
    });
  });

  describe('forgetting', () => {
    const terminated = (atMs: number, changes: Partial<Instance> = {}) => {
      const { MetadataOptions: _, ...rest } = changes;
      return sampleInstance({ State: 'terminated', terminatedAtMs: atMs, ...rest });
    };
    const forget = (beforeMs: number) => store.transaction((tx) => tx.instances.forgetTerminated(beforeMs));
    const use = (scope: Scope, id: string, resourceId: string) =>
      store.transaction((tx) => tx.documents.put('client-token', scope, id, { digest: 'd', resourceId }));
    const isUsed = (scope: Scope, id: string) =>
      store.transaction(async (tx) => (await tx.documents.find('client-token', scope, id)) !== undefined);

    test('removes what was terminated before the time, in every scope, and nothing else', async () => {
      const kept = [sampleInstance(), terminated(100), terminated(101)];
      const gone = [terminated(99), terminated(0, OTHER_SCOPES[0]), terminated(50, OTHER_SCOPES[1])];
      await launch(store, ...kept, ...gone);
      expect(await forget(100)).toBe(3);
      for (const scope of [SCOPE, ...OTHER_SCOPES]) expect(await get(scope, idsOf(gone))).toEqual([]);
      expect(await matching()).toEqual(idsOf(kept));
      expect(await forget(100)).toBe(0);
    });

    test('removes their tags with them', { timeout: 60_000 }, async () => {
      const [kept, ...gone] = [sampleInstance(), ...Array.from({ length: MANY }, () => terminated(1))];
      await launch(store, kept, ...gone);
      await tagAll([kept, ...gone].map((instance) => [instance, 'env', 'prod']));
      await forget(2);
      const left = await store.transaction((tx) => tx.tags.page(SCOPE, { limit: MANY }));
      expect(left).toEqual([{ ResourceId: kept.InstanceId, ResourceType: 'instance', Key: 'env', Value: 'prod' }]);
    });

    test('removes the client token of a launch with its last instance', async () => {
      const first = terminated(1, { ReservationId: 'r-1', ClientToken: 't' });
      const second = sampleInstance({ ReservationId: 'r-1', ClientToken: 't', AmiLaunchIndex: 1 });
      await launch(store, first, second, terminated(1, { ReservationId: 'r-2', ClientToken: 'u' }));
      await use(SCOPE, 'RunInstances/t', 'r-1');
      await use(SCOPE, 'RunInstances/u', 'r-2');
      await use(SCOPE, 'RunInstances/v', 'r-3');
      await use(OTHER_SCOPES[0] as Scope, 'RunInstances/u', 'r-2');
      await forget(2);
      expect(await isUsed(SCOPE, 'RunInstances/t')).toBe(true);
      expect(await isUsed(SCOPE, 'RunInstances/u')).toBe(false);
      expect(await isUsed(SCOPE, 'RunInstances/v')).toBe(true);
      expect(await isUsed(OTHER_SCOPES[0] as Scope, 'RunInstances/u')).toBe(true);
      await store.transaction((tx) => tx.instances.update([{ ...second, State: 'terminated', terminatedAtMs: 3 }]));
      await forget(4);
      expect(await isUsed(SCOPE, 'RunInstances/t')).toBe(false);
    });
  });
}
