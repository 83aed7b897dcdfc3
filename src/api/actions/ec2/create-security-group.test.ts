/**
 * CreateSecurityGroup: what its name may be, in AWS's words as clients have recorded them, and what comes of it.
 */

import { expect, test } from 'vitest';
import { expectRefusal, launch, startTestApi } from '../../testing.ts';

const WEB = { GroupName: 'web', Description: 'web servers' };
const CHARACTERS = 'a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*';

test.each([
  [{ VpcId: 'vpc-0123456789abcdef0' }, 'InvalidVpcID.NotFound', "The vpc ID 'vpc-0123456789abcdef0' does not exist"],
  [{ Description: '' }, 'MissingParameter', 'The request must contain the parameter GroupDescription'],
  [
    { GroupName: 'sg-web' },
    'InvalidParameterValue',
    'Value (sg-web) for parameter GroupName is invalid. Group names may not be in the format sg-*.',
  ],
  [
    { GroupName: 'wéb' },
    'InvalidParameterValue',
    'Value (wéb) for parameter GroupName is invalid. Character sets beyond ASCII are not supported.',
  ],
  [
    { Description: 'web — servers' },
    'InvalidParameterValue',
    'Value (web — servers) for parameter GroupDescription is invalid. Character sets beyond ASCII are not supported.',
  ],
  [
    { Description: "the web's servers" },
    'InvalidParameterValue',
    `Invalid security group description. Valid descriptions are strings less than 256 characters from the following set:  ${CHARACTERS}`,
  ],
  ...['', '   ', 'web\nother', "web's", 'w'.repeat(256)].map((GroupName) => [
    { GroupName },
    'InvalidParameterValue',
    `Invalid security group name. Valid names are non-empty strings less than 256 characters from the following set:  ${CHARACTERS}`,
  ]),
  [{ Description: 'w'.repeat(256) }, 'InvalidParameterValue', undefined],
  [{ GroupName: 'default' }, 'InvalidParameterValue', 'Cannot use reserved security group name: default'],
  [{ GroupName: 'Default' }, 'InvalidParameterValue', 'Cannot use reserved security group name: Default'],
  [
    { TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'a', Value: 'b' }] }] },
    'InvalidParameterValue',
    "'instance' is not a valid taggable resource type for this operation.",
  ],
] as [object, string, string | undefined][])('%j is refused', async (input, code, message) => {
  const api = await startTestApi();
  await expectRefusal(api.call('CreateSecurityGroup', { ...WEB, ...input }), code, message);
  expect((await api.call('DescribeSecurityGroups')).SecurityGroups).toHaveLength(1);
});

test('no two groups of a VPC have one name, whatever its case; those of another VPC do not matter', async () => {
  const api = await startTestApi();
  await api.call('CreateSecurityGroup', WEB);
  const vpc = (await api.call('DescribeVpcs')).Vpcs?.[0];
  for (const GroupName of ['web', 'WEB', 'web ']) {
    await expectRefusal(
      api.call('CreateSecurityGroup', { ...WEB, GroupName }),
      'InvalidGroup.Duplicate',
      `The security group '${GroupName.trim()}' already exists for VPC '${vpc?.VpcId}'`,
    );
  }
  await api.inStore(async (tx) => {
    const [known] = await tx.documents.list('vpc', api.scope);
    if (known) await tx.documents.put('vpc', api.scope, 'vpc-1', { ...known, VpcId: 'vpc-1', IsDefault: false });
  });
  const { GroupId } = await api.call('CreateSecurityGroup', { ...WEB, VpcId: 'vpc-1' });
  expect(GroupId).toMatch(/^sg-0[0-9a-f]{16}$/);
  await api.as({ region: 'eu-west-1' }).call('CreateSecurityGroup', WEB);
});

test('a new group is answered with its ARN and its tags, and instances can have it by id and by name', async () => {
  const api = await startTestApi();
  const Tags = [{ Key: 'team', Value: 'blue' }];
  const created = await api.call('CreateSecurityGroup', {
    ...WEB,
    GroupName: 'web (a-z) [1] #2 @3 {4}!$*',
    TagSpecifications: [{ ResourceType: 'security-group', Tags }],
  });
  const { GroupId = '' } = created;
  expect(created).toEqual({
    GroupId,
    Tags,
    SecurityGroupArn: `arn:aws:ec2:us-east-1:123456789012:security-group/${GroupId}`,
  });
  for (const given of [{ SecurityGroupIds: [GroupId] }, { SecurityGroups: ['web (a-z) [1] #2 @3 {4}!$*'] }]) {
    const InstanceId = await launch(api, given);
    const { Groups } = await api.call('DescribeInstanceAttribute', { InstanceId, Attribute: 'groupSet' });
    expect(Groups).toEqual([{ GroupId, GroupName: 'web (a-z) [1] #2 @3 {4}!$*' }]);
  }
  expect((await api.call('DescribeTags')).Tags).toEqual([
    { ResourceId: GroupId, ResourceType: 'security-group', Key: 'team', Value: 'blue' },
  ]);
});

test('the Query form: GroupDescription and TagSpecification.N', async () => {
  const api = await startTestApi();
  const form = 'Action=CreateSecurityGroup&GroupName=web&GroupDescription=web+servers';
  const tag =
    'TagSpecification.1.ResourceType=security-group&TagSpecification.1.Tag.1.Key=a&TagSpecification.1.Tag.1.Value=b';
  expect(await api.query(`${form}&${tag}`)).toMatch(
    /<groupId>sg-0[0-9a-f]{16}<\/groupId><securityGroupArn>arn:aws:ec2:\S+<\/securityGroupArn><tagSet><item><key>a<\/key>/,
  );
  await expectRefusal(api.query('Action=CreateSecurityGroup&GroupName=other'), 'MissingParameter');
});
