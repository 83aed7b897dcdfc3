/**
 * RegisterImage: what an image may be, AWS's defaults, and what instances have from it (aws-behaviour 3.3).
 * The user guide's own command for an image with ImdsSupport is among the tests.
 */

import { expect, test } from 'vitest';
import { expectRefusal, launch, START_MS, startTestApi } from '../../testing.ts';

test.each([
  ['MissingParameter', {}],
  ['InvalidAMIName.Malformed', { Name: 'ab' }],
  ['InvalidAMIName.Malformed', { Name: 'a'.repeat(129) }],
  ['InvalidAMIName.Malformed', { Name: 'a name, with a comma' }],
  ['InvalidParameterValue', { Name: 'my-image', Architecture: 'sparc' }],
  ['InvalidParameterValue', { Name: 'my-image', ImdsSupport: 'v1.0' }],
  ['InvalidParameterValue', { Name: 'my-image', ImdsSupport: '' }],
  ['InvalidParameterValue', { Name: 'my-image', Description: 'a'.repeat(256) }],
  [
    'InvalidParameterValue',
    { Name: 'my-image', TagSpecifications: [{ ResourceType: 'snapshot', Tags: [{ Key: 'a' }] }] },
  ],
])('%s for %j, and no image is registered', async (code, input) => {
  const api = await startTestApi();
  await expectRefusal(api.call('RegisterImage', input), code);
  expect((await api.call('DescribeImages', { Owners: ['self'] })).Images).toEqual([]);
});

test("an image is its account's own; AWS's defaults are i386 and no ImdsSupport", async () => {
  const api = await startTestApi();
  const { ImageId = '' } = await api.call('RegisterImage', { Name: "My (own) image [1.0] a/b-c_d's @home" });
  const { Images } = await api.call('DescribeImages', { ImageIds: [ImageId] });
  expect(Images).toEqual([
    expect.objectContaining({
      ImageId,
      Name: "My (own) image [1.0] a/b-c_d's @home",
      Architecture: 'i386',
      CreationDate: new Date(START_MS).toISOString(),
      OwnerId: api.scope.account,
      Public: false,
      RootDeviceName: '/dev/sda1',
      State: 'available',
    }),
  ]);
  expect(Images?.[0]).not.toHaveProperty('ImdsSupport');
  await expectRefusal(
    api.as({ account: '210987654321' }).call('DescribeImages', { ImageIds: [ImageId] }),
    'InvalidAMIID.NotFound',
  );
});

test("the user guide's example: instances of an image with ImdsSupport v2.0 require IMDSv2, with a hop limit of 2", async () => {
  const api = await startTestApi();
  const { ImageId } = await api.call('RegisterImage', {
    Name: 'my-image',
    RootDeviceName: '/dev/xvda',
    BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { SnapshotId: 'snap-0123456789example' } }],
    Architecture: 'x86_64',
    ImdsSupport: 'v2.0',
  });
  const id = await launch(api, { ImageId });
  const { Reservations } = await api.call('DescribeInstances', { InstanceIds: [id] });
  const instance = Reservations?.[0]?.Instances?.[0];
  expect(instance?.MetadataOptions).toMatchObject({ HttpTokens: 'required', HttpPutResponseHopLimit: 2 });
  expect(instance?.RootDeviceName).toBe('/dev/xvda');
});

test('a name is taken once in an account and Region', async () => {
  const api = await startTestApi();
  const { ImageId } = await api.call('RegisterImage', { Name: 'my-image' });
  await expectRefusal(
    api.call('RegisterImage', { Name: 'my-image' }),
    'InvalidAMIName.Duplicate',
    `AMI name my-image is already in use by AMI ${ImageId}`,
  );
  await api.as({ region: 'eu-west-1' }).call('RegisterImage', { Name: 'my-image' });
  await api.call('DeregisterImage', { ImageId });
  await api.call('RegisterImage', { Name: 'my-image' });
});

test('the Query form, with tags', async () => {
  const api = await startTestApi();
  const xml = await api.query(
    'Action=RegisterImage&Name=my-image&ImdsSupport=v2.0&TagSpecification.1.ResourceType=image&TagSpecification.1.Tag.1.Key=team&TagSpecification.1.Tag.1.Value=blue',
  );
  const [, id] = /<imageId>(ami-[0-9a-f]{17})<\/imageId>/.exec(xml) ?? [];
  const described = await api.query(`Action=DescribeImages&ImageId.1=${id}`);
  expect(described).toContain('<imdsSupport>v2.0</imdsSupport>');
  expect(described).toContain('<tagSet><item><key>team</key><value>blue</value></item></tagSet>');
});
