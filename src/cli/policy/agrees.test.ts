/**
 * What a rehearsal says of a launch is what happens: the same policies, attached to a user of a running OpenIMDS, deny and
 * allow the same calls, for the same statement, and the API's own account of a denial has the same keys.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OpenImds, startOpenImds } from '../../../test/openimds.ts';
import { packagePath } from '../package.ts';

const DOCS = packagePath('docs', 'policies');
const ALLOW_ALL = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}';
const ROOT = { accessKeyId: 'test', secretAccessKey: 'test', region: 'us-east-1' };

let openimds: OpenImds;

beforeAll(async () => {
  openimds = await startOpenImds();
});

afterAll(async () => {
  await openimds[Symbol.asyncDispose]();
});

let users = 0;

/** Keys of a new user who may everything that these policies do not deny. */
async function userWith(...files: string[]): Promise<typeof ROOT> {
  const UserName = `rehearsed-${users++}`;
  const iam = (form: Record<string, string>) => openimds.query({ UserName, ...form }, ROOT, 'iam');
  await iam({ Action: 'CreateUser' });
  const texts = [ALLOW_ALL, ...files.map((name) => readFileSync(join(DOCS, name), 'utf8'))];
  for (const [index, PolicyDocument] of texts.entries()) {
    const { status } = await iam({ Action: 'PutUserPolicy', PolicyName: `p${index}`, PolicyDocument });
    expect(status).toBe(200);
  }
  const { body } = await iam({ Action: 'CreateAccessKey' });
  const read = (element: string) => new RegExp(`<${element}>([^<]*)</${element}>`).exec(body)?.[1] ?? '';
  return { accessKeyId: read('AccessKeyId'), secretAccessKey: read('SecretAccessKey'), region: 'us-east-1' };
}

type Question = { resource: string; decision: string; statement?: { Sid?: string }; context: Record<string, string[]> };

async function rehearse(files: string[], ...call: string[]): Promise<{ decision: string; questions: Question[] }> {
  const policies = files.flatMap((name) => ['--policy', join(DOCS, name)]);
  const { stdout } = await openimds.openimds('policy', 'simulate', ...policies, ...call, '--output', 'json');
  return JSON.parse(stdout);
}

const LAUNCH = {
  Action: 'RunInstances',
  ImageId: 'ami-0abcdef1234567890',
  MinCount: '1',
  MaxCount: '1',
  InstanceType: 't3.micro',
};
const FLAGS = '--image-id ami-0abcdef1234567890 --instance-type t3.micro';
const AB = ['require-imdsv2-at-launch.json', 'cap-hop-limit.json'];

test.each<[flags: string, form: Record<string, string>]>([
  ['', {}],
  ['HttpTokens=optional', { HttpTokens: 'optional' }],
  ['HttpTokens=required', { HttpTokens: 'required' }],
  ['HttpTokens=required,HttpPutResponseHopLimit=4', { HttpTokens: 'required', HttpPutResponseHopLimit: '4' }],
  ['HttpTokens=required,HttpPutResponseHopLimit=3', { HttpTokens: 'required', HttpPutResponseHopLimit: '3' }],
])('a launch with the options "%s"', async (flags, form) => {
  const keys = await userWith(...AB);
  const given = Object.entries(Object.keys(form).length > 0 ? { ...form, HttpEndpoint: 'enabled' } : {});
  const options = Object.fromEntries(given.map(([name, value]) => [`MetadataOptions.${name}`, value]));
  const { status, body } = await openimds.query({ ...LAUNCH, ...options }, keys);
  const line = flags === '' ? FLAGS : `${FLAGS} --metadata-options ${flags},HttpEndpoint=enabled`;
  const { decision, questions } = await rehearse(AB, '--launch', line);
  expect(decision).toBe(status === 200 ? 'allowed' : 'denied');
  if (status === 200) return;
  const denied = questions.find((question) => question.decision !== 'allowed');
  const told = await decoded(body);
  expect(told.matchedStatements.items.map(({ statementId }) => statementId)).toContain(denied?.statement?.Sid);
  const ofInstance = (key: string) => /^ec2:/.test(key) && !/^ec2:AvailabilityZone/.test(key);
  const known = Object.fromEntries(
    told.context.conditions.items.map(({ key, values }) => [key, values.items.map(({ value }) => value)]),
  );
  const only = (keysOf: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(keysOf).filter(([key]) => ofInstance(key)));
  expect(only(denied?.context ?? {})).toEqual(only(known));
});

type Told = {
  matchedStatements: { items: { statementId: string }[] };
  context: { conditions: { items: { key: string; values: { items: { value: string }[] } }[] } };
};

/** What a denial tells who may decode it. */
async function decoded(body: string): Promise<Told> {
  const EncodedMessage = /failure message: ([\w-]+)/.exec(body)?.[1] ?? '';
  const answer = await openimds.query({ Action: 'DecodeAuthorizationMessage', EncodedMessage }, ROOT, 'sts');
  const text = /<DecodedMessage>(.*)<\/DecodedMessage>/s.exec(answer.body)?.[1] ?? '';
  return JSON.parse(text.replaceAll('&quot;', '"').replaceAll('&#34;', '"').replaceAll('&amp;', '&'));
}

test.each<[file: string, HttpTokens: string]>([
  ['keep-imdsv2.json', 'optional'],
  ['keep-imdsv2.json', 'required'],
  ['keep-imdsv2-2023.json', 'optional'],
  ['one-role-modifies.json', 'required'],
])('with %s, HttpTokens=%s of an existing instance', async (file, HttpTokens) => {
  const keys = await userWith(file);
  const { InstanceId } = await openimds.launch();
  const { status } = await openimds.query(
    { Action: 'ModifyInstanceMetadataOptions', InstanceId, HttpTokens, HttpEndpoint: 'enabled' },
    keys,
  );
  const request = ['--request', `HttpTokens=${HttpTokens}`, '--request', 'HttpEndpoint=enabled'];
  const { decision } = await rehearse([file], '--action', 'ec2:ModifyInstanceMetadataOptions', ...request);
  expect(decision).toBe(status === 200 ? 'allowed' : 'denied');
});
