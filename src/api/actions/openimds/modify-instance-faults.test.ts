/** Faults of an instance through the API: what is refused, what becomes of those that it has, and what its host hears. */

import { describe, expect, test } from 'vitest';
import type { Instance } from '../../../model.ts';
import type { DescribedFaults } from '../../instance-faults.ts';
import { expectRefusal, launch, startTestApi, type TestApi } from '../../testing.ts';

async function withInstance() {
  const api = await startTestApi();
  const id = await launch(api);
  return { api, id, path: `instances/${id}/faults`, ...callsFor(api, `instances/${id}/faults`) };
}

function callsFor(api: TestApi, path: string) {
  return {
    get: () => api.own<DescribedFaults>('GET', path),
    patch: (body?: unknown) => api.own<DescribedFaults>('PATCH', path, { body }),
    clear: () => api.own<DescribedFaults>('DELETE', path),
  };
}

function stored({ inStore, scope }: TestApi, id: string): Promise<Instance> {
  return inStore(async (tx) => (await tx.instances.get(scope, [id]))[0] as Instance);
}

/** As its host does it. */
async function acknowledge(api: TestApi, id: string): Promise<Instance> {
  const instance = await stored(api, id);
  const running = { ...instance, State: 'running' as const, appliedRevision: instance.revision };
  await api.inStore((tx) => tx.instances.update([running]));
  return running;
}

const EVERY_FAULT =
  '`LatencyMs`, `Errors`, `HangTokenPut`, `PacketsPerSecond`, `CredentialsLifetimeSeconds` or `ExpireTokens`';

describe('what is refused changes nothing', () => {
  test.each<[unknown, string]>([
    [undefined, `the body must be a JSON object with ${EVERY_FAULT}`],
    [[], `the body must be a JSON object with ${EVERY_FAULT}`],
    ['LatencyMs', `the body must be a JSON object with ${EVERY_FAULT}`],
    [{ Latency: 5 }, `there is no fault \`Latency\`; it must be ${EVERY_FAULT}`],
    [JSON.parse('{"__proto__": {}}'), `there is no fault \`__proto__\`; it must be ${EVERY_FAULT}`],
    [{ ['x'.repeat(1000)]: 5 }, `there is no fault \`${'x'.repeat(64)}\`; it must be ${EVERY_FAULT}`],
    [{ LatencyMs: -1 }, 'the value of `LatencyMs` must be a whole number from 0 to 60000'],
    [{ LatencyMs: 60_001 }, 'the value of `LatencyMs` must be a whole number from 0 to 60000'],
    [{ LatencyMs: 1.5 }, 'the value of `LatencyMs` must be a whole number from 0 to 60000'],
    [{ LatencyMs: '5' }, 'the value of `LatencyMs` must be a whole number from 0 to 60000'],
    [{ Errors: 503 }, 'the value of `Errors` must be an object with `Status` and, where not all are meant, `Share`'],
    [{ Errors: {} }, 'the value of `Errors.Status` must be 429, 500, 502, 503 or 504'],
    [{ Errors: { Status: 404 } }, 'the value of `Errors.Status` must be 429, 500, 502, 503 or 504'],
    [{ Errors: { Status: '503' } }, 'the value of `Errors.Status` must be 429, 500, 502, 503 or 504'],
    [{ Errors: { Status: 503, Share: 0 } }, 'the value of `Errors.Share` must be a number above 0 and up to 1'],
    [{ Errors: { Status: 503, Share: 1.01 } }, 'the value of `Errors.Share` must be a number above 0 and up to 1'],
    [{ Errors: { Status: 503, Share: null } }, 'the value of `Errors.Share` must be a number above 0 and up to 1'],
    [{ Errors: { Status: 503, Rate: 1 } }, 'there is no `Errors.Rate`; it must be `Status` or `Share`'],
    [{ HangTokenPut: 1 }, 'the value of `HangTokenPut` must be `true` or `false`'],
    [{ PacketsPerSecond: 0 }, 'the value of `PacketsPerSecond` must be a whole number from 1 to 1000000'],
    [{ PacketsPerSecond: 1_000_001 }, 'the value of `PacketsPerSecond` must be a whole number from 1 to 1000000'],
    [
      { CredentialsLifetimeSeconds: 21_601 },
      'the value of `CredentialsLifetimeSeconds` must be a whole number from 0 to 21600',
    ],
    [{ ExpireTokens: false }, 'the value of `ExpireTokens` must be `true`, or absent'],
    [{ LatencyMs: 5, ExpireTokens: 1 }, 'the value of `ExpireTokens` must be `true`, or absent'],
  ])('%j', async (body, message) => {
    const { api, id, patch } = await withInstance();
    const before = await stored(api, id);
    await expectRefusal(patch(body), 'InvalidParameterValue', message);
    expect(await stored(api, id)).toEqual(before);
  });

  test.each(['GET', 'PATCH', 'DELETE'] as const)('%s of an instance that is not there', async (method) => {
    const { api, path } = await withInstance();
    const ask = (where: TestApi, of: string) =>
      where.own(method, of, method === 'PATCH' ? { body: { LatencyMs: 5 } } : {});
    await expectRefusal(ask(api, 'instances/web/faults'), 'InvalidInstanceID.Malformed');
    await expectRefusal(ask(api, 'instances/i-0123456789abcdef0/faults'), 'InvalidInstanceID.NotFound');
    await expectRefusal(ask(api.as({ account: '111122223333' }), path), 'InvalidInstanceID.NotFound');
    await expectRefusal(ask(api.as({ region: 'eu-west-1' }), path), 'InvalidInstanceID.NotFound');
  });

  test.each(['shutting-down', 'terminated'] as const)('of an instance that is %s', async (State) => {
    const { api, id, patch, clear } = await withInstance();
    await patch({ LatencyMs: 5 });
    const ended = { ...(await stored(api, id)), State };
    await api.inStore((tx) => tx.instances.update([ended]));
    const message = `This instance '${id}' is not in a state from which it can be modified.`;
    await expectRefusal(patch({ LatencyMs: 6 }), 'IncorrectInstanceState', message);
    await expectRefusal(clear(), 'IncorrectInstanceState', message);
    expect(await stored(api, id)).toEqual(ended);
  });
});

describe('faults', () => {
  test('are none at first', async () => {
    const { id, get } = await withInstance();
    expect(await get()).toEqual({ InstanceId: id, State: 'pending', Faults: {} });
  });

  test('merge: what is not named stays, null takes away, and all can be cleared', async () => {
    const { id, api, get, patch, clear } = await withInstance();
    const all = {
      LatencyMs: 60_000,
      Errors: { Status: 503, Share: 0.25 },
      HangTokenPut: true,
      PacketsPerSecond: 1,
      CredentialsLifetimeSeconds: 0,
    };
    expect((await patch(all)).Faults).toEqual(all);
    expect((await patch({ Errors: { Status: 429 } })).Faults).toEqual({ ...all, Errors: { Status: 429, Share: 1 } });
    const { Faults } = await patch({ LatencyMs: null, Errors: null, PacketsPerSecond: 1_000_000 });
    expect(Faults).toEqual({ HangTokenPut: true, PacketsPerSecond: 1_000_000, CredentialsLifetimeSeconds: 0 });
    expect((await get()).Faults).toEqual(Faults);
    expect((await clear()).Faults).toEqual({});
    expect((await get()).Faults).toEqual({});
    expect(await stored(api, id)).not.toHaveProperty('Faults');
  });

  test.each([{ LatencyMs: 0 }, { HangTokenPut: false }])('%j is none', async (body) => {
    const { patch } = await withInstance();
    await patch({ LatencyMs: 5, HangTokenPut: true });
    const [name = ''] = Object.keys(body);
    expect((await patch(body)).Faults).not.toHaveProperty(name);
  });

  test('are listed with the instance, as far as there are some', async () => {
    const { api, patch } = await withInstance();
    const listed = () => api.own<{ Instances: object[] }>('GET', 'instances');
    expect((await listed()).Instances[0]).not.toHaveProperty('Faults');
    await patch({ LatencyMs: 5 });
    expect((await listed()).Instances[0]).toHaveProperty('Faults', { LatencyMs: 5 });
  });
});

describe('the host', () => {
  test('hears of a change, while the metadata options stay applied', async () => {
    const { api, id, patch, clear, get } = await withInstance();
    const before = await acknowledge(api, id);
    for (const change of [() => patch({ LatencyMs: 5 }), clear]) {
      expect((await change()).State).toBe('pending');
      const { Reservations } = await api.call('DescribeInstances', { InstanceIds: [id] });
      expect(Reservations?.[0]?.Instances?.[0]?.MetadataOptions?.State).toBe('applied');
      await acknowledge(api, id);
      expect((await get()).State).toBe('applied');
    }
    const after = await stored(api, id);
    expect(after.revision).toBeGreaterThan(before.revision);
    expect(after.optionsRevision).toBe(before.optionsRevision);
    expect(after.tokenGeneration).toBe(before.tokenGeneration);
  });

  test('hears nothing of what changes nothing', async () => {
    const { api, id, patch, clear } = await withInstance();
    await patch({ LatencyMs: 5 });
    const { revision } = await stored(api, id);
    await patch({ LatencyMs: 5 });
    await patch({});
    expect((await stored(api, id)).revision).toBe(revision);
    await clear();
    const cleared = await stored(api, id);
    await clear();
    expect(await stored(api, id)).toEqual(cleared);
  });

  test('ExpireTokens begins a new generation of session tokens each time, and stays nowhere', async () => {
    const { api, id, patch } = await withInstance();
    const before = await stored(api, id);
    for (const times of [1, 2]) {
      expect((await patch({ ExpireTokens: true })).Faults).toEqual({});
      const after = await stored(api, id);
      expect(after.tokenGeneration).toBe(before.tokenGeneration + times);
      expect(after.revision).toBeGreaterThan(before.revision);
    }
  });
});
