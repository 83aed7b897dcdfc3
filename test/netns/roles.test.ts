/**
 * Programs that get their credentials from the metadata service and call the API with them, as on EC2: botocore and the AWS
 * SDK for JavaScript, unmodified and unconfigured.
 *
 * The same program runs on an instance, where it gets a session token, and in a container behind a router in it, where the
 * hop limit of 1 lets no token through, so that the SDK falls back to IMDSv1: a policy tells the two apart.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHECKOUT, type Launched, type OpenImds, type Ran } from '../openimds.ts';
import { skipIf } from '../skip.ts';
import { type Chain, chainBehind, runIn, startInNamespaces, whyNoNamespaces } from './namespaces.ts';

const ACCOUNT = '000000000000';
const TRUSTS_EC2 = policyText({
  Effect: 'Allow',
  Principal: { Service: 'ec2.amazonaws.com' },
  Action: 'sts:AssumeRole',
});
const MAY_DESCRIBE = policyText({ Effect: 'Allow', Action: 'ec2:Describe*', Resource: '*' });
const policyFile = (name: string) => readFileSync(join(CHECKOUT, 'docs/policies', `${name}.json`), 'utf8');

let openimds: OpenImds;
let instance: Launched;
let container: Chain;

function policyText(Statement: object): string {
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

beforeAll(async () => {
  if (whyNoNamespaces() !== undefined) return;
  openimds = await startInNamespaces();
  await iam({ Action: 'CreateRole', RoleName: 'app', AssumeRolePolicyDocument: TRUSTS_EC2 });
  await attach('describe', MAY_DESCRIBE);
  await iam({ Action: 'CreateInstanceProfile', InstanceProfileName: 'app' });
  await iam({ Action: 'AddRoleToInstanceProfile', InstanceProfileName: 'app', RoleName: 'app' });
  instance = await openimds.launch({
    'IamInstanceProfile.Name': 'app',
    'MetadataOptions.HttpEndpoint': 'enabled',
    'MetadataOptions.HttpTokens': 'optional',
    'MetadataOptions.HttpPutResponseHopLimit': '1',
  });
  container = await chainBehind(instance, 1);
});
skipIf(whyNoNamespaces);
afterAll(async () => {
  container?.[Symbol.dispose]();
  await openimds?.[Symbol.asyncDispose]();
});

async function iam(form: Record<string, string>): Promise<void> {
  const { status, body } = await openimds.query({ ...form, Version: '2010-05-08' }, undefined, 'iam');
  if (status !== 200) throw new Error(body);
}

const attach = (PolicyName: string, PolicyDocument: string) =>
  iam({ Action: 'PutRolePolicy', RoleName: 'app', PolicyName, PolicyDocument });
const detach = (PolicyName: string) => iam({ Action: 'DeleteRolePolicy', RoleName: 'app', PolicyName });

/** Where the API is, as `openimds exec` says it; nothing else is set. */
const API = 'AWS_ENDPOINT_URL=http://169.254.169.254:4566';

/** Debian's botocore is older than the variable, so that it is told. */
const BOTOCORE = `
import os, botocore.session
from botocore.utils import InstanceMetadataRegionFetcher
session = botocore.session.get_session()
region = InstanceMetadataRegionFetcher().retrieve_region()
for service, ask in [('sts', 'get_caller_identity'), ('ec2', 'describe_instances')]:
    answer = getattr(session.create_client(service, region_name=region, endpoint_url=os.environ['AWS_ENDPOINT_URL']), ask)()
    print(answer.get('Arn') or answer['Reservations'][0]['Instances'][0]['InstanceId'])
`;

const JAVASCRIPT = `
import { MetadataService } from '@aws-sdk/ec2-metadata-service';
import { EC2 } from '@aws-sdk/client-ec2';
import { STS } from '@aws-sdk/client-sts';
const region = await new MetadataService({}).request('/latest/meta-data/placement/region', {});
console.log((await new STS({ region }).getCallerIdentity({})).Arn);
console.log((await new EC2({ region }).describeInstances({})).Reservations[0].Instances[0].InstanceId);
`;

const PROGRAMS: [string, string[]][] = [
  ['botocore', ['/usr/bin/python3', '-c', BOTOCORE]],
  ['the AWS SDK for JavaScript', [process.execPath, '--input-type=module', '--eval', JAVASCRIPT]],
];

function runAt(netns: string, program: string[]): Promise<Ran> {
  return runIn(netns, 'sh', '-c', 'cd "$0" && exec env "$@"', CHECKOUT, API, ...program);
}

const onInstance = (program: string[]) => runAt(instance.netns, program);
const inContainer = (program: string[]) => runAt(container.clients[1] ?? '', program);

describe.each(PROGRAMS)('%s', (_name, program) => {
  const expected = () => `arn:aws:sts::${ACCOUNT}:assumed-role/app/${instance.InstanceId}\n${instance.InstanceId}\n`;

  test('gets the role’s credentials and calls the API, also in a container that no token reaches', async () => {
    expect(await onInstance(program)).toMatchObject({ status: 0, stdout: expected() });
    expect(await inContainer(program)).toMatchObject({ status: 0, stdout: expected() });
  });

  test('credentials-from-imdsv2: through IMDSv1 it is denied, through IMDSv2 it is not', async () => {
    await attach('imdsv2', policyFile('credentials-from-imdsv2'));
    try {
      expect(await onInstance(program)).toMatchObject({ status: 0, stdout: expected() });
      const { status, stdout, stderr } = await inContainer(program);
      expect(status).not.toBe(0);
      // Who one is may be asked with any credentials.
      expect(stdout).toBe(`${expected().split('\n')[0]}\n`);
      expect(stderr).toMatch(/is not authorized to perform: ec2:DescribeInstances with an explicit deny/);
    } finally {
      await detach('imdsv2');
    }
  });

  test('credentials-stay-on-instance: there they are good', async () => {
    await attach('stay', policyFile('credentials-stay-on-instance'));
    try {
      expect(await onInstance(program)).toMatchObject({ status: 0, stdout: expected() });
    } finally {
      await detach('stay');
    }
  });
});

test('credentials-stay-on-instance: taken elsewhere, they are good for nothing', async () => {
  const url = 'http://169.254.169.254/latest/meta-data/iam/security-credentials/app';
  const { AccessKeyId, SecretAccessKey, Token } = JSON.parse((await runIn(instance.netns, 'curl', '-sf', url)).stdout);
  const keys = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: Token, region: 'us-east-1' };
  const describeAll = () => openimds.query({ Action: 'DescribeInstances' }, keys);
  expect((await describeAll()).status).toBe(200);
  await attach('stay', policyFile('credentials-stay-on-instance'));
  expect(await describeAll()).toMatchObject({ status: 403, body: expect.stringContaining('UnauthorizedOperation') });
  await detach('stay');
});

test('a role that no longer trusts EC2: the program finds no credentials, and the metadata says why', async () => {
  const trust = (PolicyDocument: string) => iam({ Action: 'UpdateAssumeRolePolicy', RoleName: 'app', PolicyDocument });
  const url = 'http://169.254.169.254/latest/meta-data/iam/security-credentials/app';
  const code = async () => JSON.parse((await runIn(instance.netns, 'curl', '-sf', url)).stdout).Code;
  await trust(TRUSTS_EC2.replace('ec2.', 'lambda.'));
  await expect.poll(code, { timeout: 20_000 }).toBe('AssumeRoleUnauthorizedAccess');
  const [[, botocore] = ['', []]] = PROGRAMS;
  expect((await onInstance(botocore)).stderr).toContain('Unable to locate credentials');
  await trust(TRUSTS_EC2);
  await expect.poll(code, { timeout: 20_000 }).toBe('Success');
});

test('keys that everybody knows are none on an instance', async () => {
  const program = ['AWS_ACCESS_KEY_ID=test', 'AWS_SECRET_ACCESS_KEY=test', ...(PROGRAMS[0]?.[1] ?? [])];
  expect((await onInstance(program)).stderr).toContain('InvalidClientTokenId');
});

test('`openimds exec` says where the API is', async () => {
  const { stdout } = await openimds.openimds('exec', instance.InstanceId, '--', 'sh', '-c', 'echo $AWS_ENDPOINT_URL');
  expect(stdout).toBe('http://169.254.169.254:4566\n');
});
