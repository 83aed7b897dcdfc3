/** Attaching and detaching through the API: who may not, what is refused, and what the store and the host have after it. */

import { describe, expect, test } from 'vitest';
import { connectHost } from '../../../hosts/connect-host.ts';
import type { ImdsEndpoints, Instance } from '../../../model.ts';
import type { DescribedAttachment } from '../../attachment-shape.ts';
import {
  denyEverything,
  expectRefusal,
  find,
  launch,
  NETNS,
  START_MS,
  startTestApi,
  type TestApi,
} from '../../testing.ts';
import type { ListedInstance } from './list-instances.ts';

type Attached = { InstanceId: string; Attachment: DescribedAttachment };

const pathOf = (id: string) => `instances/${id}/attachment`;
const attach = (api: TestApi, id: string, body: unknown = { Netns: 'web' }) =>
  api.own<Attached>('POST', pathOf(id), { body });
const detach = (api: TestApi, id: string) => api.own<object>('DELETE', pathOf(id));

async function listed(api: TestApi, InstanceId: string): Promise<ListedInstance> {
  const { Instances } = await api.own<{ Instances: [ListedInstance] }>('GET', 'instances', { query: { InstanceId } });
  return Instances[0];
}

async function stored(api: TestApi, id: string): Promise<Instance> {
  return (await find(api, id)) as Instance;
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

function onLoopback(api: TestApi): TestApi {
  return api.as({ substrate: { name: 'loopback', enforcesHopLimit: false } });
}

async function withInstance() {
  const api = (await startTestApi()).as({ substrate: NETNS });
  const id = await launch(api);
  await hostCatchesUp(api, { netns: 'own' });
  return { api, id };
}

test('who may not does not learn whether it could be done', async () => {
  const { api, id } = await withInstance();
  await attach(api, id);
  const other = await launch(api);
  const denied = api.as({ judge: denyEverything });
  await expectRefusal(attach(denied, other), 'UnauthorizedOperation');
  await expectRefusal(attach(onLoopback(denied), id), 'UnauthorizedOperation');
  await expectRefusal(detach(denied, other), 'UnauthorizedOperation');
});

describe('what is refused says why', () => {
  test('on loopback, where there is nothing to attach', async () => {
    const { api, id } = await withInstance();
    await expectRefusal(
      attach(onLoopback(api), id),
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
    await expectRefusal(api.own('POST', pathOf(id), { body }), code, message);
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
    expect(await listed(onLoopback(api), id)).not.toHaveProperty('Attachment');
    await detach(onLoopback(api), id);
  });
});
