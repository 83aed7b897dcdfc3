/**
 * DeleteTags: which tags a request removes (API/DeleteTags), all of them or nothing, and that hosts hear of it.
 * Each test counts what is left over, so that removing too much fails as removing too little does.
 */

import { expect, test } from 'vitest';
import { expectRefusal, launch, startTestApi, type TestApi } from '../../testing.ts';

async function taggedInstance(api: TestApi): Promise<string> {
  const Tags = [
    { Key: 'empty', Value: '' },
    { Key: 'stage', Value: 'test' },
    { Key: 'team', Value: 'blue' },
  ];
  return launch(api, { TagSpecifications: [{ ResourceType: 'instance', Tags }] });
}

const keysOf = async (api: TestApi, id: string) =>
  ((await api.inStore((tx) => tx.tags.of(api.scope, [id]))).get(id) ?? []).map(({ Key }) => Key);

test('where one of the resources does not exist, no tag of any is deleted', async () => {
  const api = await startTestApi();
  const id = await taggedInstance(api);
  await expectRefusal(
    api.call('DeleteTags', { Resources: [id, 'i-0123456789abcdef0'] }),
    'InvalidInstanceID.NotFound',
    "The instance ID 'i-0123456789abcdef0' does not exist",
  );
  expect(await keysOf(api, id)).toEqual(['empty', 'stage', 'team']);
});

test('a tag with a value is deleted only if it has that value, an empty one included', async () => {
  const api = await startTestApi();
  const id = await taggedInstance(api);
  const Tags = [
    { Key: 'stage', Value: '' },
    { Key: 'team', Value: 'red' },
    { Key: 'empty', Value: '' },
  ];
  await api.call('DeleteTags', { Resources: [id], Tags });
  expect(await keysOf(api, id)).toEqual(['stage', 'team']);
  await api.call('DeleteTags', { Resources: [id], Tags: [{ Key: 'team', Value: 'blue' }] });
  expect(await keysOf(api, id)).toEqual(['stage']);
});

test('a tag without a value is deleted whatever its value; one that is not there is no error', async () => {
  const api = await startTestApi();
  const id = await taggedInstance(api);
  await api.call('DeleteTags', { Resources: [id], Tags: [{ Key: 'team' }, { Key: 'nothing' }] });
  expect(await keysOf(api, id)).toEqual(['empty', 'stage']);
});

test('without tags in the request every tag of the resources is deleted', async () => {
  const api = await startTestApi();
  const one = await taggedInstance(api);
  const other = await taggedInstance(api);
  const kept = await taggedInstance(api);
  await api.call('DeleteTags', { Resources: [one, other] });
  expect([await keysOf(api, one), await keysOf(api, other)]).toEqual([[], []]);
  expect(await keysOf(api, kept)).toHaveLength(3);
});

test("the host hears that an instance's tags are gone; it hears nothing of one that had none", async () => {
  const api = await startTestApi();
  const tagged = await taggedInstance(api);
  const bare = await launch(api);
  const revisions = () =>
    api.inStore(async (tx) => (await tx.instances.get(api.scope, [tagged, bare])).map(({ revision }) => revision));
  const [taggedBefore = 0, bareBefore] = await revisions();
  await api.call('DeleteTags', { Resources: [tagged, bare] });
  const [taggedAfter, bareAfter] = await revisions();
  expect(taggedAfter).toBeGreaterThan(taggedBefore);
  expect(bareAfter).toBe(bareBefore);
});

test('the Query form: an empty Tag.N.Value is a value', async () => {
  const api = await startTestApi();
  const id = await taggedInstance(api);
  await api.query(`Action=DeleteTags&ResourceId.1=${id}&Tag.1.Key=team&Tag.1.Value=&Tag.2.Key=stage`);
  expect(await keysOf(api, id)).toEqual(['empty', 'team']);
});
