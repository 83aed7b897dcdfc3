/**
 * Every action once through the real AWS CLI, in an order in which they lead to each other; a new action without a
 * command here fails the last test.
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ec2Actions } from '../../src/api/actions/ec2/index.ts';
import { commandOf } from '../architecture/files.ts';
import { eventually, type OpenImds, startOpenImds } from '../openimds.ts';
import { type Aws, startAws } from './aws.ts';
import { type Answer, commandsOf } from './commands.ts';

let openimds: OpenImds;
let aws: Aws;
let folder: string;
const { call: ec2, known, used } = commandsOf('ec2', () => aws);
const { call: iam } = commandsOf('iam', () => aws);

beforeAll(async () => {
  openimds = await startOpenImds();
  aws = await startAws(openimds);
  folder = await mkdtemp(join(tmpdir(), 'openimds-cli-'));
});

afterAll(async () => {
  await aws[Symbol.asyncDispose]();
  await openimds[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

test('the network', async () => {
  expect((await ec2('describe-regions', '--region-names', 'eu-west-1')).Regions).toHaveLength(1);
  expect((await ec2('describe-availability-zones')).AvailabilityZones[0]).toMatchObject({ ZoneName: 'us-east-1a' });
  const { Vpcs } = await ec2('describe-vpcs', '--filters', 'Name=is-default,Values=true');
  known.vpc = Vpcs[0].VpcId;
  known.ipv6 = Vpcs[0].Ipv6CidrBlockAssociationSet[0].Ipv6CidrBlock.replace('00::/56', '01::/64');
  const created = await ec2('create-subnet', '--vpc-id', '{vpc}', '--ipv6-native', '--ipv6-cidr-block', '{ipv6}');
  known.subnet = created.Subnet.SubnetId;
  await ec2('modify-subnet-attribute', '--subnet-id', '{subnet}', '--no-assign-ipv6-address-on-creation');
  const { Subnets } = await ec2('describe-subnets', '--subnet-ids', '{subnet}');
  expect(Subnets[0]).toMatchObject({ Ipv6Native: true, AssignIpv6AddressOnCreation: false });
});

test('security groups', async () => {
  const tags = 'ResourceType=security-group,Tags=[{Key=team,Value=blue}]';
  const create = ['--group-name', 'web', '--description', 'web servers', '--tag-specifications', tags];
  const created = await ec2('create-security-group', ...create);
  const { SecurityGroups } = await ec2('describe-security-groups', '--filters', 'Name=tag:team,Values=blue');
  expect(SecurityGroups).toMatchObject([{ GroupId: created.GroupId, GroupName: 'web', Description: 'web servers' }]);
  known.group = created.GroupId;
});

test('images and types', async () => {
  const { Images } = await ec2('describe-images', '--owners', 'amazon');
  expect(Images.filter((image: Answer) => image.ImdsSupport === 'v2.0')).not.toEqual([]);
  const { InstanceTypes } = await ec2('describe-instance-types', '--instance-types', 'c3.large', 't3.large');
  expect(InstanceTypes.map((type: Answer) => type.Hypervisor).sort()).toEqual(['nitro', 'xen']);
  known.image = (
    await ec2('register-image', '--name', 'mine', '--architecture', 'x86_64', '--root-device-name', '/dev/xvda')
  ).ImageId;
  await ec2('modify-image-attribute', '--image-id', '{image}', '--imds-support', 'v2.0');
  const attribute = await ec2('describe-image-attribute', '--image-id', '{image}', '--attribute', 'imdsSupport');
  expect(attribute.ImdsSupport).toEqual({ Value: 'v2.0' });
});

test('key pairs', async () => {
  const file = join(folder, 'key.pub');
  await writeFile(file, 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMIWgsdPQELSG60rj3i8rKcqamvdgpqtS827ZXECOc/U me@here\n');
  await ec2('import-key-pair', '--key-name', 'mine', '--public-key-material', `fileb://${file}`);
  expect((await ec2('describe-key-pairs', '--key-names', 'mine')).KeyPairs).toHaveLength(1);
});

test('defaults', async () => {
  await ec2('modify-instance-metadata-defaults', '--http-tokens', 'required', '--http-put-response-hop-limit', '2');
  const { AccountLevel } = await ec2('get-instance-metadata-defaults');
  expect(AccountLevel).toMatchObject({ HttpTokens: 'required', HttpPutResponseHopLimit: 2 });
  await ec2('modify-instance-metadata-defaults', '--http-tokens', 'no-preference');
});

test('an instance from launch to termination', async () => {
  const { Instances } = await ec2(
    ...(['run-instances', '--image-id', '{image}', '--instance-type', 't3.large', '--subnet-id', '{subnet}'] as const),
    ...['--key-name', 'mine', '--user-data', '#!/bin/sh'],
  );
  known.instance = Instances[0].InstanceId;
  await ec2('create-tags', '--resources', '{instance}', '--tags', 'Key=Name,Value=web', 'Key=Team,Value=a');
  await ec2('delete-tags', '--resources', '{instance}', '--tags', 'Key=Team');
  const { Tags } = await ec2('describe-tags', '--filters', 'Name=resource-id,Values={instance}');
  expect(Tags).toEqual([{ Key: 'Name', ResourceId: known.instance, ResourceType: 'instance', Value: 'web' }]);
  const modify = ['--instance-id', '{instance}', '--http-endpoint', 'enabled', '--http-put-response-hop-limit', '4'];
  await ec2('modify-instance-metadata-options', ...modify);
  const { Reservations } = await ec2('describe-instances', '--filters', 'Name=tag:Name,Values=w*');
  expect(Reservations[0].Instances[0].MetadataOptions).toMatchObject({ HttpPutResponseHopLimit: 4 });
  const becomes = (name: string) =>
    eventually(async () => {
      const listed = (await openimds.instances()).find((each) => each.InstanceId === known.instance);
      return listed?.State === name ? true : undefined;
    });
  await ec2('modify-instance-attribute', '--instance-id', '{instance}', '--groups', '{group}');
  const groups = await ec2('describe-instance-attribute', '--instance-id', '{instance}', '--attribute', 'groupSet');
  expect(groups.Groups).toEqual([{ GroupId: known.group, GroupName: 'web' }]);
  const statuses = await ec2('describe-instance-status', '--include-all-instances', '--instance-ids', '{instance}');
  expect(statuses.InstanceStatuses).toMatchObject([{ InstanceId: known.instance }]);
  await instanceProfiles();
  await ec2('reboot-instances', '--instance-ids', '{instance}');
  await ec2('stop-instances', '--instance-ids', '{instance}');
  await becomes('stopped');
  await ec2('start-instances', '--instance-ids', '{instance}');
  await becomes('running');
  await ec2('terminate-instances', '--instance-ids', '{instance}');
  await becomes('terminated');
  await ec2('deregister-image', '--image-id', '{image}');
  await ec2('delete-security-group', '--group-id', '{group}');
});

/** Of the running instance, with all that IAM has to have for them. */
async function instanceProfiles(): Promise<void> {
  const trust = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const document = JSON.stringify({ Version: '2012-10-17', Statement: trust });
  await iam('create-role', '--role-name', 'app', '--assume-role-policy-document', document);
  for (const name of ['one', 'two']) {
    const profile = ['--instance-profile-name', name];
    await iam('create-instance-profile', ...profile);
    await iam('add-role-to-instance-profile', ...profile, '--role-name', 'app');
  }
  const profile = (name: string) => ['--iam-instance-profile', `Name=${name}`];
  await ec2('associate-iam-instance-profile', '--instance-id', '{instance}', ...profile('one'));
  const associated = async () =>
    (await ec2('describe-iam-instance-profile-associations')).IamInstanceProfileAssociations as Answer[];
  const [association] = await associated();
  expect(association).toMatchObject({ InstanceId: known.instance });
  const replace = ['--association-id', association.AssociationId, ...profile('two')];
  const replaced = await ec2('replace-iam-instance-profile-association', ...replace);
  known.association = replaced.IamInstanceProfileAssociation.AssociationId;
  await ec2('disassociate-iam-instance-profile', '--association-id', '{association}');
  expect(await associated()).toEqual([]);
}

test('there is no action that was not used', () => {
  expect([...used].sort()).toEqual(Object.keys(ec2Actions).map(commandOf).sort());
});
