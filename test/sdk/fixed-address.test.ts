/**
 * Clients that know no address but EC2's, or find no credentials elsewhere, on an instance in required mode: Ansible's
 * facts, OpenTelemetry's resource detector, the credentials of AWS's SDKs. They run in a namespace with those addresses.
 */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { CHECKOUT, type Launched, type OpenImds, startOpenImds } from '../openimds.ts';
import { skipIf } from '../skip.ts';
import { type AsOnEc2, asOnEc2, UNPACKED, whyNotAsOnEc2 } from './as-on-ec2.ts';

let openimds: OpenImds;
let instance: Launched;

beforeAll(async () => {
  openimds = await startOpenImds();
  instance = await openimds.launch({
    'MetadataOptions.HttpEndpoint': 'enabled',
    'MetadataOptions.HttpTokens': 'required',
    UserData: Buffer.from('#cloud-config\n').toString('base64'),
  });
});

skipIf(whyNotAsOnEc2);

afterAll(async () => {
  await openimds[Symbol.asyncDispose]();
});

test('without a role, the AWS SDK for JavaScript finds no credentials, and says so', async () => {
  await using ec2 = await asOnEc2(instance);
  const program = `
import { EC2Client } from '@aws-sdk/client-ec2';
await new EC2Client({ region: 'us-east-1' }).config.credentials().catch(({ name }) => console.log(name));
`;
  expect(await output(ec2, ...node(program))).toBe('CredentialsProviderError\n');
  expect(ec2.asked).toContainEqual({ request: 'GET /latest/meta-data/iam/security-credentials/', status: 404 });
});

test('without a role, botocore finds no credentials, and nothing fails', async () => {
  await using ec2 = await asOnEc2(instance);
  const program = 'import botocore.session; print(botocore.session.Session().get_credentials())';
  expect(await output(ec2, '/usr/bin/python3', '-c', program)).toBe('None\n');
  expect(ec2.asked).toContainEqual({ request: 'GET /latest/meta-data/iam/security-credentials/', status: 404 });
});

test("OpenTelemetry's detector for EC2", async () => {
  await using ec2 = await asOnEc2(instance);
  const program = `
import { awsEc2Detector } from '@opentelemetry/resource-detector-aws';
const attributes = Object.entries(awsEc2Detector.detect().attributes);
const known = await Promise.all(attributes.map(async ([name, value]) => [name, await value]));
console.log(JSON.stringify(Object.fromEntries(known)));
`;
  expect(JSON.parse(await output(ec2, ...node(program)))).toMatchObject({
    'cloud.provider': 'aws',
    'cloud.platform': 'aws_ec2',
    'cloud.account.id': '000000000000',
    'cloud.region': 'us-east-1',
    'cloud.availability_zone': 'us-east-1a',
    'host.id': instance.InstanceId,
    'host.type': 't3.large',
    'host.name': expect.stringMatching(/^ip-[\d-]+\.ec2\.internal$/),
  });
  expect(ec2.asked.filter(({ status }) => status !== 200)).toEqual([]);
});

test("Ansible's amazon.aws.ec2_metadata_facts", async () => {
  await using ec2 = await asOnEc2(instance);
  const facts = await ec2MetadataFacts(ec2);
  expect(facts).toMatchObject({
    ansible_ec2_instance_id: instance.InstanceId,
    ansible_ec2_instance_type: 't3.large',
    ansible_ec2_ami_id: 'ami-0abcdef1234567890',
    ansible_ec2_placement_availability_zone: 'us-east-1a',
    ansible_ec2_placement_region: 'us-east-1',
    ansible_ec2_instance_identity_document_instanceid: instance.InstanceId,
    ansible_ec2_instance_identity_document_accountid: '000000000000',
    ansible_ec2_instance_identity_document_imageid: 'ami-0abcdef1234567890',
    ansible_ec2_instance_identity_document_region: 'us-east-1',
    ansible_ec2_user_data: '#cloud-config\n',
    ansible_ec2_instance_tags_keys: [],
  });
  expect(Object.keys(facts).filter((name) => name.startsWith('ansible_ec2_iam'))).toEqual([]);
  // It asks for these whether they are listed or not; the instance has neither.
  expect(ec2.asked.filter(({ status }) => status !== 200)).toEqual([
    { request: 'GET /latest/meta-data/public-keys/0/openssh-key', status: 404 },
    { request: 'GET /latest/meta-data/tags/instance', status: 404 },
  ]);
});

async function ec2MetadataFacts(ec2: AsOnEc2): Promise<Record<string, unknown>> {
  const printed = await output(
    ec2,
    ...['ansible', 'localhost', '--inventory', 'localhost,', '--connection', 'local'],
    ...[
      '--extra-vars',
      'ansible_python_interpreter=/usr/bin/python3',
      '--module-name',
      'amazon.aws.ec2_metadata_facts',
    ],
  );
  const [, result = ''] = /^localhost \| SUCCESS => (\{[\s\S]*\})\s*$/.exec(printed) ?? [];
  if (result === '') throw new Error(`ansible printed:\n${printed}`);
  return (JSON.parse(result) as { ansible_facts: Record<string, unknown> }).ansible_facts;
}

/** A program for Node that finds our packages. */
function node(program: string): [string, ...string[]] {
  const start = `cd '${CHECKOUT}' && exec '${process.execPath}' --input-type=module -e "$0"`;
  return ['sh', '-c', start, program];
}

/** What a program prints on the instance. @throws when it fails or has warnings */
async function output(ec2: AsOnEc2, program: string, ...args: string[]): Promise<string> {
  // Without the second, Ansible would ask the system's list of users where home is.
  const env = { ANSIBLE_COLLECTIONS_PATH: UNPACKED, ANSIBLE_REMOTE_TEMP: '$HOME/.ansible/tmp', LC_ALL: 'C.UTF-8' };
  const { status, stdout, stderr } = await ec2.run(program, args, env);
  if (status !== 0 || stderr !== '') throw new Error(`${program} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}
