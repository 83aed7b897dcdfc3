/** What holds for every action of our own API: who may not, cannot, and changes nothing. One without a case fails here. */

import { expect, test } from 'vitest';
import type { OwnRoute } from '../../own-call.ts';
import { denyEverything, expectRefusal, launch, startTestApi, type TestApi } from '../../testing.ts';
import { ownRoutes } from './index.ts';

/** Prepares the account; what to ask for, and with which body. */
type Case = (api: TestApi) => Promise<[path: string, body?: object]>;

const faultsOf = (body?: object): Case => {
  return async (api) => {
    const path = `instances/${await launch(api)}/faults`;
    await api.own('PATCH', path, { LatencyMs: 1 });
    return body ? [path, body] : [path];
  };
};

const CASES: Record<string, Case> = {
  'openimds:ClearInstanceFaults': faultsOf(),
  'openimds:GetInstanceFaults': faultsOf(),
  'openimds:ListInstances': async () => ['instances'],
  'openimds:ModifyInstanceFaults': faultsOf({ LatencyMs: 2, ExpireTokens: true }),
};

test('every action has a case, and every case an action', () => {
  expect(Object.keys(CASES).sort()).toEqual(ownRoutes.map(({ action }) => action).sort());
});

test.each(ownRoutes.map(({ action, method }) => [action, method] as const))(
  '%s: who may not, cannot; who may is judged for this action, and only %s but GET changes something',
  async (action, method: OwnRoute['method']) => {
    const api = await startTestApi();
    const [path, body] = (await CASES[action]?.(api)) ?? [''];
    const before = await instancesIn(api);
    await expectRefusal(api.as({ judge: denyEverything }).own(method, path, body), 'UnauthorizedOperation');
    expect(await instancesIn(api)).toEqual(before);
    const asked: string[] = [];
    const judge: Parameters<TestApi['as']>[0]['judge'] = async (question) => {
      asked.push(question.action, ...question.resources);
      return { allowed: true };
    };
    await api.as({ judge }).own(method, path, body);
    const id = /i-[0-9a-f]{17}/.exec(path)?.[0];
    expect(asked).toEqual([action, id ? `arn:aws:ec2:us-east-1:123456789012:instance/${id}` : '*']);
    if (method === 'GET') expect(await instancesIn(api)).toEqual(before);
    else expect(await instancesIn(api)).not.toEqual(before);
  },
);

function instancesIn({ inStore, scope }: TestApi): Promise<unknown> {
  return inStore((tx) => tx.instances.page(scope, { limit: 1000, where: [] }));
}
