/**
 * DescribeSecurityGroups: by id, name, filter and page; and the rules that a group has for good.
 */

import { expect, test } from 'vitest';
import { expectRefusal, startTestApi, type TestApi } from '../../testing.ts';

async function newGroup(api: TestApi, GroupName: string): Promise<string> {
  return (await api.call('CreateSecurityGroup', { GroupName, Description: `of ${GroupName}` })).GroupId ?? '';
}

async function names(api: TestApi, input: object = {}): Promise<(string | undefined)[]> {
  return ((await api.call('DescribeSecurityGroups', input)).SecurityGroups ?? []).map(({ GroupName }) => GroupName);
}

const filter = (Name: string, ...Values: string[]) => ({ Filters: [{ Name, Values }] });

test('what does not exist is named, and nobody sees the groups of others', async () => {
  const api = await startTestApi();
  const id = await newGroup(api, 'web');
  const vpcId = (await api.call('DescribeVpcs')).Vpcs?.[0]?.VpcId;
  const refusal = (input: object, code: string, message: string) =>
    expectRefusal(api.call('DescribeSecurityGroups', input), code, message);
  await refusal({ GroupIds: [id, 'web'] }, 'InvalidGroupId.Malformed', 'Invalid id: "web" (expecting "sg-...")');
  await refusal(
    { GroupIds: [id, 'sg-12345678'] },
    'InvalidGroup.NotFound',
    "The security group 'sg-12345678' does not exist",
  );
  await refusal(
    { GroupNames: ['web', 'db'] },
    'InvalidGroup.NotFound',
    `The security group 'db' does not exist in default VPC '${vpcId}'`,
  );
  for (const other of [api.as({ account: '210987654321' }), api.as({ region: 'eu-west-1' })]) {
    expect(await names(other)).toEqual(['default']);
    await expectRefusal(other.call('DescribeSecurityGroups', { GroupIds: [id] }), 'InvalidGroup.NotFound');
  }
});

test('an unknown filter is an error; a page has 5 to 1,000 groups, and none beside ids or names', async () => {
  const api = await startTestApi();
  const id = await newGroup(api, 'web');
  await expectRefusal(names(api, filter('colour', 'blue')), 'InvalidParameterValue', "The filter 'colour' is invalid");
  await expectRefusal(names(api, { MaxResults: 4 }), 'InvalidParameterValue');
  await expectRefusal(names(api, { MaxResults: 5, GroupIds: [id] }), 'InvalidParameterCombination');
  await expectRefusal(names(api, { MaxResults: 5, GroupNames: ['web'] }), 'InvalidParameterCombination');
});

test('a VPC has a default group from the first call on, open to its own members; a new one is open to nobody', async () => {
  const api = await startTestApi();
  const { SecurityGroups: [own] = [] } = await api.call('DescribeSecurityGroups');
  const toEverywhere = {
    IpProtocol: '-1',
    UserIdGroupPairs: [],
    IpRanges: [{ CidrIp: '0.0.0.0/0' }],
    Ipv6Ranges: [{ CidrIpv6: '::/0' }],
    PrefixListIds: [],
  };
  expect(own).toMatchObject({
    GroupName: 'default',
    Description: 'default VPC security group',
    OwnerId: '123456789012',
    IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs: [{ UserId: '123456789012', GroupId: own?.GroupId }] }],
    IpPermissionsEgress: [toEverywhere],
  });
  const GroupId = await newGroup(api, 'web');
  const { SecurityGroups } = await api.call('DescribeSecurityGroups', { GroupIds: [GroupId, GroupId] });
  expect(SecurityGroups).toEqual([
    {
      GroupId,
      GroupName: 'web',
      Description: 'of web',
      OwnerId: '123456789012',
      VpcId: own?.VpcId,
      SecurityGroupArn: `arn:aws:ec2:us-east-1:123456789012:security-group/${GroupId}`,
      IpPermissions: [],
      IpPermissionsEgress: [toEverywhere],
      Tags: [],
    },
  ]);
});

test('without IPv6 in its VPC a group has no rule for it', async () => {
  const api = await startTestApi();
  await api.call('DescribeVpcs');
  await api.inStore(async (tx) => {
    const [vpc] = await tx.documents.list('vpc', api.scope);
    if (!vpc) return;
    const { Ipv6CidrBlock: _, ...ipv4 } = vpc;
    await tx.documents.put('vpc', api.scope, vpc.VpcId, ipv4);
  });
  const { SecurityGroups } = await api.call('DescribeSecurityGroups');
  expect(SecurityGroups?.[0]?.IpPermissionsEgress).toMatchObject([{ Ipv6Ranges: [] }]);
});

test('by id, by name and by filter', async () => {
  const api = await startTestApi();
  const [web, db] = [await newGroup(api, 'web'), await newGroup(api, 'db')];
  await api.call('CreateTags', { Resources: [web], Tags: [{ Key: 'team', Value: 'blue' }] });
  const vpcId = (await api.call('DescribeVpcs')).Vpcs?.[0]?.VpcId ?? '';
  const defaultId = (await api.call('DescribeSecurityGroups')).SecurityGroups?.[0]?.GroupId ?? '';
  expect(await names(api, { GroupIds: [db], GroupNames: ['web', 'db'] })).toEqual(['db', 'web']);
  expect(await names(api, { GroupIds: [db], ...filter('group-name', 'web') })).toEqual([]);
  for (const [name, value, found] of [
    ['group-id', web, ['web']],
    ['group-name', 'd*', ['default', 'db']],
    ['description', 'of ?b', ['db']],
    ['vpc-id', vpcId, ['default', 'web', 'db']],
    ['vpc-id', 'vpc-1', []],
    ['owner-id', '123456789012', ['default', 'web', 'db']],
    ['owner-id', '210987654321', []],
    ['tag:team', 'blue', ['web']],
    ['tag-key', 'team', ['web']],
    ['egress.ip-permission.cidr', '0.0.0.0/0', ['default', 'web', 'db']],
    ['egress.ip-permission.ipv6-cidr', '::/0', ['default', 'web', 'db']],
    ['egress.ip-permission.group-id', '*', []],
    ['ip-permission.protocol', '-1', ['default']],
    ['ip-permission.group-id', defaultId, ['default']],
    ['ip-permission.user-id', '123456789012', ['default']],
    ['ip-permission.from-port', '*', []],
  ] as const) {
    expect(await names(api, filter(name, value)), `${name}=${value}`).toEqual(found);
  }
});

test('every group comes once, in order of creation', async () => {
  const api = await startTestApi();
  const made = ['default'];
  for (let n = 0; n < 11; n++) {
    await newGroup(api, `g${n}`);
    made.push(`g${n}`);
  }
  const seen: (string | undefined)[] = [];
  let NextToken: string | undefined;
  do {
    const page = await api.call('DescribeSecurityGroups', { MaxResults: 5, NextToken });
    seen.push(...(page.SecurityGroups ?? []).map(({ GroupName }) => GroupName));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  expect(seen).toEqual(made);
});

test('the Query form: GroupId.N, GroupName.N and Filter.N', async () => {
  const api = await startTestApi();
  const id = await newGroup(api, 'web');
  const action = 'Action=DescribeSecurityGroups';
  for (const form of [`GroupId.1=${id}`, 'GroupName.1=web', 'Filter.1.Name=group-name&Filter.1.Value.1=web']) {
    const xml = await api.query(`${action}&${form}`);
    expect(xml).toContain(`<securityGroupInfo><item><groupId>${id}</groupId>`);
    expect(xml).toContain('<groupDescription>of web</groupDescription>');
    expect(xml).toContain('<ipRanges><item><cidrIp>0.0.0.0/0</cidrIp></item></ipRanges>');
  }
});
