/** An instance's metadata through the API: who is refused, which paths can be asked for, and what the host says. */

import { expect, test } from 'vitest';
import { denyEverything, expectRefusal, launch, startTestApi } from '../../testing.ts';
import type { GotMetadata } from './get-instance-metadata.ts';
import { hostOf } from './testing.ts';

/** Two instances, of which the host runs the first one. */
async function withInstances() {
  const api = await startTestApi();
  const [id, other] = [await launch(api), await launch(api)];
  const host = hostOf([id]);
  const observed = api.as({ hosts: (name) => (name === 'local' ? host : undefined) });
  const of = (InstanceId: string, Path?: string) =>
    observed.own<GotMetadata>('GET', `instances/${InstanceId}/metadata`, Path === undefined ? {} : { query: { Path } });
  return { api, id, other, of };
}

test('who may not does not learn whether the instance runs', async () => {
  const { api, other } = await withInstances();
  const denied = api.as({ judge: denyEverything });
  await expectRefusal(denied.own('GET', `instances/${other}/metadata`), 'UnauthorizedOperation');
});

test('an instance that does not run has no metadata', async () => {
  const { other, of } = await withInstances();
  const message = `This instance '${other}' is not in a state from which it can be asked for its metadata.`;
  await expectRefusal(of(other), 'IncorrectInstanceState', message);
});

test('a host that cannot be asked', async () => {
  const { api, id } = await withInstances();
  await expectRefusal(api.own('GET', `instances/${id}/metadata`), 'Unavailable');
});

test.each(['', 'latest', 'http://169.254.169.254/latest/', `/${'x'.repeat(1024)}`])(
  'the path %j is refused',
  async (path) => {
    const { id, of } = await withInstances();
    const message = 'the value of `Path` must begin with a slash and have at most 1024 characters';
    await expectRefusal(of(id, path), 'InvalidParameterValue', message);
  },
);

test('what is there, and what is not; all of it where no path is named', async () => {
  const { id, of } = await withInstances();
  const entry = { Name: 'user-data', Path: '/latest/user-data' };
  expect(await of(id)).toEqual({ InstanceId: id, Path: '/latest/', Status: 200, Entries: [entry] });
  expect(await of(id, entry.Path)).toEqual({ InstanceId: id, Path: entry.Path, Status: 200, Value: 'hello' });
  expect(await of(id, '/x')).toEqual({ InstanceId: id, Path: '/x', Status: 404 });
});
