/**
 * Pushing an SSH key: who may, to what, and what is then on the instance for a minute, signed.
 */

import { constants, verify } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Instance, InstanceStateName } from '../../../model.ts';
import {
  denyEverything,
  ED25519_KEY,
  expectRefusal,
  find,
  launch,
  makeSshSigner,
  START_MS,
  startTestApi,
  type TestApi,
  write,
} from '../../testing.ts';

const OTHER_KEY = `${ED25519_KEY.slice(0, -4)}AAAA`;

/** As its host would leave it; the Region has a signer then. */
async function running(api: TestApi, State: InstanceStateName = 'running', hasSigner = true): Promise<string> {
  if (hasSigner) await makeSshSigner(api);
  const InstanceId = await launch(api);
  await write(api, InstanceId, { State });
  return InstanceId;
}

function push(api: TestApi, InstanceId: string, input: object = {}): Promise<object> {
  const body = { InstanceId, InstanceOSUser: 'ec2-user', SSHPublicKey: ED25519_KEY, ...input };
  return api.json('AWSEC2InstanceConnectService.SendSSHPublicKey', body);
}

const textsOf = async (api: TestApi, id: string) =>
  ((await find(api, id))?.ManagedSshKeys ?? []).map(({ text }) => text);

describe('no key is pushed', () => {
  test('by whom the policies forbid it', async () => {
    const api = await startTestApi();
    const id = await running(api);
    const arn = `arn:aws:ec2:us-east-1:${api.scope.account}:instance/${id}`;
    await expectRefusal(
      push(api.as({ judge: denyEverything }), id),
      'AccessDeniedException',
      `User: arn:aws:iam::${api.scope.account}:root is not authorized to perform: ec2-instance-connect:SendSSHPublicKey on resource: ${arn} because no identity-based policy allows it`,
    );
    expect(await find(api, id)).not.toHaveProperty('ManagedSshKeys');
  });

  test('to an instance that does not exist, is of another account or Region, or in another zone', async () => {
    const api = await startTestApi();
    const id = await running(api);
    const nowhere = 'The specified instance was not found.';
    await expectRefusal(push(api, 'i-00000000000000000'), 'EC2InstanceNotFoundException', nowhere);
    await expectRefusal(push(api.as({ account: '111122223333' }), id), 'EC2InstanceNotFoundException', nowhere);
    await expectRefusal(push(api.as({ region: 'eu-west-1' }), id), 'EC2InstanceNotFoundException', nowhere);
    await expectRefusal(
      push(api, id, { AvailabilityZone: 'us-east-1f' }),
      'EC2InstanceNotFoundException',
      'Instance not found in the specified Availability Zone.',
    );
  });

  test.each(['pending', 'stopping', 'stopped', 'shutting-down', 'terminated'] as const)(
    'to an instance that is %s',
    async (state) => {
      const api = await startTestApi();
      await expectRefusal(push(api, await running(api, state)), 'EC2InstanceStateInvalidException');
    },
  );

  test('while the Region has no signer', async () => {
    const api = await startTestApi();
    const id = await running(api, 'running', false);
    await expectRefusal(push(api, id), 'EC2InstanceUnavailableException');
  });

  test.each([
    { InstanceId: 'mi-048afb7f6460a110d' },
    { InstanceId: 'i-1' },
    { InstanceOSUser: '' },
    { InstanceOSUser: '../root' },
    { InstanceOSUser: 'a b' },
    { InstanceOSUser: 'a\nb' },
    { InstanceOSUser: 'a'.repeat(33) },
    { SSHPublicKey: ED25519_KEY.slice(1) },
    { SSHPublicKey: `${ED25519_KEY}${' '.repeat(4096)}` },
    { SSHPublicKey: 'x'.repeat(100) },
    { SSHPublicKey: `${ED25519_KEY}\n${OTHER_KEY}` },
    { SSHPublicKey: `no-pty ${ED25519_KEY}` },
    {
      SSHPublicKey:
        'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBNBvktUTjaQQ4zH6yWp+PK1OxAYnvIXoqSeJiI4lAxpouYg/X2mgUv0ouir6Lb46qhN3g29e3d4ldufzpTrvfUE=',
    },
    { AvailabilityZone: 'nowhere' },
  ])('with %j', async (input) => {
    const api = await startTestApi();
    const id = await running(api);
    await expectRefusal(push(api, id, input), 'InvalidArgsException');
    expect(await textsOf(api, id)).toEqual([]);
  });

  test('beyond twenty at a time, until the first of them are gone', async () => {
    const api = await startTestApi();
    const id = await running(api);
    for (let i = 0; i < 20; i++) await push(api, id, { InstanceOSUser: `user${i}` });
    await expectRefusal(push(api, id), 'ThrottlingException');
    api.advance(60_000);
    await push(api, id);
    expect(await textsOf(api, id)).toHaveLength(1);
  });
});

describe('a key that is pushed', () => {
  test('is answered with success and the request’s id', async () => {
    const api = await startTestApi();
    const id = await running(api);
    expect(await push(api, id, { AvailabilityZone: 'us-east-1a' })).toEqual({
      RequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      Success: true,
    });
  });

  test('takes a revision, for the host to hear of it, and leaves the options applied', async () => {
    const api = await startTestApi();
    const id = await running(api);
    const before = (await find(api, id)) as Instance;
    await push(api, id);
    const { ManagedSshKeys, revision, ...after } = (await find(api, id)) as Instance;
    expect(revision).toBeGreaterThan(before.revision);
    expect(after).toEqual({ ...before, revision: undefined });
    expect(ManagedSshKeys).toHaveLength(1);
  });

  test('is visible for sixty seconds, for one user, without its comment', async () => {
    const api = await startTestApi();
    const id = await running(api);
    const { RequestId } = (await push(api, id, { SSHPublicKey: `${ED25519_KEY} me@home\n` })) as { RequestId: string };
    const [key] = (await find(api, id))?.ManagedSshKeys ?? [];
    expect(key).toMatchObject({ InstanceOSUser: 'ec2-user', VisibleUntil: '2026-11-23T10:01:00.000Z' });
    const lines = key?.text.split('\n') ?? [];
    expect(lines.slice(0, 5)).toEqual([
      `#Timestamp=${(START_MS + 60_000) / 1000}`,
      `#Instance=${id}`,
      `#Caller=arn:aws:iam::${api.scope.account}:root`,
      `#Request=${RequestId}`,
      ED25519_KEY,
    ]);
    // A signature of 256 bytes, and the empty line that ends it.
    expect(lines.slice(5).map((line) => line.length)).toEqual([76, 76, 76, 76, 40, 0, 0]);
  });

  test("is signed by the signer of the instance's Region over all that stands before the signature", async () => {
    const api = (await startTestApi()).as({ region: 'eu-west-1' });
    const id = await running(api);
    await push(api, id);
    const [text = ''] = await textsOf(api, id);
    const end = text.indexOf(ED25519_KEY) + ED25519_KEY.length + 1;
    const [statement, signature] = [Buffer.from(text.slice(0, end)), Buffer.from(text.slice(end), 'base64')];
    const pss = { key: await makeSshSigner(api), padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
    expect(verify('sha256', statement, pss, signature)).toBe(true);
    expect(verify('sha256', Buffer.concat([statement, Buffer.from('\n')]), pss, signature)).toBe(false);
  });

  test('stands beside those that are still visible, in the order of the pushes; others are dropped', async () => {
    const api = await startTestApi();
    const id = await running(api);
    await push(api, id, { InstanceOSUser: 'first' });
    api.advance(40_000);
    await push(api, id, { InstanceOSUser: 'second' });
    const users = async () => ((await find(api, id))?.ManagedSshKeys ?? []).map((key) => key.InstanceOSUser);
    expect(await users()).toEqual(['first', 'second']);
    api.advance(20_000);
    await push(api, id, { InstanceOSUser: 'third' });
    expect(await users()).toEqual(['second', 'third']);
  });

  test('may be of RSA', async () => {
    const api = await startTestApi();
    const id = await running(api);
    const publicKey = await makeSshSigner(api);
    await push(api, id, { SSHPublicKey: publicKey.export({ type: 'spki', format: 'pem' }) });
    expect((await textsOf(api, id))[0]).toContain('\nssh-rsa AAAAB3NzaC1yc2E');
  });
});
