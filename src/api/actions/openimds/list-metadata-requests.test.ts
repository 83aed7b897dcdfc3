/** The requests to an instance's metadata service through the API: who is refused, what is asked of the host, and when. */

import { describe, expect, test } from 'vitest';
import { denyEverything, expectRefusal, launch, startTestApi, type TestApi } from '../../testing.ts';
import type { ListedInstance } from './list-instances.ts';
import type { ListedRequests } from './list-metadata-requests.ts';
import { hostOf } from './testing.ts';

/** Two instances, of which the host runs the first one. */
async function withInstances() {
  const api = await startTestApi();
  const [id, other] = [await launch(api), await launch(api)];
  const host = hostOf([id]);
  const observed = api.as({ hosts: (name) => (name === 'local' ? host : undefined) });
  const of = (InstanceId: string, query?: Record<string, string>) =>
    observed.own<ListedRequests>('GET', `instances/${InstanceId}/metadata-requests`, query ? { query } : {});
  return { api, observed, host, id, other, of };
}

test('who may not does not learn whether the host can be asked, and the host is not asked', async () => {
  const { api, id } = await withInstances();
  const hosts = () => {
    throw new Error('it was asked');
  };
  const denied = api.as({ judge: denyEverything, hosts });
  await expectRefusal(denied.own('GET', `instances/${id}/metadata-requests`), 'UnauthorizedOperation');
});

test('a host that cannot be asked', async () => {
  const { api, id } = await withInstances();
  await expectRefusal(
    api.own('GET', `instances/${id}/metadata-requests`),
    'Unavailable',
    `The host of the instance '${id}' cannot be asked at the moment.`,
  );
});

test.each(['', '-1', '1.5', 'x', '9'.repeat(16)])('After=%s is refused', async (After) => {
  const { id, of } = await withInstances();
  const message = 'the value of `After` must be the number of a request';
  await expectRefusal(of(id, { After }), 'InvalidParameterValue', message);
});

describe('what the host remembers', () => {
  test('is answered, or what comes after a number', async () => {
    const { id, other, of } = await withInstances();
    const both = await of(id);
    expect(both).toMatchObject({ InstanceId: id, Counts: { NoToken: 2 } });
    expect(both.Requests.map(({ Number: number }) => number)).toEqual([1, 2]);
    expect(await of(id, { After: '1' })).toEqual({ ...both, Requests: both.Requests.slice(1) });
    expect(await of(other)).toMatchObject({ InstanceId: other, Requests: [] });
  });

  test('is counted in ListInstances, as far as the host knows the instance', async () => {
    const { api, observed, id, other } = await withInstances();
    const list = async (asked: TestApi) =>
      (await asked.own<{ Instances: ListedInstance[] }>('GET', 'instances')).Instances;
    const [first, second] = await list(observed);
    expect(first).toMatchObject({ InstanceId: id, MetadataRequests: { NoToken: 2 } });
    expect(second?.InstanceId).toBe(other);
    expect(second).not.toHaveProperty('MetadataRequests');
    // The host cannot be asked: the instances are listed all the same.
    expect(await list(api)).toHaveLength(2);
    for (const listed of await list(api)) expect(listed).not.toHaveProperty('MetadataRequests');
  });

  test('is asked for when the transaction is over, so that a slow host holds up nobody', async () => {
    const { api, host, id } = await withInstances();
    const metadataRequests: typeof host.metadataRequests = async (...asked) => {
      // Within the transaction it would wait for that for ever.
      await api.inStore(async () => {});
      return host.metadataRequests(...asked);
    };
    const slow = api.as({ hosts: () => ({ ...host, metadataRequests }) });
    const { InstanceId } = await slow.own<ListedRequests>('GET', `instances/${id}/metadata-requests`);
    expect(InstanceId).toBe(id);
  });
});
