/**
 * The front door with real sockets, real signatures and a real store: who is let in, and what becomes of hostile input.
 */

import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import aws4 from 'aws4';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { regionKeysIn } from '../hosts/region-keys.ts';
import { instanceCredentialsKey, makeSessionCredentials } from '../iam/session-credentials.ts';
import { silentLog } from '../log.ts';
import { installationKey } from '../store/installation-key.ts';
import { openSqliteStore } from '../store/sqlite.ts';
import type { Store } from '../store/store.ts';
import { policyJudge } from './policy-judge.ts';
import { rootOf } from './principals.ts';
import { type ApiSettings, createApi } from './server.ts';
import { denyEverything } from './testing.ts';

const NOW = Date.parse('2026-11-23T10:00:00Z');
const TEST = { accessKeyId: 'test', secretAccessKey: 'test' };

/** A server on a free port, until the test ends. */
async function serve(settings: Partial<ApiSettings> = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'openimds-server-'));
  const store = await openSqliteStore(directory);
  const app = createApi({
    store,
    clock: () => NOW,
    rules: 'page',
    judge: policyJudge({ installationKey: await store.transaction(installationKey) }),
    host: 'local',
    connections: 1024,
    log: silentLog,
    version: '0.0.0',
    strict: false,
    loopback: true,
    substrate: { name: 'loopback', enforcesHopLimit: false },
    consoleFolder: directory,
    regionKeys: regionKeysIn(store, () => NOW),
    hosts: () => undefined,
    ...settings,
  });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(async () => {
    await app.close();
    await store.close();
    await rm(directory, { recursive: true });
  });
  return { address, host: new URL(address).host, store };
}

type Changes = {
  body?: string;
  headers?: Record<string, string>;
  keys?: typeof TEST & { sessionToken?: string };
  path?: string;
  region?: string;
  service?: string;
};

/** A request signed at the server's time by a client's own signer. */
function sign(
  host: string,
  { body = 'Action=DescribeRegions', keys = TEST, region = 'us-east-1', ...changes }: Changes,
) {
  const headers = {
    'X-Amz-Date': '20261123T100000Z',
    'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8',
    ...changes.headers,
  };
  const request = {
    host,
    method: 'POST',
    path: changes.path ?? '/',
    service: changes.service ?? 'ec2',
    region,
    headers,
    body,
  };
  return aws4.sign(request, keys).headers as Record<string, string>;
}

async function post(address: string, headers: Record<string, string>, body = 'Action=DescribeRegions') {
  const response = await fetch(address, { method: 'POST', headers, body });
  const answer = await response.text();
  return {
    status: response.status,
    answer,
    code: /<Code>([^<]+)/.exec(answer)?.[1],
    id: response.headers.get('x-amzn-requestid'),
  };
}

const ask = async (server: { address: string; host: string }, changes: Changes = {}) =>
  post(server.address, sign(server.host, changes), changes.body);

const HOUR_MS = 3_600_000;

/** What the metadata service of an instance would hand out. */
async function identityCredentials({ store }: { store: Store }, madeAtMs = NOW) {
  const claims = { account: '123456789012', InstanceId: 'i-0123456789abcdef0', delivery: '2.0' as const };
  const installation = await store.transaction(installationKey);
  const key = instanceCredentialsKey(installation, claims.account, claims.InstanceId);
  const made = makeSessionCredentials(key, { ...claims, madeAtMs, expiresAtMs: madeAtMs + 6 * HOUR_MS });
  return { accessKeyId: made.AccessKeyId, secretAccessKey: made.SecretAccessKey, sessionToken: made.Token };
}

describe('who is let in', () => {
  test('nobody without a signature', async () => {
    const server = await serve();
    expect(await post(server.address, {})).toMatchObject({ status: 403, code: 'MissingAuthenticationToken' });
  });

  test('nobody with a wrong signature: "AWS was not able to validate the provided access credentials"', async () => {
    const server = await serve();
    const { status, code, answer } = await ask(server, { keys: { ...TEST, secretAccessKey: 'guess' } });
    expect({ status, code }).toEqual({ status: 401, code: 'AuthFailure' });
    expect(answer).toContain('AWS was not able to validate the provided access credentials');
  });

  test('nobody with an unknown key, even one who signs with an empty secret', async () => {
    const server = await serve();
    const keys = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: '' };
    expect(await ask(server, { keys })).toMatchObject({ status: 401, code: 'AuthFailure' });
  });

  test('nobody whose body is not the one that was signed', async () => {
    const server = await serve();
    const headers = sign(server.host, { body: 'Action=DescribeRegionz' });
    expect(await post(server.address, headers)).toMatchObject({ status: 401, code: 'AuthFailure' });
  });

  test('a request that was signed more than fifteen minutes ago has expired', async () => {
    const server = await serve({ clock: () => NOW + 16 * 60_000 });
    expect(await ask(server)).toMatchObject({ status: 400, code: 'RequestExpired' });
  });

  test('test/test is the root of account 000000000000, twelve digits the root of that account', async () => {
    const server = await serve();
    expect(await ask(server, { body: 'Action=DescribeVpcs' })).toMatchObject({ status: 200 });
    const vpcs = await ask(server, {
      body: 'Action=DescribeVpcs',
      keys: { accessKeyId: '111122223333', secretAccessKey: 'test' },
    });
    expect(vpcs.answer).toContain('<ownerId>111122223333</ownerId>');
  });

  test.each([{ strict: true }, { loopback: false }])('test/test never with %j', async (settings) => {
    const server = await serve(settings);
    expect(await ask(server)).toMatchObject({ status: 401, code: 'AuthFailure' });
    const keys = { accessKeyId: '111122223333', secretAccessKey: 'test' };
    expect(await ask(server, { keys })).toMatchObject({ status: 401, code: 'AuthFailure' });
  });

  test('a stored access key, with --strict too', async () => {
    const server = await serve({ strict: true });
    const key = { AccessKeyId: 'AKIAIOSFODNN7EXAMPLE', SecretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
    await server.store.transaction((tx) => tx.accessKeys.put({ ...key, principal: rootOf('123456789012') }));
    const keys = { accessKeyId: key.AccessKeyId, secretAccessKey: key.SecretAccessKey };
    expect(await ask(server, { keys })).toMatchObject({ status: 200 });
  });

  describe('an instance with its identity credentials', () => {
    test('is recognised, and no policy allows it anything', async () => {
      const server = await serve({ strict: true });
      const { status, code, answer } = await ask(server, { keys: await identityCredentials(server) });
      expect({ status, code }).toEqual({ status: 403, code: 'UnauthorizedOperation' });
      expect(answer).toContain('arn:aws:sts::123456789012:assumed-role/aws:ec2-instance/i-0123456789abcdef0');
    });

    test('is nobody with another secret, another key, another token, or without its token', async () => {
      const server = await serve();
      const keys = await identityCredentials(server);
      const { sessionToken, ...bare } = keys;
      for (const wrong of [
        { ...keys, secretAccessKey: 'guess' },
        { ...keys, accessKeyId: 'ASIAIOSFODNN7EXAMPLE' },
        { ...keys, sessionToken: `B${sessionToken.slice(1)}` },
        bare,
      ]) {
        expect(await ask(server, { keys: wrong })).toMatchObject({ status: 401, code: 'AuthFailure' });
      }
    });

    test('is refused when they have expired', async () => {
      const server = await serve();
      const keys = await identityCredentials(server, NOW - 6 * HOUR_MS);
      expect(await ask(server, { keys })).toMatchObject({ status: 400, code: 'RequestExpired' });
    });
  });

  test('test/test works with a session token beside it, as users of local tools set one', async () => {
    const server = await serve();
    expect(await ask(server, { keys: { ...TEST, sessionToken: 'test' } })).toMatchObject({ status: 200 });
  });

  test('the scope must name a Region that exists, and the service that is asked', async () => {
    const server = await serve();
    expect(await ask(server, { region: 'mars-east-1' })).toMatchObject({ status: 401, code: 'AuthFailure' });
    expect(await ask(server, { service: 's3' })).toMatchObject({ status: 401, code: 'AuthFailure' });
  });

  test('a presigned URL, by GET', async () => {
    const server = await serve();
    const path = '/?Action=DescribeRegions&Version=2016-11-15&X-Amz-Date=20261123T100000Z&X-Amz-Expires=60';
    const signed = aws4.sign({ host: server.host, path, service: 'ec2', region: 'us-east-1', signQuery: true }, TEST);
    const response = await fetch(`${server.address}${signed.path}`);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('<regionName>eu-west-1</regionName>');
  });

  test('no page of another site, which could sign with keys that everybody knows', async () => {
    const server = await serve();
    const headers = { ...sign(server.host, {}), 'Sec-Fetch-Site': 'cross-site' };
    // fetch() forbids this header to its callers, so it is written by hand.
    const answer = await raw(
      server.host,
      `POST / HTTP/1.1\r\n${lines(headers)}Connection: close\r\n\r\nAction=DescribeRegions`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    expect(answer).toContain('<Code>AccessDenied</Code>');
  });
});

test('keys that everybody knows are for names that nobody else can lead here', async () => {
  const server = await serve();
  const body = 'Action=DescribeRegions';
  const status = async (host: string) => {
    const headers = { ...sign(host, { body }), Connection: 'close' };
    return (await raw(server.host, `POST / HTTP/1.1\r\n${lines(headers)}\r\n${body}`)).slice(9, 12);
  };
  for (const host of ['localhost:1', 'a.localhost', '127.0.0.1', '[::1]:80', 'host.docker.internal']) {
    expect([host, await status(host)]).toEqual([host, '200']);
  }
  for (const host of ['evil.example:4566', 'localhost.evil.example', '1.2.3.4.evil.example']) {
    expect([host, await status(host)]).toEqual([host, '401']);
  }
});

test('a body of no type that there is, and a path that is no text, are the caller’s doing', async () => {
  const server = await serve();
  const headers = { ...sign(server.host, {}), 'Content-Type': ';;;' };
  expect(await post(server.address, headers)).toMatchObject({ status: 400, code: 'MalformedRequest' });
  expect(await raw(server.host, `GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)).toMatch(
    /^HTTP\/1\.1 400 [\s\S]*<Code>MalformedRequest<\/Code>/,
  );
});

test('accounts and Regions are separate from each other', async () => {
  const server = await serve();
  const body = 'Action=RunInstances&ImageId=ami-0abcdef1234567890&InstanceType=t3.large&MinCount=1&MaxCount=1';
  const id = /<instanceId>([^<]+)/.exec((await ask(server, { body })).answer)?.[1];
  const describe = { body: `Action=DescribeInstances&InstanceId.1=${id}` };
  expect(await ask(server, describe)).toMatchObject({ status: 200 });
  expect(await ask(server, { ...describe, region: 'eu-west-1' })).toMatchObject({ code: 'InvalidInstanceID.NotFound' });
  const keys = { accessKeyId: '111122223333', secretAccessKey: 'test' };
  expect(await ask(server, { ...describe, keys })).toMatchObject({ code: 'InvalidInstanceID.NotFound' });
});

describe("bad input is answered in AWS's form", () => {
  test.each([
    ['Action=Nothing', 400, 'InvalidAction'],
    ['Action=constructor', 400, 'InvalidAction'],
    ['Version=2016-11-15', 400, 'MissingAction'],
    ['Action=DescribeRegions&Nonsense=1', 400, 'UnknownParameter'],
    ['Action=DescribeRegions&AllRegions=perhaps', 400, 'InvalidParameterValue'],
    ['Action=DescribeRegions&x=%FF%FE', 400, 'MalformedQueryString'],
    ['Action=DescribeRegions&x=%zz', 400, 'MalformedQueryString'],
    ['Action=DescribeRegions&x=%00', 400, 'MalformedQueryString'],
    ['Action=DescribeInstances&NextToken=nonsense', 400, 'InvalidNextToken'],
    ['Action=DescribeInstances&MaxResults=4', 400, 'InvalidParameterValue'],
    ['Action=DescribeInstances&Filter.1.Name=nonsense&Filter.1.Value.1=x', 400, 'InvalidParameterValue'],
  ])('%s', async (body, status, code) => {
    const server = await serve();
    expect(await ask(server, { body })).toMatchObject({ status, code });
  });

  test('an over-long body', async () => {
    const server = await serve();
    const body = `Action=DescribeRegions&x=${'x'.repeat(1024 * 1024)}`;
    expect(await ask(server, { body })).toMatchObject({ status: 413, code: 'RequestEntityTooLarge' });
  });

  test.each(['{', '\xff', '"a" 1'])('a body of our own API that is no JSON: %j', async (text) => {
    const server = await serve();
    const path = '/openimds/instances/i-0123456789abcdef0/faults';
    const body = Buffer.from(text, 'latin1');
    const dated = { 'X-Amz-Date': '20261123T100000Z' };
    const request = { host: server.host, method: 'PATCH', path, service: 'openimds', headers: dated, body };
    const headers = aws4.sign(request, TEST).headers as Record<string, string>;
    const response = await fetch(server.address + path, { method: 'PATCH', headers, body });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ code: 'SerializationException', message: 'the body is not JSON in UTF-8' });
  });

  test('a path at which nothing is', async () => {
    const server = await serve();
    expect(await post(`${server.address}/nothing`, {})).toMatchObject({ status: 404, code: 'NotFound' });
  });

  test('XML-hostile text cannot leave its element', async () => {
    const server = await serve();
    const hostile = `<a href="x">&amp;'\r\n\t]]>é𝄞</a>`;
    const launch = new URLSearchParams({
      Action: 'RunInstances',
      ImageId: 'ami-0abcdef1234567890',
      MinCount: '1',
      MaxCount: '1',
      'TagSpecification.1.ResourceType': 'instance',
      'TagSpecification.1.Tag.1.Key': 'Name',
      'TagSpecification.1.Tag.1.Value': hostile,
    });
    const { status, answer } = await ask(server, { body: launch.toString() });
    expect(status).toBe(200);
    expect(answer).toContain('&lt;a href=');
    expect(answer).not.toContain('<a href');
  });

  test('what is no HTTP leaves the server answering', async () => {
    const server = await serve();
    for (const garbage of ['\0\0\0\0', 'GET / HTTP/9.9\r\n\r\n', `GET / HTTP/1.1\r\n${'x: y\r\n'.repeat(5000)}\r\n`]) {
      expect(await raw(server.host, garbage)).toMatch(/^HTTP\/1\.1 4\d\d [\s\S]*<Code>MalformedRequest<\/Code>/);
    }
    expect(await ask(server)).toMatchObject({ status: 200 });
  });
});

test('who breaks the connection before the answer is no bug of ours', async () => {
  const logged: string[] = [];
  const note = (message: string) => logged.push(message);
  const server = await serve({ log: { info: note, warn: note, error: note } });
  const request = `POST / HTTP/1.1\r\n${lines(sign(server.host, {}))}\r\nAction=DescribeRegions`;
  const [host = '', port] = server.host.split(':');
  for (let count = 0; count < 20; count++) {
    const socket = connect(Number(port), host);
    socket.on('error', () => {});
    socket.write(request, () => socket.resetAndDestroy());
    await once(socket, 'close');
  }
  await vi.waitFor(() => expect(logged).not.toEqual([]));
  expect(await ask(server)).toMatchObject({ status: 200 });
  expect(logged).not.toContain('failed');
});

describe('services that speak JSON', () => {
  const target = 'AWSEC2InstanceConnectService.SendSSHPublicKey';
  const body = '{"InstanceId":"i-00000000000000000","InstanceOSUser":"root"}';
  type Json = Changes & { target?: string; sent?: string };

  /** As AWS's clients ask: every header is signed. @param sent a body in the place of that which was signed */
  async function askJson({ address, host }: { address: string; host: string }, changes: Json = {}) {
    const said = { 'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': changes.target ?? target };
    const headers = sign(host, { service: 'ec2-instance-connect', body, ...changes, headers: said });
    return postJson(address, headers, changes.sent ?? changes.body ?? body);
  }

  async function postJson(address: string, headers: Record<string, string>, sent: string) {
    const response = await fetch(address, { method: 'POST', headers, body: sent });
    const { status, headers: answered } = response;
    const { __type, ...rest } = (await response.json()) as Record<string, string>;
    expect(answered.get('content-type')).toBe('application/x-amz-json-1.1');
    expect(answered.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
    return { status, code: __type, ...rest };
  }

  const refusal = (code: string, Message: unknown = expect.any(String)) => ({ status: 400, code, Message });

  test('let nobody in without a signature', async () => {
    const { address } = await serve();
    expect(await postJson(address, { 'X-Amz-Target': target }, body)).toEqual(
      refusal('MissingAuthenticationTokenException', 'Missing Authentication Token'),
    );
  });

  test('let nobody in with a wrong one, or one of other words', async () => {
    const server = await serve();
    const invalid = refusal('UnrecognizedClientException', 'The security token included in the request is invalid.');
    expect(await askJson(server, { keys: { ...TEST, secretAccessKey: 'guess' } })).toEqual(invalid);
    expect(await askJson(server, { keys: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: '' } })).toEqual(
      invalid,
    );
    expect(await askJson(server, { sent: body.replace('root', 'toor') })).toEqual(invalid);
  });

  test('let nobody in with a signature for another service', async () => {
    const server = await serve();
    expect(await askJson(server, { service: 'ec2' })).toEqual(refusal('UnrecognizedClientException'));
    expect(await ask(server, { service: 'ec2-instance-connect' })).toMatchObject({ status: 401, code: 'AuthFailure' });
  });

  test('let nobody in with half a signature, or too late', async () => {
    const server = await serve();
    const headers = { 'X-Amz-Target': target, Authorization: 'AWS4-HMAC-SHA256 Credential=test' };
    expect(await postJson(server.address, headers, body)).toEqual(refusal('IncompleteSignatureException'));
    const late = await serve({ clock: () => NOW + 16 * 60_000 });
    expect(await askJson(late)).toEqual(refusal('InvalidSignatureException', 'Signature expired'));
    const expired = await identityCredentials(server, NOW - 6 * HOUR_MS);
    expect(await askJson(server, { keys: expired })).toEqual(
      refusal('ExpiredTokenException', 'The security token included in the request is expired'),
    );
  });

  test.each([
    'AWSEC2InstanceConnectService.Nothing',
    'AWSEC2InstanceConnectService.constructor',
    'constructor.name',
    'Nobody.Nothing',
    'nonsense',
  ])('have no operation %s', async (unknown) => {
    const server = await serve();
    expect(await askJson(server, { target: unknown, body: '{}' })).toMatchObject({
      status: 400,
      code: 'UnknownOperationException',
    });
  });

  test.each(['', '{', '[]', '"text"', '{"InstanceId":1}'])('refuse %j as a body', async (bad) => {
    const server = await serve();
    expect(await askJson(server, { body: bad })).toEqual(refusal('SerializationException'));
  });

  test('refuse members that are wrong', async () => {
    const server = await serve();
    const sentence =
      "1 validation error detected: Value null at 'sSHPublicKey' failed to satisfy constraint: Member must not be null";
    expect(await askJson(server)).toEqual(refusal('InvalidArgsException', sentence));
  });

  test('have a reason beside the message where the service has one', async () => {
    const server = await serve();
    const organizations = (operation: string, asked: object) =>
      askJson(server, {
        target: `AWSOrganizationsV20161128.${operation}`,
        service: 'organizations',
        body: JSON.stringify(asked),
      });
    expect(await organizations('DescribeOrganization', {})).toEqual(
      refusal('AWSOrganizationsNotInUseException', 'Your account is not a member of an organization.'),
    );
    expect(await organizations('CreateOrganization', { FeatureSet: 'SOME' })).toEqual({
      ...refusal('InvalidInputException', 'You specified an invalid value. (`FeatureSet`)'),
      Reason: 'INVALID_ENUM',
    });
  });

  test('refuse an over-long body in their own form', async () => {
    const server = await serve();
    const long = JSON.stringify({ InstanceId: 'x'.repeat(1024 * 1024) });
    expect(await askJson(server, { body: long })).toMatchObject({ status: 413, code: 'RequestEntityTooLarge' });
  });

  test('answer a bug as InternalFailure, with nothing of its cause', async () => {
    const server = await serve();
    await server.store.close();
    expect(await askJson(server, { keys: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' } })).toEqual({
      ...refusal('InternalFailure', 'An internal error has occurred'),
      status: 500,
    });
  });
});

describe('our own API', () => {
  /** Asks about the events of an instance that does not exist, with a body as it is. */
  async function own(server: { address: string; host: string }, body: string | Buffer, changes: Changes = {}) {
    const path = '/openimds/instances/i-0123456789abcdef0/events';
    const { host } = server;
    const headers = { 'X-Amz-Date': '20261123T100000Z' };
    const request = { host, method: 'POST', path, service: changes.service ?? 'openimds', region: 'us-east-1' };
    const signed = aws4.sign({ ...request, headers, body }, TEST).headers as Record<string, string>;
    const response = await fetch(server.address + path, { method: 'POST', headers: signed, body });
    const answer = (await response.json()) as { code?: string; message?: string };
    return { status: response.status, type: response.headers.get('content-type'), ...answer };
  }

  test.each([['{"Events":'], ["{'Events': []}"], ['Events=1'], [Buffer.from([0x22, 0xff, 0x22])]])(
    'a body that is no JSON in UTF-8: %o',
    async (body) => {
      const server = await serve();
      expect(await own(server, body)).toEqual({
        status: 400,
        type: 'application/json; charset=utf-8',
        code: 'SerializationException',
        message: 'the body is not JSON in UTF-8',
      });
    },
  );

  test('what is refused is JSON, and signed for another service it is refused first', async () => {
    const server = await serve();
    expect(await own(server, '{"Events":[]}')).toMatchObject({ status: 400, code: 'InvalidInstanceID.NotFound' });
    expect(await own(server, 'x', { service: 'ec2' })).toMatchObject({ status: 401, code: 'AuthFailure' });
  });
});

test('each answer has a request id, the same in its header and in its body', async () => {
  const server = await serve();
  const good = await ask(server);
  expect(good.answer).toContain(`<requestId>${good.id}</requestId>`);
  const bad = await ask(server, { body: 'Action=Nothing' });
  expect(bad.answer).toContain(`<RequestID>${bad.id}</RequestID>`);
});

test('old clients: an old Version, lists from 0, a Host without its port', async () => {
  const server = await serve();
  const body = 'Action=DescribeTags&Version=2014-10-01&Filter.0.Name=resource-id&Filter.0.Value.0=i-1';
  expect(await ask(server, { body })).toMatchObject({ status: 200 });
  const headers = { ...sign('127.0.0.1', { body }), Connection: 'close' };
  expect(await raw(server.host, `POST / HTTP/1.1\r\n${lines(headers)}\r\n${body}`)).toMatch(/^HTTP\/1\.1 200 /);
});

test('a bug is answered as InternalError, with nothing of its cause', async () => {
  const judge = async () => {
    throw new Error('the secret cause');
  };
  const server = await serve({ judge });
  const { status, code, answer } = await ask(server);
  expect({ status, code }).toEqual({ status: 500, code: 'InternalError' });
  expect(answer).not.toContain('secret');
});

describe('GET /openimds/certificates', () => {
  /** Asks for what is below `/openimds/`. */
  async function own(host: string, path: string, { keys = TEST, region = 'us-east-1' }: Changes = {}) {
    const headers = { 'X-Amz-Date': '20261123T100000Z' };
    const request = { host, path: `/openimds/${path}`, service: 'openimds', region, headers };
    const signed = aws4.sign(request, keys).headers as Record<string, string>;
    const response = await fetch(`http://${host}${request.path}`, { headers: signed });
    const answer = await response.text();
    return { status: response.status, answer, said: JSON.parse(answer) };
  }

  test('is refused unsigned, and to whom the judge allows nothing', async () => {
    const { address, host } = await serve({ judge: denyEverything });
    expect((await fetch(`${address}/openimds/certificates`)).status).toBe(403);
    expect(await own(host, 'certificates')).toMatchObject({ status: 403, said: { code: 'UnauthorizedOperation' } });
  });

  test('takes no parameter', async () => {
    const { host } = await serve();
    const { status, said } = await own(host, 'certificates?Region=eu-west-1');
    expect({ status, said }).toMatchObject({ status: 400, said: { code: 'UnknownParameter' } });
  });

  test('answers the certificates of the Region of the signature, and no private key', async () => {
    const { host, store } = await serve();
    const keysOf = regionKeysIn(store, () => NOW);
    for (const region of ['us-east-1', 'eu-west-1']) {
      const { status, said, answer } = await own(host, 'certificates', { region });
      expect(status).toBe(200);
      const { identityKeys, sshSigner } = await keysOf(region);
      const keys = Object.entries(identityKeys).map(([name, { certificate }]) => [name, certificate]);
      const root = `${/-----BEGIN(?!.*-----BEGIN).*/s.exec(sshSigner.certificates)?.[0]}\n`;
      const Certificates = { ...Object.fromEntries(keys), 'INSTANCE-CONNECT': root };
      expect(said).toEqual({ Region: region, Certificates });
      expect(answer).not.toContain('PRIVATE');
    }
  });

  test('answers every account the same', async () => {
    const { host } = await serve();
    const other = { accessKeyId: '111122223333', secretAccessKey: 'test' };
    expect((await own(host, 'certificates', { keys: other })).said).toEqual((await own(host, 'certificates')).said);
  });
});

describe('a browser', () => {
  const visit = (address: string, path: string, headers: Record<string, string>) =>
    fetch(address + path, { headers, redirect: 'manual' });

  test('that comes to the root is sent to the console', async () => {
    const { address } = await serve();
    const answer = await visit(address, '/', { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' });
    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/console/']);
  });

  test.each([
    ['/', { accept: '*/*' }],
    ['/?Action=DescribeRegions', { accept: 'text/html' }],
    ['/', { accept: 'text/html', authorization: 'AWS4-HMAC-SHA256 Credential=x' }],
  ])('is not what asks for %s with %j', async (path, headers) => {
    const { address } = await serve();
    const answer = await visit(address, path, headers);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(await answer.text()).toContain('<Code>');
  });

  test.each([
    [{}, 'localhost', true],
    [{}, 'attacker.example', false],
    [{ strict: true }, 'localhost', false],
    [{ loopback: false }, 'localhost', false],
  ])('with %j under the name %s learns whether test keys are accepted: %s', async (settings, name, testKeys) => {
    const { address } = await serve(settings);
    const { port } = new URL(address);
    const [answer] = (await once(
      request({ port, path: '/health', headers: { host: `${name}:${port}` } }).end(),
      'response',
    )) as [IncomingMessage];
    expect(JSON.parse(await text(answer))).toMatchObject({ testKeys });
  });
});

test.each(['/health', '/_localstack/health'])('%s says that it is there, unsigned', async (path) => {
  const server = await serve();
  const response = await fetch(server.address + path);
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ status: 'ok', version: '0.0.0', services: { ec2: 'running' } });
});

function lines(headers: Record<string, string>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
}

/** Sends bytes and reads until the server ends the connection. */
async function raw(host: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(`http://${host}`);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => socket.destroy());
  socket.write(bytes);
  return text(socket).catch(() => '');
}
