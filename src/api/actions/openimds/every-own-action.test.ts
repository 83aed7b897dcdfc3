/**
 * What holds for every action of our own API, walked over the table of its routes: who may not, cannot, and changes nothing.
 *
 * A route without a case below fails here.
 */

import { describe, expect, test } from 'vitest';
import type { Scope } from '../../../model.ts';
import type { ListedEvents } from '../../instance-event-shape.ts';
import { denyEverything, expectRefusal, find, launchSpot, NETNS, startTestApi, type TestApi } from '../../testing.ts';
import { ownRoutes } from './index.ts';
import { hostOf } from './testing.ts';

type Asked = { path: string; body?: object };
/** Prepares the account and returns the least that the action needs. */
type Case = {
  prepare(api: TestApi, id: string): Asked | Promise<Asked>;
  changes: boolean;
  onAll?: true;
  /** The code for a field that it does not know, where that is not UnknownParameter. */
  unknownField?: string;
};

const reboot = { Events: [{ Type: 'scheduled-maintenance', Code: 'system-reboot' }] };

async function withEvent(api: TestApi, id: string): Promise<string> {
  const made = await api.own<ListedEvents>('POST', `instances/${id}/events`, { body: reboot });
  return `instances/${id}/events/${made.Events[0]?.EventId}`;
}

const CASES: Record<string, Case> = {
  'GET /openimds/certificates': { prepare: () => ({ path: 'certificates' }), changes: false, onAll: true },
  'GET /openimds/instances': { prepare: () => ({ path: 'instances' }), changes: false, onAll: true },
  'GET /openimds/instances/:InstanceId/events': {
    prepare: (_api, id) => ({ path: `instances/${id}/events` }),
    changes: false,
  },
  'POST /openimds/instances/:InstanceId/events': {
    prepare: (_api, id) => ({ path: `instances/${id}/events`, body: reboot }),
    changes: true,
  },
  'GET /openimds/instances/:InstanceId/faults': {
    prepare: (_api, id) => ({ path: `instances/${id}/faults` }),
    changes: false,
  },
  'PATCH /openimds/instances/:InstanceId/faults': {
    prepare: (_api, id) => ({ path: `instances/${id}/faults`, body: { LatencyMs: 1 } }),
    changes: true,
    unknownField: 'InvalidParameterValue',
  },
  'DELETE /openimds/instances/:InstanceId/faults': {
    prepare: async (api, id) => {
      await api.own('PATCH', `instances/${id}/faults`, { body: { LatencyMs: 1 } });
      return { path: `instances/${id}/faults` };
    },
    changes: true,
  },
  'DELETE /openimds/instances/:InstanceId/events': {
    prepare: async (api, id) => ({ path: (await withEvent(api, id)).replace(/\/[^/]+$/, '') }),
    changes: true,
  },
  'DELETE /openimds/instances/:InstanceId/events/:EventId': {
    prepare: async (api, id) => ({ path: await withEvent(api, id) }),
    changes: true,
  },
  'POST /openimds/instances/:InstanceId/events/:EventId/complete': {
    prepare: async (api, id) => ({ path: `${await withEvent(api, id)}/complete` }),
    changes: true,
  },
  'GET /openimds/instances/:InstanceId/metadata': {
    prepare: (_api, id) => ({ path: `instances/${id}/metadata` }),
    changes: false,
  },
  'GET /openimds/instances/:InstanceId/metadata-requests': {
    prepare: (_api, id) => ({ path: `instances/${id}/metadata-requests` }),
    changes: false,
  },
  'POST /openimds/instances/:InstanceId/attachment': {
    prepare: (_api, id) => ({ path: `instances/${id}/attachment`, body: { Netns: 'web' } }),
    changes: true,
  },
  'DELETE /openimds/instances/:InstanceId/attachment': {
    prepare: async (api, id) => {
      const path = `instances/${id}/attachment`;
      await api.own('POST', path, { body: { Netns: 'web' } });
      return { path };
    },
    changes: true,
  },
};

/** Every instance runs on it. */
const HOST = { ...hostOf([]), metadata: async (_: string, Path: string) => ({ Path, Status: 404 }) };

/** On the substrate on which everything can be done, with a host that answers. */
async function startOnNetns(): Promise<TestApi> {
  return (await startTestApi()).as({ substrate: NETNS, hosts: () => HOST });
}

test('every route has a case, and every case a route', () => {
  expect(Object.keys(CASES).sort()).toEqual(ownRoutes.map(({ method, url }) => `${method} ${url}`).sort());
});

describe.each(ownRoutes)('$method $url', ({ method, url, action }) => {
  const { prepare, changes, onAll } = CASES[`${method} ${url}`] as Case;

  test('who may not, cannot, and changes nothing; who may, can', async () => {
    const api = await startOnNetns();
    const id = await launchSpot(api);
    const { path, body } = await prepare(api, id);
    const before = await find(api, id);
    await expectRefusal(api.as({ judge: denyEverything }).own(method, path, { body }), 'UnauthorizedOperation');
    expect(await find(api, id)).toEqual(before);
    await api.own(method, path, { body });
    const after = await find(api, id);
    // Else the comparison above would prove nothing. What changes has a new revision, so that the host hears of it.
    if (changes) expect(after?.revision).toBeGreaterThan(before?.revision as number);
    else expect(after).toEqual(before);
  });

  test('the judge is asked about this action, and about the instance where there is one', async () => {
    const api = await startOnNetns();
    const id = await launchSpot(api);
    const { path, body } = await prepare(api, id);
    const asked: unknown[] = [];
    const judge: Parameters<TestApi['as']>[0]['judge'] = async ({ action, resources }) => {
      asked.push(action, ...resources);
      return { allowed: true };
    };
    await api.as({ judge }).own(method, path, { body });
    expect(asked).toEqual([action, onAll ? '*' : arn(api.scope, id)]);
  });

  test('a parameter that it does not know is refused', async () => {
    const api = await startOnNetns();
    const { path, body } = await prepare(api, await launchSpot(api));
    const query = { Nonsense: '1' };
    const message = 'The parameter Nonsense is not recognized';
    await expectRefusal(api.own(method, path, { query, body }), 'UnknownParameter', message);
  });
});

const ofAnInstance = ownRoutes.filter(({ url }) => url.includes(':InstanceId'));

describe.each(ofAnInstance)('$method $url', ({ method, url }) => {
  const { prepare, unknownField = 'UnknownParameter' } = CASES[`${method} ${url}`] as Case;

  test('an id that is malformed, and one of nothing in this account and Region', async () => {
    const api = await startOnNetns();
    const id = await launchSpot(api);
    const { path, body } = await prepare(api, id);
    await expectRefusal(api.own(method, path.replace(id, 'i-1'), { body }), 'InvalidInstanceID.Malformed');
    for (const other of [{ region: 'eu-west-1' }, { account: '210987654321' }]) {
      await expectRefusal(api.as(other).own(method, path, { body }), 'InvalidInstanceID.NotFound');
    }
  });

  test('a body where none belongs is refused, and fields that it does not know are', async () => {
    const api = await startOnNetns();
    const { path, body } = await prepare(api, await launchSpot(api));
    await expectRefusal(api.own(method, path, { body: { ...body, Nonsense: 1 } }), unknownField);
  });
});

function arn({ account, region }: Scope, id: string): string {
  return `arn:aws:ec2:${region}:${account}:instance/${id}`;
}
