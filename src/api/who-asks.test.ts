/**
 * Users, roles and their sessions at the front door, with AWS's own SDK as the client: who is let in, and in which words
 * IAM and STS refuse.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteRoleCommand,
  GetAccessKeyLastUsedCommand,
  GetUserCommand,
  IAMClient,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
  UpdateUserCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, type Credentials, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import aws4 from 'aws4';
import { describe, expect, onTestFinished, test } from 'vitest';
import { regionKeysIn } from '../hosts/region-keys.ts';
import { silentLog } from '../log.ts';
import { installationKey } from '../store/installation-key.ts';
import { openSqliteStore } from '../store/sqlite.ts';
import { policyJudge } from './policy-judge.ts';
import { createApi } from './server.ts';

const ROOT = { accessKeyId: '123456789012', secretAccessKey: 'test' };
const UNKNOWN = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' };

type Keys = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

/** A server whose clock the test moves, and AWS's clients for it. */
async function serve() {
  const directory = await mkdtemp(join(tmpdir(), 'openimds-who-'));
  const store = await openSqliteStore(directory);
  let offset = 0;
  const clock = () => Date.now() + offset;
  const app = createApi({
    ...{ store, clock, rules: 'page', host: 'local', connections: 1024, log: silentLog, version: '0.0.0' },
    ...{ strict: false, loopback: true, substrate: { name: 'loopback', enforcesHopLimit: false } },
    judge: policyJudge({ installationKey: await store.transaction(installationKey) }),
    consoleFolder: directory,
    regionKeys: regionKeysIn(store, clock),
    hosts: () => undefined,
  });
  const endpoint = await app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(async () => {
    await app.close();
    await store.close();
    await rm(directory, { recursive: true });
  });
  const settings = (credentials: Keys, region = 'us-east-1') => ({
    ...{ endpoint, region, credentials, maxAttempts: 1, systemClockOffset: offset },
  });
  return {
    endpoint,
    advance: (milliseconds: number) => {
      offset += milliseconds;
    },
    iam: (keys: Keys = ROOT, region?: string) => new IAMClient(settings(keys, region)),
    sts: (keys: Keys = ROOT, region?: string) => new STSClient(settings(keys, region)),
    ec2: (keys: Keys = ROOT, region?: string) => new EC2Client(settings(keys, region)),
  };
}

type Server = Awaited<ReturnType<typeof serve>>;

/** A user bob who may everything, with a key. */
async function makeBob({ iam }: Server): Promise<Keys> {
  await iam().send(new CreateUserCommand({ UserName: 'bob' }));
  const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
  await iam().send(new AttachUserPolicyCommand({ UserName: 'bob', PolicyArn }));
  const { AccessKey } = await iam().send(new CreateAccessKeyCommand({ UserName: 'bob' }));
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
}

async function assume({ iam, sts }: Server, keys: Keys, seconds?: number): Promise<Keys> {
  const AssumeRolePolicyDocument =
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole"}}';
  const { Role } = await iam().send(new CreateRoleCommand({ RoleName: 'web', AssumeRolePolicyDocument }));
  const asked = { RoleArn: Role?.Arn, RoleSessionName: 'me', DurationSeconds: seconds };
  return asKeys((await sts(keys).send(new AssumeRoleCommand(asked))).Credentials);
}

function asKeys(credentials: Credentials | undefined): Keys {
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = credentials ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

const whoAmI = (client: STSClient) => client.send(new GetCallerIdentityCommand());
const refused = (name: string, message?: string, status = 403) => ({
  name,
  $metadata: expect.objectContaining({ httpStatusCode: status }),
  ...(message !== undefined && { message }),
});

describe('IAM and STS let nobody in', () => {
  test('with an unknown key', async () => {
    const { iam, sts } = await serve();
    const words = 'The security token included in the request is invalid.';
    await expect(whoAmI(sts(UNKNOWN))).rejects.toMatchObject(refused('InvalidClientTokenId', words));
    await expect(iam(UNKNOWN).send(new GetUserCommand())).rejects.toMatchObject(refused('InvalidClientTokenId', words));
  });

  test('with a wrong secret', async () => {
    const { sts } = await serve();
    await expect(whoAmI(sts({ ...ROOT, secretAccessKey: 'guess' }))).rejects.toMatchObject(
      refused(
        'SignatureDoesNotMatch',
        'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
      ),
    );
  });

  test('too late', async () => {
    const server = await serve();
    const late = server.sts();
    server.advance(16 * 60_000);
    await expect(whoAmI(late)).rejects.toMatchObject(refused('SignatureDoesNotMatch'));
  });

  test('in a Region that there is not', async () => {
    const { sts } = await serve();
    await expect(whoAmI(sts(ROOT, 'mars-east-1'))).rejects.toMatchObject(refused('SignatureDoesNotMatch'));
  });
});

describe('their answers', () => {
  async function query({ endpoint }: Server, service: string, body: string) {
    const { host } = new URL(endpoint);
    const type = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const request = { host, method: 'POST', path: '/', service, region: 'us-east-1', headers: type, body };
    const headers = aws4.sign(request, ROOT).headers as Record<string, string>;
    const response = await fetch(endpoint, { method: 'POST', headers, body });
    const id = response.headers.get('x-amzn-requestid');
    return { status: response.status, type: response.headers.get('content-type'), answer: await response.text(), id };
  }

  test('have AWS’s frame, with the id of the request', async () => {
    const server = await serve();
    const { status, type, answer, id } = await query(server, 'sts', 'Action=GetCallerIdentity&Version=2011-06-15');
    expect({ status, type }).toEqual({ status: 200, type: 'text/xml' });
    expect(answer).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
        '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>' +
        '<UserId>123456789012</UserId><Account>123456789012</Account><Arn>arn:aws:iam::123456789012:root</Arn>' +
        `</GetCallerIdentityResult><ResponseMetadata><RequestId>${id}</RequestId></ResponseMetadata></GetCallerIdentityResponse>`,
    );
  });

  test.each([
    [
      'Action=Nothing&Version=2010-05-08',
      400,
      'InvalidAction',
      'Could not find operation Nothing for version 2010-05-08',
    ],
    [
      'Action=constructor',
      400,
      'InvalidAction',
      'Could not find operation constructor for version NO_VERSION_SPECIFIED',
    ],
    ['Version=2010-05-08', 400, 'MissingAction', 'The request is missing an action.'],
    ['Action=ListUsers&Nonsense=1', 400, 'InvalidQueryParameter', 'the parameter `Nonsense` is not recognized'],
    ['Action=GetUser&UserName=bob', 404, 'NoSuchEntity', 'The user with name bob cannot be found.'],
    ['Action=ListUsers&x=%zz', 400, 'MalformedQueryString', ''],
  ])('to %s say no in AWS’s form', async (body, status, code, words) => {
    const answered = await query(await serve(), 'iam', body);
    expect(answered.status).toBe(status);
    expect(answered.answer).toContain(
      `<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${words}`,
    );
    expect(answered.answer).toContain(`</Error><RequestId>${answered.id}</RequestId></ErrorResponse>`);
  });

  test('to an action of another service say that there is none', async () => {
    const server = await serve();
    expect((await query(server, 'sts', 'Action=ListUsers')).answer).toContain('<Code>InvalidAction</Code>');
    expect((await query(server, 'ec2', 'Action=ListUsers')).answer).toContain('<Response><Errors>');
    expect((await query(server, 's3', 'Action=ListUsers')).answer).toContain('<Code>AuthFailure</Code>');
  });

  test('are the same to a presigned GET', async () => {
    const { endpoint } = await serve();
    const path = '/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Expires=60';
    const request = { host: new URL(endpoint).host, path, service: 'sts', region: 'us-east-1', signQuery: true };
    const response = await fetch(`${endpoint}${aws4.sign(request, ROOT).path}`);
    expect(await response.text()).toContain('<Arn>arn:aws:iam::123456789012:root</Arn>');
  });
});

describe('a user', () => {
  test('is let in with its key, in every Region, by every service', async () => {
    const server = await serve();
    const bob = await makeBob(server);
    for (const region of ['us-east-1', 'eu-west-1']) {
      expect((await whoAmI(server.sts(bob, region))).Arn).toBe('arn:aws:iam::123456789012:user/bob');
      expect((await server.iam(bob, region).send(new GetUserCommand())).User?.UserName).toBe('bob');
      expect((await server.ec2(bob, region).send(new DescribeVpcsCommand())).Vpcs).toHaveLength(1);
    }
  });

  test('is unknown while its key is inactive, and once it is deleted', async () => {
    const server = await serve();
    const bob = await makeBob(server);
    const { iam, sts, ec2 } = server;
    const key = { UserName: 'bob', AccessKeyId: bob.accessKeyId };
    await iam().send(new UpdateAccessKeyCommand({ ...key, Status: 'Inactive' }));
    await expect(whoAmI(sts(bob))).rejects.toMatchObject(refused('InvalidClientTokenId'));
    await expect(ec2(bob).send(new DescribeVpcsCommand())).rejects.toMatchObject(
      refused('AuthFailure', undefined, 401),
    );
    await iam().send(new UpdateAccessKeyCommand({ ...key, Status: 'Active' }));
    await whoAmI(sts(bob));
    await iam().send(new DeleteAccessKeyCommand(key));
    await expect(whoAmI(sts(bob))).rejects.toMatchObject(refused('InvalidClientTokenId'));
  });

  test('keeps its key under another name', async () => {
    const server = await serve();
    const bob = await makeBob(server);
    await server.iam().send(new UpdateUserCommand({ UserName: 'bob', NewUserName: 'robert' }));
    expect((await whoAmI(server.sts(bob))).Arn).toBe('arn:aws:iam::123456789012:user/robert');
    await server.ec2(bob).send(new DescribeVpcsCommand());
  });

  test('is seen by conditions with where it comes from, and with what', async () => {
    const server = await serve();
    const bob = await makeBob(server);
    const deny = async (Condition: object) => {
      const Statement = { Effect: 'Deny', Action: 'ec2:*', Resource: '*', Condition };
      const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
      await server.iam().send(new PutUserPolicyCommand({ UserName: 'bob', PolicyName: 'p', PolicyDocument }));
      return server.ec2(bob).send(new DescribeVpcsCommand());
    };
    await deny({ NotIpAddress: { 'aws:SourceIp': '127.0.0.1' } });
    await deny({ StringNotLike: { 'aws:UserAgent': '*aws-sdk-js/*' } });
    await deny({ Bool: { 'aws:SecureTransport': 'true' } });
    await expect(deny({ IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } })).rejects.toThrow('explicit deny');
  });
});

test('the last use of a key is known, and written down once a minute', async () => {
  const server = await serve();
  const bob = await makeBob(server);
  const lastUsed = async () => {
    const asked = new GetAccessKeyLastUsedCommand({ AccessKeyId: bob.accessKeyId });
    const { UserName, AccessKeyLastUsed } = await server.iam().send(asked);
    expect(UserName).toBe('bob');
    return AccessKeyLastUsed;
  };
  expect(await lastUsed()).toEqual({ ServiceName: 'N/A', Region: 'N/A' });
  await server.ec2(bob, 'eu-west-1').send(new DescribeVpcsCommand());
  expect(await lastUsed()).toEqual({ ServiceName: 'ec2', Region: 'eu-west-1', LastUsedDate: expect.any(Date) });
  await whoAmI(server.sts(bob));
  expect(await lastUsed()).toMatchObject({ ServiceName: 'ec2' });
  server.advance(61_000);
  await whoAmI(server.sts(bob));
  expect(await lastUsed()).toMatchObject({ ServiceName: 'sts', Region: 'us-east-1' });
  await expect(whoAmI(server.sts({ ...bob, secretAccessKey: 'guess' }))).rejects.toThrow();
});

describe('the session of a role', () => {
  test('is let in with its token, and with nothing else', async () => {
    const server = await serve();
    const session = await assume(server, await makeBob(server));
    expect((await whoAmI(server.sts(session))).Arn).toBe('arn:aws:sts::123456789012:assumed-role/web/me');
    const { sessionToken = '', ...bare } = session;
    for (const wrong of [
      bare,
      { ...session, accessKeyId: 'ASIAIOSFODNN7EXAMPLE' },
      { ...session, sessionToken: `B${sessionToken.slice(1)}` },
    ]) {
      await expect(whoAmI(server.sts(wrong))).rejects.toMatchObject(refused('InvalidClientTokenId'));
    }
    const guessed = { ...session, secretAccessKey: 'guess' };
    await expect(whoAmI(server.sts(guessed))).rejects.toMatchObject(refused('SignatureDoesNotMatch'));
  });

  test('ends with its time', async () => {
    const server = await serve();
    const session = await assume(server, await makeBob(server), 900);
    server.advance(901_000);
    const words = 'The security token included in the request is expired';
    await expect(whoAmI(server.sts(session))).rejects.toMatchObject(refused('ExpiredToken', words));
    const describe = server.ec2(session).send(new DescribeVpcsCommand());
    await expect(describe).rejects.toMatchObject(refused('RequestExpired', undefined, 400));
  });

  test('is not good before its time, as one that a host keeps for later', async () => {
    const server = await serve();
    server.advance(3_600_000);
    const session = await assume(server, await makeBob(server));
    server.advance(-3_600_000);
    await expect(whoAmI(server.sts(session))).rejects.toMatchObject(refused('ExpiredToken'));
  });

  test('ends with its role', async () => {
    const server = await serve();
    const session = await assume(server, await makeBob(server));
    await server.iam().send(new DeleteRoleCommand({ RoleName: 'web' }));
    await expect(whoAmI(server.sts(session))).rejects.toMatchObject(refused('InvalidClientTokenId'));
  });
});
