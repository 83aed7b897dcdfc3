/**
 * What every store promises of all that is no instance: documents, tags, addresses, access keys. Part of
 * `store.contract.ts`.
 */

import { beforeEach, describe, expect, test } from 'vitest';
import type { AccessKey, Scope, Tag, Vpc } from '../model.ts';
import type { Store, Transaction } from './store.ts';
import { HOSTILE, launch, type OpenStore, OTHER_SCOPES, SCOPE, sampleInstance } from './testing.ts';

const SCOPES: readonly Scope[] = [SCOPE, ...OTHER_SCOPES];

export function resourcesContract(open: OpenStore): void {
  let store: Store;
  beforeEach(async () => {
    store = (await open()).store;
  });
  const inStore = <T>(work: (tx: Transaction) => Promise<T>) => store.transaction(work);

  describe('documents', () => {
    const vpc = (VpcId: string, scope: Scope = SCOPE): Vpc => ({
      ...scope,
      VpcId,
      CidrBlock: '10.0.0.0/16',
      IsDefault: false,
    });
    const put = (document: Vpc, scope: Scope = SCOPE) =>
      inStore((tx) => tx.documents.put('vpc', scope, document.VpcId, document));

    test('are nowhere before they are put', async () => {
      expect(await inStore((tx) => tx.documents.find('vpc', SCOPE, 'vpc-1'))).toBeUndefined();
      expect(await inStore((tx) => tx.documents.list('vpc', SCOPE))).toEqual([]);
    });

    test('are listed in order of creation, which replacing one does not change', async () => {
      for (const id of ['vpc-2', 'vpc-3', 'vpc-1']) await put(vpc(id));
      const replaced = { ...vpc('vpc-2'), IsDefault: true };
      await put(replaced);
      expect(await inStore((tx) => tx.documents.list('vpc', SCOPE))).toEqual([replaced, vpc('vpc-3'), vpc('vpc-1')]);
      expect(await inStore((tx) => tx.documents.find('vpc', SCOPE, 'vpc-2'))).toEqual(replaced);
    });

    test('of one id are apart by kind, account and Region', async () => {
      for (const scope of SCOPES) await put(vpc('x', scope), scope);
      await inStore((tx) => tx.documents.put('client-token', SCOPE, 'x', { digest: 'd', resourceId: 'r' }));
      await inStore((tx) => tx.documents.remove('vpc', SCOPE, 'x'));
      expect(await inStore((tx) => tx.documents.find('vpc', SCOPE, 'x'))).toBeUndefined();
      expect(await inStore((tx) => tx.documents.find('client-token', SCOPE, 'x'))).toBeDefined();
      for (const scope of OTHER_SCOPES) {
        expect(await inStore((tx) => tx.documents.list('vpc', scope))).toEqual([vpc('x', scope)]);
      }
    });

    test('are got by their ids at once, those that exist and no other', async () => {
      const get = (ids: string[]) => inStore((tx) => tx.documents.get('vpc', SCOPE, ids));
      expect(await get(['vpc-1'])).toEqual(new Map());
      for (const id of ['vpc-1', 'vpc-2', 'vpc-3']) await put(vpc(id));
      for (const scope of OTHER_SCOPES) await put(vpc('vpc-4', scope), scope);
      await inStore((tx) => tx.documents.put('client-token', SCOPE, 'vpc-5', { digest: 'd', resourceId: 'r' }));
      const found = await get(['vpc-5', 'vpc-4', 'vpc-3', 'vpc-1', 'vpc-3']);
      expect(found).toEqual(new Map(['vpc-3', 'vpc-1'].map((id) => [id, vpc(id)])));
      expect(await get([])).toEqual(new Map());
    });

    test('are got by the thousand', async () => {
      const ids = Array.from({ length: 1_234 }, (_, index) => `vpc-${index}`);
      await inStore(async (tx) => {
        for (const id of ids) await tx.documents.put('vpc', SCOPE, id, vpc(id));
      });
      const found = await inStore((tx) => tx.documents.get('vpc', SCOPE, ids));
      expect(found).toEqual(new Map(ids.map((id) => [id, vpc(id)])));
    });

    test('are counted by kind, account and Region', async () => {
      for (const scope of SCOPES) await put(vpc('x', scope), scope);
      await put(vpc('y'));
      await inStore((tx) => tx.documents.put('client-token', SCOPE, 'x', { digest: 'd', resourceId: 'r' }));
      expect(await inStore((tx) => tx.documents.count('vpc', SCOPE))).toBe(2);
      expect(await inStore((tx) => tx.documents.count('subnet', SCOPE))).toBe(0);
    });

    test('that were replaced by work that failed are as they were', async () => {
      await put(vpc('vpc-1'));
      const replaced = { ...vpc('vpc-1'), IsDefault: true };
      const failed = inStore(async (tx) => {
        await tx.documents.put('vpc', SCOPE, 'vpc-1', replaced);
        expect(await tx.documents.find('vpc', SCOPE, 'vpc-1')).toEqual(replaced);
        throw new Error('after all');
      });
      await expect(failed).rejects.toThrow('after all');
      expect(await inStore((tx) => tx.documents.find('vpc', SCOPE, 'vpc-1'))).toEqual(vpc('vpc-1'));
      expect(await inStore((tx) => tx.documents.get('vpc', SCOPE, ['vpc-1']))).toEqual(
        new Map([['vpc-1', vpc('vpc-1')]]),
      );
    });

    test('that do not exist are removed without complaint', async () => {
      await expect(inStore((tx) => tx.documents.remove('vpc', SCOPE, 'vpc-1'))).resolves.toBeUndefined();
    });

    test('take any text', async () => {
      for (const text of HOSTILE) {
        await put(vpc(text));
        expect(await inStore((tx) => tx.documents.find('vpc', SCOPE, text))).toEqual(vpc(text));
        expect(await inStore((tx) => tx.documents.find('vpc', SCOPE, `${text}.`))).toBeUndefined();
        expect(await inStore((tx) => tx.documents.get('vpc', SCOPE, [text]))).toEqual(new Map([[text, vpc(text)]]));
      }
    });
  });

  describe('tags', () => {
    const put = (ResourceId: string, tags: Tag[], scope: Scope = SCOPE) =>
      inStore((tx) => tx.tags.put(scope, { ResourceId, ResourceType: 'vpc' }, tags));
    const of = (ids: string[], scope: Scope = SCOPE) => inStore((tx) => tx.tags.of(scope, ids));
    const tag = (Key: string, Value = '') => ({ Key, Value });

    test('of a resource without any are missing from the answer', async () => {
      await put('vpc-1', [tag('a')]);
      await put('vpc-2', []);
      expect(await of(['vpc-2', 'vpc-1', 'vpc-1', 'vpc-3'])).toEqual(new Map([['vpc-1', [tag('a')]]]));
    });

    test('are added to those that are there, and replace those with the same key', async () => {
      await put('vpc-1', [tag('a', '1'), tag('b', '1')]);
      await put('vpc-1', [tag('b', '2'), tag('c', '2'), tag('B', '2')]);
      expect((await of(['vpc-1'])).get('vpc-1')).toEqual([tag('B', '2'), tag('a', '1'), tag('b', '2'), tag('c', '2')]);
    });

    test('come with keys in the order of their code units', async () => {
      const keys = ['\u{1f600}', '\uff00', 'ä', 'z', 'a', 'Z', 'aa', ''];
      await put(
        'vpc-1',
        keys.map((key) => tag(key)),
      );
      expect((await of(['vpc-1'])).get('vpc-1')).toEqual(keys.sort().map((key) => tag(key)));
    });

    test('exist in their own account and Region only', async () => {
      for (const [index, scope] of SCOPES.entries()) await put('vpc-1', [tag('a', String(index))], scope);
      await inStore((tx) => tx.tags.remove(SCOPE, 'vpc-1', [{ Key: 'a' }]));
      expect(await of(['vpc-1'])).toEqual(new Map());
      for (const [index, scope] of OTHER_SCOPES.entries()) {
        expect((await of(['vpc-1'], scope)).get('vpc-1')).toEqual([tag('a', String(index + 1))]);
      }
    });

    test('are removed by key, and only with the value if one is given', async () => {
      await put('vpc-1', [tag('a', '1'), tag('b', '1'), tag('c', '')]);
      await put('vpc-2', [tag('a', '1')]);
      await inStore((tx) =>
        tx.tags.remove(SCOPE, 'vpc-1', [{ Key: 'a' }, { Key: 'b', Value: '2' }, { Key: 'c', Value: '' }, { Key: 'd' }]),
      );
      expect(await of(['vpc-1', 'vpc-2'])).toEqual(
        new Map([
          ['vpc-1', [tag('b', '1')]],
          ['vpc-2', [tag('a', '1')]],
        ]),
      );
    });

    test('of very many resources come at once', async () => {
      const ids = Array.from({ length: 1_234 }, (_, index) => `vpc-${index}`);
      await inStore(async (tx) => {
        for (const ResourceId of ids)
          await tx.tags.put(SCOPE, { ResourceId, ResourceType: 'vpc' }, [tag('id', ResourceId)]);
      });
      expect(await of(ids)).toEqual(new Map(ids.map((id) => [id, [tag('id', id)]])));
    });

    test('of an instance are put once it exists', async () => {
      const instance = sampleInstance();
      const tagInstance = (scope: Scope) =>
        inStore((tx) => tx.tags.put(scope, { ResourceId: instance.InstanceId, ResourceType: 'instance' }, [tag('a')]));
      await expect(tagInstance(SCOPE)).rejects.toThrow(instance.InstanceId);
      await launch(store, instance);
      await expect(tagInstance(OTHER_SCOPES[0] as Scope)).rejects.toThrow(instance.InstanceId);
      await tagInstance(SCOPE);
      expect((await of([instance.InstanceId])).size).toBe(1);
    });

    test('come page by page, each once', async () => {
      for (const id of ['vpc-2', 'vpc-1', 'vpc-10']) await put(id, [tag('b'), tag('a', 'v'), tag('c')]);
      await put('vpc-1', [tag('elsewhere')], OTHER_SCOPES[0]);
      const all = await inStore((tx) => tx.tags.page(SCOPE, { limit: 100 }));
      expect(all.map(({ ResourceId, Key }) => `${ResourceId} ${Key}`)).toEqual(
        ['vpc-1', 'vpc-10', 'vpc-2'].flatMap((id) => [`${id} a`, `${id} b`, `${id} c`]),
      );
      expect(all[0]).toEqual({ ResourceId: 'vpc-1', ResourceType: 'vpc', Key: 'a', Value: 'v' });
      const pages: typeof all = [];
      for (let after = all[0]; after; after = pages.at(-1)) {
        const rest = await inStore((tx) => tx.tags.page(SCOPE, { limit: 2, after: after as (typeof all)[0] }));
        if (rest.length === 0) break;
        pages.push(...rest);
      }
      expect(pages).toEqual(all.slice(1));
    });

    test('take any text', async () => {
      for (const text of HOSTILE) {
        await put(text, [tag(text, text)]);
        expect(await of([text])).toEqual(new Map([[text, [tag(text, text)]]]));
        await inStore((tx) => tx.tags.remove(SCOPE, text, [{ Key: text, Value: `${text}.` }]));
        expect((await of([text])).size).toBe(1);
        await inStore((tx) => tx.tags.remove(SCOPE, text, [{ Key: text, Value: text }]));
        expect((await of([text])).size).toBe(0);
      }
    });
  });

  describe('addresses', () => {
    const take = (range: { first: number; last: number }, owners: string[], SubnetId = 'subnet-1') =>
      inStore((tx) => tx.addresses.take(SubnetId, range, owners));
    const takeOne = (number: number, owner: string) => inStore((tx) => tx.addresses.takeOne('subnet-1', number, owner));
    const release = (...owners: string[]) => inStore((tx) => tx.addresses.release(owners));
    const taken = (...ids: string[]) => inStore((tx) => tx.addresses.taken(ids));
    const range = { first: 4, last: 9 };

    test('of an untouched subnet are not taken', async () => {
      expect(await taken('subnet-1')).toEqual(new Map());
    });

    test('are given upwards, past those that somebody has chosen', async () => {
      expect(await takeOne(6, 'chosen')).toBe(true);
      expect(await take(range, ['a', 'b'])).toEqual([4, 5]);
      expect(await take(range, ['c', 'd'])).toEqual([7, 8]);
      expect(await taken('subnet-1', 'subnet-2')).toEqual(new Map([['subnet-1', 5]]));
    });

    test('have one owner at most', async () => {
      await take(range, ['a']);
      expect(await takeOne(4, 'b')).toBe(false);
      expect(await takeOne(9, 'b')).toBe(true);
      expect(await takeOne(9, 'b')).toBe(false);
      expect(await taken('subnet-1')).toEqual(new Map([['subnet-1', 2]]));
    });

    test('run out: fewer come back than owners', async () => {
      expect(await take(range, ['a', 'b', 'c', 'd', 'e', 'f', 'g'])).toEqual([4, 5, 6, 7, 8, 9]);
      expect(await take(range, ['h'])).toEqual([]);
      expect(await taken('subnet-1')).toEqual(new Map([['subnet-1', 6]]));
      expect(await take(range, [])).toEqual([]);
    });

    test('that were released are given again once none is left that never was', async () => {
      await take(range, ['a', 'b', 'c', 'd']);
      await release('c', 'a');
      expect(await take(range, ['e', 'f', 'g'])).toEqual([8, 9, 4]);
      expect(await take(range, ['h', 'i'])).toEqual([6]);
    });

    test('that were chosen and released are given in their turn', async () => {
      await takeOne(5, 'a');
      await release('a');
      expect(await taken('subnet-1')).toEqual(new Map());
      expect((await take(range, ['b', 'c', 'd', 'e', 'f', 'g'])).sort()).toEqual([4, 5, 6, 7, 8, 9]);
      await release('d');
      expect((await taken('subnet-1')).get('subnet-1')).toBe(5);
    });

    test('are released with all that an owner has, and only that', async () => {
      await take(range, ['a', 'b', 'a']);
      await take(range, ['a'], 'subnet-2');
      await release('a', 'nobody');
      await release('a');
      expect(await taken('subnet-1', 'subnet-2')).toEqual(new Map([['subnet-1', 1]]));
      expect(await takeOne(5, 'c')).toBe(false);
      expect(await takeOne(6, 'c')).toBe(true);
    });

    test('belong to nobody until they are given, and again once they are released', async () => {
      const ownerOf = (number: number) => inStore((tx) => tx.addresses.ownerOf('subnet-1', number));
      expect(await ownerOf(4)).toBeUndefined();
      await take(range, ['a']);
      expect(await ownerOf(4)).toBe('a');
      expect(await ownerOf(5)).toBeUndefined();
      await release('a');
      expect(await ownerOf(4)).toBeUndefined();
    });

    test('of one pool are released alone', async () => {
      await take(range, ['a', 'b']);
      await take(range, ['a'], 'subnet-2');
      await inStore((tx) => tx.addresses.release(['a'], 'subnet-2'));
      expect(await taken('subnet-1', 'subnet-2')).toEqual(new Map([['subnet-1', 2]]));
    });

    describe('in blocks', () => {
      const takeBlocks = (size: number, owners: string[], range = { first: 4, last: 30 }) =>
        inStore((tx) => tx.addresses.takeBlocks('subnet-1', { ...range, size }, owners));

      test('are none where nothing is as large', async () => {
        expect(await takeBlocks(16, ['a'])).toEqual([]);
        expect(await takeBlocks(8, [])).toEqual([]);
        expect(await taken('subnet-1')).toEqual(new Map());
      });

      test('are given from above, each whole and at a multiple of its size', async () => {
        expect(await takeBlocks(8, ['a', 'b', 'c'])).toEqual([16, 8]);
        expect(await taken('subnet-1')).toEqual(new Map([['subnet-1', 16]]));
        for (const number of [8, 15, 16, 23]) expect(await takeOne(number, 'd')).toBe(false);
        for (const number of [7, 24]) expect(await takeOne(number, 'd')).toBe(true);
      });

      test('pass those of which somebody has a number', async () => {
        await takeOne(22, 'chosen');
        await take({ first: 4, last: 30 }, ['single']);
        expect(await takeBlocks(4, ['a', 'b', 'c', 'd', 'e'])).toEqual([24, 16, 12, 8]);
      });

      test('are passed by those that are given one by one', async () => {
        await takeBlocks(4, ['a'], { first: 4, last: 9 });
        expect(await take({ first: 4, last: 12 }, ['b', 'c', 'd', 'e', 'f'])).toEqual([8, 9, 10, 11, 12]);
      });

      test('are given again once all of it is released', async () => {
        await takeBlocks(8, ['a', 'b']);
        await takeOne(24, 'c');
        await release('a');
        expect(await takeBlocks(8, ['d', 'e'])).toEqual([16]);
        await release('d', 'b');
        expect(await taken('subnet-1')).toEqual(new Map([['subnet-1', 1]]));
        expect(await takeBlocks(8, ['f', 'g'])).toEqual([16, 8]);
      });

      test('are given by the thousand', async () => {
        const owners = Array.from({ length: 1_000 }, (_, index) => `owner-${index}`);
        const large = { first: 4, last: 65_534 };
        expect(await takeBlocks(16, owners, large)).toEqual(owners.map((_, index) => 65_504 - index * 16));
        expect((await taken('subnet-1')).get('subnet-1')).toBe(16_000);
        await takeBlocks(16, owners, large);
        expect(new Set(await takeBlocks(16, owners, large)).size).toBe(1_000);
      });
    });

    test('are unique whoever takes them at the same time', async () => {
      const owners = Array.from({ length: 60 }, (_, index) => `owner-${index}`);
      const [many, ones] = await Promise.all([
        Promise.all(owners.map((owner) => take({ first: 4, last: 250 }, [owner, owner]))),
        Promise.all(owners.map((owner, index) => takeOne(100 + index, owner))),
      ]);
      const chosen = ones.flatMap((given, index) => (given ? [100 + index] : []));
      const all = [...many.flat(), ...chosen];
      expect(new Set(all).size).toBe(all.length);
      expect((await taken('subnet-1')).get('subnet-1')).toBe(all.length);
    });

    test('are given, released and counted by the thousand', async () => {
      const owners = Array.from({ length: 3_000 }, (_, index) => `owner-${index}`);
      const numbers = await take({ first: 4, last: 4_090 }, owners);
      expect(numbers).toEqual(owners.map((_, index) => index + 4));
      await release(...owners.slice(1));
      expect((await taken('subnet-1')).get('subnet-1')).toBe(1);
      expect(await take({ first: 4, last: 4_090 }, owners)).toHaveLength(3_000);
    });

    test('that many have chosen one after the other do not stop the giving, nor hide one that is free', async () => {
      await inStore(async (tx) => {
        for (let number = 4; number < 804; number++) {
          if (number !== 254) await tx.addresses.takeOne('subnet-1', number, 'chosen');
        }
      });
      expect(await take({ first: 4, last: 1_000 }, ['a', 'b', 'c'])).toEqual([254, 804, 805]);
    });
  });

  describe('access keys', () => {
    const key = (AccessKeyId: string, account = SCOPE.account): AccessKey => ({
      AccessKeyId,
      SecretAccessKey: 'secret',
      principal: { kind: 'root', account, arn: `arn:aws:iam::${account}:root` },
    });

    test('are nowhere before they are put', async () => {
      expect(await inStore((tx) => tx.accessKeys.find('AKIA1'))).toBeUndefined();
      expect(await inStore((tx) => tx.accessKeys.ofAccount(SCOPE.account))).toEqual([]);
    });

    test('are found by id and by account; putting one again replaces it', async () => {
      const other = key('AKIA2', '210987654321');
      for (const each of [key('AKIA3'), other, key('AKIA1')]) await inStore((tx) => tx.accessKeys.put(each));
      const replaced = { ...key('AKIA1'), SecretAccessKey: 'new' };
      await inStore((tx) => tx.accessKeys.put(replaced));
      expect(await inStore((tx) => tx.accessKeys.find('AKIA1'))).toEqual(replaced);
      expect(await inStore((tx) => tx.accessKeys.find('akia1'))).toBeUndefined();
      expect(await inStore((tx) => tx.accessKeys.ofAccount(SCOPE.account))).toEqual([replaced, key('AKIA3')]);
      expect(await inStore((tx) => tx.accessKeys.ofAccount('210987654321'))).toEqual([other]);
      await inStore((tx) => tx.accessKeys.remove('AKIA1'));
      await inStore((tx) => tx.accessKeys.remove('AKIA1'));
      expect(await inStore((tx) => tx.accessKeys.find('AKIA1'))).toBeUndefined();
      expect(await inStore((tx) => tx.accessKeys.ofAccount(SCOPE.account))).toEqual([key('AKIA3')]);
    });

    test('take any text', async () => {
      for (const text of HOSTILE) {
        expect(await inStore((tx) => tx.accessKeys.find(text))).toBeUndefined();
        await inStore((tx) => tx.accessKeys.put(key(text)));
        expect(await inStore((tx) => tx.accessKeys.find(text))).toEqual(key(text));
      }
    });
  });
}
