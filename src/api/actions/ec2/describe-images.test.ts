/**
 * DescribeImages: whose images an account sees, by id, owner, launch permission and filter.
 * The images of the catalogue are counted relative to each other: the catalogue may grow.
 */

import { expect, test } from 'vitest';
import { EXAMPLE_IMAGE, expectRefusal, startTestApi, type TestApi } from '../../testing.ts';

async function accountWithImages(...names: string[]): Promise<TestApi> {
  const api = await startTestApi();
  for (const Name of names) await api.call('RegisterImage', { Name });
  return api;
}

const namesOf = async (api: TestApi, input: object) =>
  (await api.call('DescribeImages', input)).Images?.map(({ Name }) => Name);

test('ids that do not exist, or are none, are errors', async () => {
  const api = await startTestApi();
  const [a, b] = ['ami-0123456789abcdef0', 'ami-0123456789abcdef1'];
  const refusal = (ImageIds: string[], code: string, message: string) =>
    expectRefusal(api.call('DescribeImages', { ImageIds }), code, message);
  await refusal([EXAMPLE_IMAGE, a], 'InvalidAMIID.NotFound', `The image id '[${a}]' does not exist`);
  await refusal([a, b], 'InvalidAMIID.NotFound', `The image ids '[${a}, ${b}]' do not exist`);
  await refusal([a, 'not_an_ami_id'], 'InvalidAMIID.Malformed', 'Invalid id: "not_an_ami_id" (expecting "ami-...")');
});

test('an account sees the images of the catalogue and its own, and of no other account', async () => {
  const api = await accountWithImages('mine');
  const other = api.as({ account: '210987654321' });
  await other.call('RegisterImage', { Name: 'theirs' });
  const names = await namesOf(api, {});
  expect(names).toContain('openimds/example-x86_64');
  expect(names).toContain('mine');
  expect(names).not.toContain('theirs');
});

test("the page's placeholder is an image of the catalogue", async () => {
  const api = await startTestApi();
  expect((await api.call('DescribeImages', { ImageIds: [EXAMPLE_IMAGE] })).Images).toEqual([
    {
      Architecture: 'x86_64',
      BlockDeviceMappings: [],
      CreationDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      Description: expect.any(String),
      EnaSupport: true,
      Hypervisor: 'xen',
      ImageId: EXAMPLE_IMAGE,
      ImageLocation: 'amazon/openimds/example-x86_64',
      ImageOwnerAlias: 'amazon',
      ImageType: 'machine',
      Name: 'openimds/example-x86_64',
      OwnerId: expect.stringMatching(/^\d{12}$/),
      PlatformDetails: 'Linux/UNIX',
      Public: true,
      RootDeviceName: '/dev/xvda',
      RootDeviceType: 'ebs',
      State: 'available',
      Tags: [],
      UsageOperation: 'RunInstances',
      VirtualizationType: 'hvm',
    },
  ]);
});

test('owners are accounts, self and aliases of AWS', async () => {
  const api = await accountWithImages('mine');
  expect(await namesOf(api, { Owners: ['self'] })).toEqual(['mine']);
  expect(await namesOf(api, { Owners: [api.scope.account] })).toEqual(['mine']);
  expect(await namesOf(api, { Owners: ['210987654321', 'aws-marketplace'] })).toEqual([]);
  const amazon = await namesOf(api, { Owners: ['amazon'] });
  expect(amazon).toContain('openimds/example-x86_64');
  expect(amazon).not.toContain('mine');
  expect(await namesOf(api, { Owners: ['amazon', 'self'] })).toHaveLength((amazon?.length ?? 0) + 1);
  const message = 'Invalid user id: "me"';
  await expectRefusal(api.call('DescribeImages', { Owners: ['me'] }), 'InvalidUserID.Malformed', message);
});

test('executable users: all are the public images, and nothing is shared with an account by name', async () => {
  const api = await accountWithImages('mine');
  expect(await namesOf(api, { ExecutableUsers: ['all'] })).toEqual(await namesOf(api, { Owners: ['amazon'] }));
  expect(await namesOf(api, { ExecutableUsers: ['self'] })).toEqual([]);
  expect(await namesOf(api, { ExecutableUsers: ['210987654321'] })).toEqual([]);
  await expectRefusal(api.call('DescribeImages', { ExecutableUsers: ['me'] }), 'InvalidUserID.Malformed');
});

test.each([
  ['name', ['web-*'], ['web-1', 'web-2']],
  ['name', ['web-?', 'base'], ['web-1', 'web-2', 'base']],
  ['architecture', ['arm64'], []],
  ['is-public', ['false'], ['web-1', 'web-2', 'base']],
  ['creation-date', ['2026-11-23T*'], ['web-1', 'web-2', 'base']],
  ['owner-alias', ['amazon'], []],
  ['state', ['pending'], []],
])('the filter %s with %j lets %j of the own images through', async (Name, Values, names) => {
  const api = await accountWithImages('web-1', 'web-2', 'base');
  expect(await namesOf(api, { Owners: ['self'], Filters: [{ Name, Values }] })).toEqual(names);
});

test("tags are the account's own, also on an image of everybody", async () => {
  const api = await startTestApi();
  const Tags = [{ Key: 'team', Value: 'blue' }];
  await api.call('CreateTags', { Resources: [EXAMPLE_IMAGE], Tags });
  const Filters = [{ Name: 'tag:team', Values: ['blue'] }];
  expect((await api.call('DescribeImages', { Filters })).Images).toEqual([
    expect.objectContaining({ ImageId: EXAMPLE_IMAGE, Tags }),
  ]);
  expect(await namesOf(api.as({ account: '210987654321' }), { Filters })).toEqual([]);
});

test('pages have every image once', async () => {
  const api = await accountWithImages('mine');
  const names: (string | undefined)[] = [];
  let NextToken: string | undefined;
  do {
    const page = await api.call('DescribeImages', { MaxResults: 5, NextToken });
    names.push(...(page.Images ?? []).map(({ Name }) => Name));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  expect(names).toEqual(await namesOf(api, {}));
  await expectRefusal(
    api.call('DescribeImages', { MaxResults: 5, ImageIds: [EXAMPLE_IMAGE] }),
    'InvalidParameterCombination',
  );
});

test('the Query form: Owner.N, ExecutableBy.N and the answer imagesSet', async () => {
  const api = await accountWithImages('mine');
  const xml = await api.query('Action=DescribeImages&Owner.1=self&Filter.1.Name=name&Filter.1.Value.1=mine');
  expect(xml).toMatch(/<imagesSet><item>.*<name>mine<\/name>.*<\/item><\/imagesSet>/);
  expect(await api.query('Action=DescribeImages&Owner.1=self&ExecutableBy.1=all')).toContain('<imagesSet/>');
});
