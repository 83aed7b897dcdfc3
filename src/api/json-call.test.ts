/**
 * What holds for every action of the services that speak JSON, walked over their table: who may not, cannot.
 *
 * An action without a case below fails here. Organizations has a walk of its own, beside its actions.
 */

import { describe, expect, test } from 'vitest';
import { jsonServices } from './json-call.ts';
import {
  denyEverything,
  ED25519_KEY,
  expectRefusal,
  launch,
  makeSshSigner,
  startTestApi,
  type TestApi,
  write,
} from './testing.ts';

/** Prepares the account and returns the least that the action needs. */
const CASES: Record<string, (api: TestApi) => Promise<object>> = {
  'AWSEC2InstanceConnectService.SendSSHPublicKey': async (api) => {
    await makeSshSigner(api);
    const InstanceId = await launch(api);
    await write(api, InstanceId, { State: 'running' });
    return { InstanceId, InstanceOSUser: 'ec2-user', SSHPublicKey: ED25519_KEY };
  },
};

const targets = Object.entries(jsonServices)
  .filter(([, { name }]) => name !== 'organizations')
  .flatMap(([prefix, { actions }]) => Object.keys(actions).map((name) => `${prefix}.${name}`));

test('every action has a case', () => {
  expect(Object.keys(CASES).sort()).toEqual(targets.sort());
});

test('an operation that a service does not have: UnknownOperationException', async () => {
  const api = await startTestApi();
  for (const operation of ['Nothing', 'constructor']) {
    await expectRefusal(api.json(`AWSEC2InstanceConnectService.${operation}`, {}), 'UnknownOperationException');
  }
});

describe.each(targets)('%s', (target) => {
  test('is denied to whom the policies deny it, and changes nothing', async () => {
    const api = await startTestApi();
    const body = await CASES[target]?.(api);
    const everything = () => api.inStore((tx) => tx.instances.page(api.scope, { limit: 1000, where: [] }));
    const before = await everything();
    await expectRefusal(api.as({ judge: denyEverything }).json(target, body), 'AccessDeniedException');
    expect(await everything()).toEqual(before);
    await api.json(target, body);
    expect(await everything()).not.toEqual(before);
  });
});
