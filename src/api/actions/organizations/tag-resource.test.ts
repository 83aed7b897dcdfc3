/** Tags of the root, OUs, accounts and policies. */

import { expect, test } from 'vitest';
import {
  addMember,
  createOrganization,
  createPolicy,
  createUnit,
  MEMBER,
  organizations,
} from '../../organizations/testing.ts';
import { startTestApi } from '../../testing.ts';

test('what is not there has no tags and gets none', async () => {
  const api = await startTestApi();
  await createOrganization(api);
  const asks = [
    ['TagResource', { Tags: [{ Key: 'a', Value: 'b' }] }],
    ['UntagResource', { TagKeys: ['a'] }],
    ['ListTagsForResource', {}],
  ] as const;
  for (const [operation, input] of asks) {
    for (const ResourceId of ['r-0000', 'ou-0000-00000000', MEMBER, 'p-0123456789']) {
      await expect(organizations(api, operation, { ResourceId, ...input })).rejects.toMatchObject({
        name: 'TargetNotFoundException',
        message: "You specified a target that doesn't exist.",
      });
    }
    await expect(organizations(api, operation, { ResourceId: 'i-1', ...input })).rejects.toMatchObject({
      Reason: 'INVALID_PATTERN',
    });
  }
});

test.each([
  [
    [
      { Key: 'a', Value: '1' },
      { Key: 'a', Value: '2' },
    ],
    'DUPLICATE_TAG_KEY',
  ],
  [[{ Key: 'AWS:a', Value: '1' }], 'INVALID_SYSTEM_TAGS_PARAMETER'],
  [[{ Key: '', Value: '1' }], 'MIN_LENGTH_EXCEEDED'],
  [[{ Key: 'a'.repeat(129), Value: '1' }], 'MAX_LENGTH_EXCEEDED'],
  [[{ Key: 'a<b', Value: '1' }], 'INVALID_PATTERN'],
  [[{ Key: 'a', Value: 'b'.repeat(257) }], 'MAX_LENGTH_EXCEEDED'],
  [[{ Key: 'a' }], 'INPUT_REQUIRED'],
  [undefined, 'INPUT_REQUIRED'],
])('the tags %j: %s', async (Tags, Reason) => {
  const api = await startTestApi();
  const root = await createOrganization(api);
  await expect(organizations(api, 'TagResource', { ResourceId: root, Tags })).rejects.toMatchObject({
    name: 'InvalidInputException',
    Reason,
  });
});

test('more than fifty of one resource, also in two steps', async () => {
  const api = await startTestApi();
  const ResourceId = await createOrganization(api);
  const tags = (first: number, count: number) =>
    Array.from({ length: count }, (_, index) => ({ Key: `key${first + index}`, Value: '' }));
  const refused = { name: 'ConstraintViolationException', Reason: 'MAX_TAG_LIMIT_EXCEEDED' };
  await expect(organizations(api, 'TagResource', { ResourceId, Tags: tags(0, 51) })).rejects.toMatchObject(refused);
  await organizations(api, 'TagResource', { ResourceId, Tags: tags(0, 50) });
  await organizations(api, 'TagResource', { ResourceId, Tags: tags(49, 1) });
  await expect(organizations(api, 'TagResource', { ResourceId, Tags: tags(50, 1) })).rejects.toMatchObject(refused);
  const first = await organizations(api, 'ListTagsForResource', { ResourceId });
  expect(first.Tags).toHaveLength(20);
  expect(
    (await organizations(api, 'ListTagsForResource', { ResourceId, NextToken: first.NextToken })).Tags,
  ).toHaveLength(20);
});

test('each kind of resource has its own', async () => {
  const api = await startTestApi();
  const root = await createOrganization(api);
  const resources = [root, await createUnit(api, root, 'Dev'), await addMember(api), await createPolicy(api, 'mine')];
  for (const ResourceId of resources) {
    await organizations(api, 'TagResource', {
      ResourceId,
      Tags: [
        { Key: 'of', Value: ResourceId },
        { Key: 'Straße:ü', Value: '' },
      ],
    });
  }
  for (const ResourceId of resources) {
    const tags = async () => (await organizations(api, 'ListTagsForResource', { ResourceId })).Tags;
    expect(await tags()).toEqual([
      { Key: 'Straße:ü', Value: '' },
      { Key: 'of', Value: ResourceId },
    ]);
    await organizations(api, 'TagResource', { ResourceId, Tags: [{ Key: 'of', Value: 'nobody' }] });
    await organizations(api, 'UntagResource', { ResourceId, TagKeys: ['Straße:ü', 'never there'] });
    expect(await tags()).toEqual([{ Key: 'of', Value: 'nobody' }]);
  }
});
