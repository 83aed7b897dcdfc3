/**
 * CreateTags: all of a request or nothing, on resources of every type, and what it does to an instance's metadata.
 * That a host really reads the tags again is proven where hosts are tested.
 */

import { expect, test } from 'vitest';
import { EXAMPLE_IMAGE, expectRefusal, launch, startTestApi, type TestApi } from '../../testing.ts';

const TEAM = { Key: 'team', Value: 'blue' };

const tagsOf = async (api: TestApi, id: string) =>
  (await api.inStore((tx) => tx.tags.of(api.scope, [id]))).get(id) ?? [];

const revisionOf = async (api: TestApi, id: string) => {
  const [instance] = await api.inStore((tx) => tx.instances.get(api.scope, [id]));
  return { revision: instance?.revision ?? 0, optionsRevision: instance?.optionsRevision ?? 0 };
};

test('a resource that does not exist is not tagged, nor is any other of the same request', async () => {
  const api = await startTestApi();
  const id = await launch(api);
  for (const [missing, code, message] of [
    ['i-0123456789abcdef0', 'InvalidInstanceID.NotFound', "The instance ID 'i-0123456789abcdef0' does not exist"],
    ['i-xyz', 'InvalidInstanceID.Malformed', 'Invalid id: "i-xyz"'],
    ['ami-0123456789abcdef0', 'InvalidAMIID.NotFound', "The image id '[ami-0123456789abcdef0]' does not exist"],
    ['key-0123456789abcdef0', 'InvalidKeyPair.NotFound', "The key pair ID 'key-0123456789abcdef0' does not exist"],
    ['vpc-0123456789abcdef0', 'InvalidVpcID.NotFound', "The vpc ID 'vpc-0123456789abcdef0' does not exist"],
    ['subnet-0123456789abcdef0', 'InvalidSubnetID.NotFound', "The subnet ID 'subnet-0123456789abcdef0' does not exist"],
    ['sg-0123456789abcdef0', 'InvalidGroup.NotFound', "The security group 'sg-0123456789abcdef0' does not exist"],
    ['vol-0123456789abcdef0', 'InvalidID', "The ID 'vol-0123456789abcdef0' is not valid"],
    ['constructor', 'InvalidID', "The ID 'constructor' is not valid"],
  ]) {
    await expectRefusal(api.call('CreateTags', { Resources: [id, missing], Tags: [TEAM] }), code ?? '', message);
  }
  expect(await tagsOf(api, id)).toEqual([]);
});

test('one request tags resources of any types, an image of everybody for its own account only', async () => {
  const api = await startTestApi();
  const instance = await launch(api);
  const { Vpcs } = await api.call('DescribeVpcs');
  const { Subnets } = await api.call('DescribeSubnets');
  const ids = [instance, EXAMPLE_IMAGE, Vpcs?.[0]?.VpcId, Subnets?.[0]?.SubnetId];
  await api.call('CreateTags', { Resources: ids, Tags: [TEAM] });

  const { Tags } = await api.call('DescribeTags');
  expect(Tags?.map(({ ResourceId }) => ResourceId).sort()).toEqual(ids.sort());
  expect((await api.as({ account: '210987654321' }).call('DescribeTags')).Tags).toEqual([]);
  const elsewhere = api.as({ region: 'eu-west-1' });
  await expectRefusal(
    elsewhere.call('CreateTags', { Resources: [instance], Tags: [TEAM] }),
    'InvalidInstanceID.NotFound',
  );
});

test('a tag with the same key gets the new value; without a value it has an empty one', async () => {
  const api = await startTestApi();
  const id = await launch(api);
  await api.call('CreateTags', { Resources: [id], Tags: [TEAM, { Key: 'stage' }] });
  await api.call('CreateTags', { Resources: [id, id], Tags: [{ Key: 'team', Value: 'red' }] });
  expect(await tagsOf(api, id)).toEqual([
    { Key: 'stage', Value: '' },
    { Key: 'team', Value: 'red' },
  ]);
});

test('a resource has at most 50 tags, and one of 50 may change its value', async () => {
  const api = await startTestApi();
  const id = await launch(api);
  const fifty = Array.from({ length: 50 }, (_, n) => ({ Key: `k${n}`, Value: '' }));
  await api.call('CreateTags', { Resources: [id], Tags: fifty });
  await api.call('CreateTags', { Resources: [id], Tags: [{ Key: 'k7', Value: 'x' }] });
  await expectRefusal(api.call('CreateTags', { Resources: [id], Tags: [TEAM] }), 'TagLimitExceeded');
  expect(await tagsOf(api, id)).toHaveLength(50);
});

test('what no tag may be is refused before anything is looked up', async () => {
  const api = await startTestApi();
  const Resources = ['i-0123456789abcdef0'];
  const refusal = (Tags: object[], message: string) =>
    expectRefusal(api.call('CreateTags', { Resources, Tags }), 'InvalidParameterValue', message);
  await refusal(
    [{ Key: 'aws:x', Value: '' }],
    "Value ( aws:x ) for parameter key is invalid. Tag keys starting with 'aws:' are reserved for internal use",
  );
  await refusal([TEAM, TEAM], "Duplicate tag key 'team' specified.");
  await refusal([], 'Value ( empty ) for parameter tagSet is invalid. You must specify one or more tags to create');
  await expectRefusal(
    api.call('CreateTags', { Resources: [], Tags: [TEAM] }),
    'MissingParameter',
    'The request must contain the parameter resourceIdSet',
  );
});

test('while its tags are in its metadata an instance gets no tag whose key cannot be a path', async () => {
  const api = await startTestApi();
  const open = await launch(api, { MetadataOptions: { HttpEndpoint: 'enabled', InstanceMetadataTags: 'enabled' } });
  const closed = await launch(api);
  const slash = [{ Key: 'a/b', Value: '' }];
  await expectRefusal(api.call('CreateTags', { Resources: [closed, open], Tags: slash }), 'InvalidParameterValue');
  expect(await tagsOf(api, closed)).toEqual([]);
  await api.call('CreateTags', { Resources: [closed], Tags: slash });
  await api.call('CreateTags', { Resources: [open], Tags: [{ Key: 'a:b', Value: '' }] });
  expect(await tagsOf(api, open)).toEqual([{ Key: 'a:b', Value: '' }]);
});

test("the host hears of an instance's new tags; its metadata options stay as applied as they were", async () => {
  const api = await startTestApi();
  const id = await launch(api);
  const before = await revisionOf(api, id);
  let woken = 0;
  const wokenUp = new Promise<void>((resolve) => {
    api.store.subscribe(() => {
      woken++;
      resolve();
    });
  });
  await api.call('CreateTags', { Resources: [id], Tags: [TEAM] });
  await wokenUp;
  const after = await revisionOf(api, id);
  expect(after.revision).toBeGreaterThan(before.revision);
  expect(after.optionsRevision).toBe(before.optionsRevision);
  expect(woken).toBe(1);
});

test('a terminated instance can be tagged, and no host hears of it', async () => {
  const api = await startTestApi();
  const id = await launch(api);
  await api.inStore(async (tx) => {
    const instances = await tx.instances.get(api.scope, [id]);
    await tx.instances.update(instances.map((instance) => ({ ...instance, State: 'terminated' as const })));
  });
  const before = await revisionOf(api, id);
  await api.call('CreateTags', { Resources: [id], Tags: [TEAM] });
  expect(await revisionOf(api, id)).toEqual(before);
  expect(await tagsOf(api, id)).toEqual([TEAM]);
});

test('the Query form: ResourceId.N and Tag.N', async () => {
  const api = await startTestApi();
  const id = await launch(api);
  const xml = await api.query(`Action=CreateTags&ResourceId.1=${id}&Tag.1.Key=team&Tag.1.Value=blue&Tag.2.Key=stage`);
  expect(xml).toContain('<return>true</return>');
  expect(await tagsOf(api, id)).toEqual([{ Key: 'stage', Value: '' }, TEAM]);
});
