/** Attaching and detaching through the API: who may not, what is refused, and what the store and the host have after it. */

import { describe, expect, test } from 'vitest';
import { connectHost } from '../../../hosts/connect-host.ts';
import type { ImdsEndpoints, Instance, Principal } from '../../../model.ts';
import type { DescribedAttachment } from '../../attachment-shape.ts';
import { rootOf } from '../../authenticate.ts';
import { type Judge, rootMayEverything } from '../../authorize.ts';
import { callOwn } from '../../own-call.ts';
import { ACCOUNT, denyEverything, expectRefusal, launch, START_MS, startTestApi, type TestApi } from '../../testing.ts';
import { ownRoutes } from './index.ts';
import type { ListedInstance } from './list-instances.ts';

const SUBSTRATE = { name: 'netns', enforcesHopLimit: true };

type Way = { judge?: Judge; substrate?: string; principal?: Principal };

function own(api: TestApi, action: string, id: string, body?: unknown, way: Way = {}): Promise<object> {
  const route = ownRoutes.find((each) => each.action === `openimds:${action}`);
  if (!route) throw new Error(`there is no action ${action}`);
  const controlPlane = {
    store: api.store,
    clock: () => START_MS,
    rules: 'page' as const,
    judge: way.judge ?? rootMayEverything,
    host: 'local',
    identityKeys: connectHost(api.store, () => START_MS, 'local').identityKeys,
    substrate: { ...SUBSTRATE, name: way.substrate ?? SUBSTRATE.name },
  };
  const caller = { principal: way.principal ?? rootOf(api.scope.account), region: api.scope.region };
  return callOwn(route, { path: { InstanceId: id }, query: new Map([['InstanceId', id]]), body }, caller, controlPlane);
}

const attach = (api: TestApi, id: string, body: unknown = { Netns: 'web' }, way?: Way) =>
  own(api, 'AttachInstance', id, body, way) as Promise<{ InstanceId: string; Attachment: DescribedAttachment }>;
const detach = (api: TestApi, id: string, way?: Way) => own(api, 'DetachInstance', id, undefined, way);

async function listed(api: TestApi, id: string, way?: Way): Promise<ListedInstance> {
  const { Instances } = (await own(api, 'ListInstances', id, undefined, way)) as { Instances: [ListedInstance] };
  return Instances[0];
}

async function stored({ inStore, scope }: TestApi, id: string): Promise<Instance> {
  return (await inStore((tx) => tx.instances.get(scope, [id])))[0] as Instance;
}

/** What a host does: it brings about all that is desired, and says so. */
async function hostCatchesUp(api: TestApi, endpoints: ImdsEndpoints = { netns: 'web' }): Promise<void> {
  const host = connectHost(api.store, () => START_MS, 'local');
  const { instances } = await host.desiredAfter(0, 100);
  await host.acknowledge(
    instances.map(({ instance: { InstanceId }, revision, run }) => ({
      InstanceId,
      revision,
      ...(run === 'running' && { endpoints }),
    })),
  );
}

async function withInstance() {
  const api = await startTestApi();
  const id = await launch(api);
  await hostCatchesUp(api, { netns: 'own' });
  return { api, id };
}

describe('who may not, cannot, and nothing changes', () => {
  test.each(['AttachInstance', 'DetachInstance'])('%s', async (action) => {
    const { api, id } = await withInstance();
    await attach(api, id);
    const before = await stored(api, id);
    const body = { Netns: 'db' };
    await expectRefusal(own(api, action, id, body, { judge: denyEverything }), 'UnauthorizedOperation');
    expect(await stored(api, id)).toEqual(before);
    const asked: string[] = [];
    const judge: Judge = async ({ action, resources }) => {
      asked.push(action, ...resources);
      return { allowed: true };
    };
    await own(api, action, id, body, { judge });
    expect(asked).toEqual([`openimds:${action}`, `arn:aws:ec2:us-east-1:${ACCOUNT}:instance/${id}`]);
    expect(await stored(api, id)).not.toEqual(before);
  });

  test('not even to learn whether it could be done', async () => {
    const { api, id } = await withInstance();
    await attach(api, id);
    const other = await launch(api);
    await expectRefusal(attach(api, other, { Netns: 'web' }, { judge: denyEverything }), 'UnauthorizedOperation');
    await expectRefusal(
      attach(api, id, { Netns: 'db' }, { judge: denyEverything, substrate: 'loopback' }),
      'UnauthorizedOperation',
    );
  });

  test('an instance of another account is none', async () => {
    const { api, id } = await withInstance();
    const principal = rootOf('210987654321');
    await expectRefusal(attach(api, id, { Netns: 'web' }, { principal }), 'InvalidInstanceID.NotFound');
    await expectRefusal(detach(api, id, { principal }), 'InvalidInstanceID.NotFound');
  });
});

describe('what is refused says why', () => {
  test('on loopback, where there is nothing to attach', async () => {
    const { api, id } = await withInstance();
    await expectRefusal(
      attach(api, id, { Netns: 'web' }, { substrate: 'loopback' }),
      'UnsupportedOperation',
      'openimds: instances on the loopback substrate have no interface to attach; use `openimds up --substrate netns`',
    );
  });

  test('an instance that does not run', async () => {
    const { api, id } = await withInstance();
    await api.call('StopInstances', { InstanceIds: [id] });
    const words = `This instance '${id}' is not in a state from which it can be attached.`;
    await expectRefusal(attach(api, id), 'IncorrectInstanceState', words);
    await hostCatchesUp(api);
    await expectRefusal(attach(api, id), 'IncorrectInstanceState', words);
    await api.call('TerminateInstances', { InstanceIds: [id] });
    await expectRefusal(attach(api, id), 'IncorrectInstanceState', words);
    await expectRefusal(detach(api, id), 'IncorrectInstanceState');
  });

  test('a namespace that an instance has, whose id only its own account learns', async () => {
    const { api, id } = await withInstance();
    const second = await launch(api);
    await attach(api, id);
    await expectRefusal(attach(api, second), 'InvalidParameterValue', `the namespace \`web\` has ${id} already`);
    const stranger = api.as({ account: '210987654321' });
    const theirs = await launch(stranger);
    await expectRefusal(
      attach(stranger, theirs),
      'InvalidParameterValue',
      'the namespace `web` has an instance already',
    );
    const Netns = 'openimds-abc123-i-0123456789abcdef0';
    const words = `the namespace \`${Netns}\` has an instance already`;
    await expectRefusal(attach(api, second, { Netns }), 'InvalidParameterValue', words);
  });

  test('to detach what is not attached', async () => {
    const { api, id } = await withInstance();
    await expectRefusal(
      detach(api, id),
      'IncorrectInstanceState',
      `Instance '${id}' is not attached to a network namespace.`,
    );
  });

  const BODY = 'the body must be a JSON object with `Netns` and, where another is wanted, `Device`';
  const NETNS = 'the value of `Netns` must be a name that `ip netns` shows or the number of a process';
  const DEVICE = 'the value of `Device` must be at most 15 letters, digits, `_` and `-` that begin with a letter';

  test.each([
    [undefined, 'InvalidParameterValue', BODY],
    [[], 'InvalidParameterValue', BODY],
    ['web', 'InvalidParameterValue', BODY],
    [{}, 'MissingParameter', 'The request must contain the parameter Netns'],
    [{ Netns: 'web', Name: 'web' }, 'UnknownParameter', 'The parameter Name is not recognized'],
    [{ Netns: 4711 }, 'InvalidParameterValue', NETNS],
    [{ Netns: '' }, 'InvalidParameterValue', NETNS],
    [{ Netns: '..' }, 'InvalidParameterValue', NETNS],
    [{ Netns: '-x' }, 'InvalidParameterValue', NETNS],
    [{ Netns: 'a/b' }, 'InvalidParameterValue', NETNS],
    [{ Netns: 'a b' }, 'InvalidParameterValue', NETNS],
    [{ Netns: 'a\nnetns del b' }, 'InvalidParameterValue', NETNS],
    [{ Netns: 'a\n' }, 'InvalidParameterValue', NETNS],
    [{ Netns: 'x'.repeat(256) }, 'InvalidParameterValue', NETNS],
    [{ Netns: 'web', Device: 'imds 0' }, 'InvalidParameterValue', DEVICE],
    [{ Netns: 'web', Device: 'imds0\n' }, 'InvalidParameterValue', DEVICE],
    [{ Netns: 'web', Device: 'imds%d' }, 'InvalidParameterValue', DEVICE],
    [{ Netns: 'web', Device: 'imds0.1' }, 'InvalidParameterValue', DEVICE],
    [{ Netns: 'web', Device: 'x'.repeat(16) }, 'InvalidParameterValue', DEVICE],
    [{ Netns: 'web', Device: null }, 'InvalidParameterValue', DEVICE],
  ])('the body %j', async (body, code, message) => {
    const { api, id } = await withInstance();
    const before = await stored(api, id);
    await expectRefusal(own(api, 'AttachInstance', id, body), code, message);
    expect(await stored(api, id)).toEqual(before);
  });
});

describe('an attachment', () => {
  test('is a new revision, and until its host has answered the instance is nowhere', async () => {
    const { api, id } = await withInstance();
    const before = await stored(api, id);
    const Attachment = { Netns: 'web', Device: 'imds0', AttachTime: '2026-11-23T10:00:00Z' };
    expect(await attach(api, id)).toEqual({ InstanceId: id, Attachment: { ...Attachment, Status: 'attaching' } });
    const after = await stored(api, id);
    expect(after.revision).toBeGreaterThan(before.revision);
    expect(after.Attachment).toEqual(Attachment);
    expect(await listed(api, id)).toMatchObject({ Endpoints: {}, Attachment: { Status: 'attaching' } });
    // No option has changed, so that none is pending.
    expect((await listed(api, id)).MetadataOptions.State).toBe('applied');
    await hostCatchesUp(api);
    expect(await listed(api, id)).toMatchObject({ Endpoints: { netns: 'web' }, Attachment: { Status: 'attached' } });
  });

  test('that the host cannot bring about has failed until it can', async () => {
    const { api, id } = await withInstance();
    await attach(api, id, { Netns: '4711', Device: 'net7' });
    await hostCatchesUp(api, { obstacle: 'there is no process 4711' });
    expect(await listed(api, id)).toMatchObject({
      State: 'running',
      Endpoints: { obstacle: 'there is no process 4711' },
      Attachment: { Netns: '4711', Device: 'net7', Status: 'failed' },
    });
    await hostCatchesUp(api, { netns: 'own' });
    expect((await listed(api, id)).Attachment?.Status).toBe('attached');
  });

  test('stays over a stop, and the instance can be detached while it is stopped', async () => {
    const { api, id } = await withInstance();
    await attach(api, id);
    await api.call('StopInstances', { InstanceIds: [id] });
    await hostCatchesUp(api);
    expect(await listed(api, id)).toMatchObject({ State: 'stopped', Attachment: { Netns: 'web', Status: 'detached' } });
    expect(await detach(api, id)).toEqual({ InstanceId: id, State: 'stopped' });
    expect(await listed(api, id)).not.toHaveProperty('Attachment');
  });

  test('moves to another namespace, and the first one is free again', async () => {
    const { api, id } = await withInstance();
    const second = await launch(api);
    await attach(api, id);
    await attach(api, id);
    await attach(api, id, { Netns: 'db' });
    await attach(api, second, { Netns: 'web' });
    await expectRefusal(attach(api, second, { Netns: 'db' }), 'InvalidParameterValue');
  });

  test('that is taken away is a new revision too, and leaves the namespace free', async () => {
    const { api, id } = await withInstance();
    const second = await launch(api);
    await attach(api, id);
    await hostCatchesUp(api);
    const before = await stored(api, id);
    expect(await detach(api, id)).toEqual({ InstanceId: id, State: 'running' });
    const after = await stored(api, id);
    expect(after.revision).toBeGreaterThan(before.revision);
    expect(after).not.toHaveProperty('Attachment');
    expect((await listed(api, id)).Endpoints).toEqual({});
    await attach(api, second);
  });

  test('ends when the instance is terminated, not before', async () => {
    const { api, id } = await withInstance();
    const second = await launch(api);
    await attach(api, id);
    await api.call('TerminateInstances', { InstanceIds: [id] });
    await expectRefusal(attach(api, second), 'InvalidParameterValue');
    await hostCatchesUp(api, { netns: 'own' });
    expect(await stored(api, id)).not.toHaveProperty('Attachment');
    await attach(api, second);
  });

  test('has no effect on another substrate, and is not shown there', async () => {
    const { api, id } = await withInstance();
    await attach(api, id);
    expect(await listed(api, id, { substrate: 'loopback' })).not.toHaveProperty('Attachment');
    await detach(api, id, { substrate: 'loopback' });
  });
});
