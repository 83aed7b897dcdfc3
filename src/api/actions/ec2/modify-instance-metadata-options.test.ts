/**
 * ModifyInstanceMetadataOptions: what it changes, what it leaves, and when the change counts as applied.
 */

import { expect, test } from 'vitest';
import { connectHost } from '../../../hosts/connect-host.ts';
import { expectRefusal, launch, START_MS, startTestApi, type TestApi } from '../../testing.ts';

/** What a host does: it brings about all that is desired, and says so. */
async function hostCatchesUp(api: TestApi): Promise<void> {
  const host = connectHost(api.store, () => START_MS, 'local');
  const { instances } = await host.desiredAfter(0, 100);
  await host.acknowledge(
    instances.map(({ instance, revision, run }) => ({
      InstanceId: instance.InstanceId,
      revision,
      ...(run === 'running' && { endpoints: { ipv4: 'http://127.1.0.1:1338' } }),
    })),
  );
}

async function optionsOf(api: TestApi, InstanceId: string) {
  const { Reservations } = await api.call('DescribeInstances', { InstanceIds: [InstanceId] });
  return Reservations?.[0]?.Instances?.[0]?.MetadataOptions;
}

test('the answer says pending, and the instance is described with applied once its host has applied the change', async () => {
  const api = await startTestApi();
  const InstanceId = await launch(api);
  await hostCatchesUp(api);
  expect(await optionsOf(api, InstanceId)).toMatchObject({ State: 'applied', HttpTokens: 'optional' });
  const answer = await api.call('ModifyInstanceMetadataOptions', {
    InstanceId,
    HttpEndpoint: 'enabled',
    HttpTokens: 'required',
  });
  expect(answer).toMatchObject({ InstanceId, InstanceMetadataOptions: { State: 'pending', HttpTokens: 'required' } });
  await hostCatchesUp(api);
  expect(await optionsOf(api, InstanceId)).toMatchObject({ State: 'applied', HttpTokens: 'required' });
});

test('a stopped instance takes the change at its next start', async () => {
  const api = await startTestApi();
  const InstanceId = await launch(api);
  await hostCatchesUp(api);
  await api.call('StopInstances', { InstanceIds: [InstanceId] });
  await hostCatchesUp(api);
  await api.call('ModifyInstanceMetadataOptions', { InstanceId, HttpEndpoint: 'disabled' });
  await hostCatchesUp(api);
  expect(await optionsOf(api, InstanceId)).toMatchObject({ State: 'pending', HttpEndpoint: 'disabled' });
  await api.call('StartInstances', { InstanceIds: [InstanceId] });
  await hostCatchesUp(api);
  expect(await optionsOf(api, InstanceId)).toMatchObject({ State: 'applied', HttpEndpoint: 'disabled' });
});

test('what it is not told stays as it was', async () => {
  const api = await startTestApi();
  const InstanceId = await launch(api, {
    MetadataOptions: { HttpEndpoint: 'enabled', HttpTokens: 'required', HttpPutResponseHopLimit: 7 },
  });
  await api.call('ModifyInstanceMetadataOptions', { InstanceId, HttpEndpoint: 'enabled', HttpProtocolIpv6: 'enabled' });
  expect(await optionsOf(api, InstanceId)).toMatchObject({
    HttpTokens: 'required',
    HttpPutResponseHopLimit: 7,
    HttpProtocolIpv6: 'enabled',
  });
});

test('a request that changes nothing is not pending, and no host hears of it', async () => {
  const api = await startTestApi();
  const InstanceId = await launch(api);
  await hostCatchesUp(api);
  let woken = 0;
  api.store.subscribe(() => woken++);
  const { InstanceMetadataOptions } = await api.call('ModifyInstanceMetadataOptions', {
    InstanceId,
    HttpEndpoint: 'enabled',
  });
  expect(InstanceMetadataOptions?.State).toBe('applied');
  expect(woken).toBe(0);
});

test('while HttpTokensEnforced is enabled: not to optional, but other options may be modified', async () => {
  const api = await startTestApi();
  const InstanceId = await launch(api);
  await api.call('ModifyInstanceMetadataDefaults', { HttpTokensEnforced: 'enabled' });
  const modify = (options: object) =>
    api.call('ModifyInstanceMetadataOptions', { InstanceId, HttpEndpoint: 'enabled', ...options });
  await expectRefusal(
    modify({ HttpTokens: 'optional' }),
    'UnsupportedOperation',
    "You can't launch instances with IMDSv1 because httpTokensEnforced is enabled for this account. Either launch the instance with httpTokens=required or contact your account owner to disable httpTokensEnforced using the ModifyInstanceMetadataDefaults API or the account settings in the EC2 console.",
  );
  await modify({ HttpPutResponseHopLimit: 4 });
  expect(await optionsOf(api, InstanceId)).toMatchObject({ HttpTokens: 'optional', HttpPutResponseHopLimit: 4 });
});

test('tags cannot be let into the metadata while one has a key that does not fit', async () => {
  const api = await startTestApi();
  const InstanceId = await launch(api);
  await api.call('CreateTags', { Resources: [InstanceId], Tags: [{ Key: 'Patch Group', Value: 'a' }] });
  const enable = { InstanceId, HttpEndpoint: 'enabled', InstanceMetadataTags: 'enabled' };
  await expectRefusal(
    api.call('ModifyInstanceMetadataOptions', enable),
    'InvalidParameterValue',
    "'Patch Group' is not a valid tag key. Tag keys must match pattern ([0-9a-zA-Z\\\\-_+=,.@:]{1,255}), and must not be a reserved name ('.', '..', '_index')",
  );
});

test('a terminated instance cannot be modified', async () => {
  const api = await startTestApi();
  const InstanceId = await launch(api);
  await api.call('TerminateInstances', { InstanceIds: [InstanceId] });
  const modify = () => api.call('ModifyInstanceMetadataOptions', { InstanceId, HttpEndpoint: 'disabled' });
  await expectRefusal(modify(), 'IncorrectInstanceState');
  await hostCatchesUp(api);
  await expectRefusal(modify(), 'IncorrectInstanceState');
});

test('ids that are malformed, unknown or missing', async () => {
  const api = await startTestApi();
  const modify = (InstanceId?: string) =>
    api.call('ModifyInstanceMetadataOptions', { InstanceId, HttpEndpoint: 'enabled' });
  await expectRefusal(modify('ma1'), 'InvalidInstanceID.Malformed', 'Invalid id: "ma1"');
  await expectRefusal(
    modify('i-00000000'),
    'InvalidInstanceID.NotFound',
    "The instance ID 'i-00000000' does not exist",
  );
  await expectRefusal(modify(), 'MissingParameter', 'The request must contain the parameter InstanceId');
});

test('--rules: HttpTokens without HttpEndpoint is rejected as the page says, and accepted as AWS does today', async () => {
  const api = await startTestApi();
  const InstanceId = await launch(api);
  const request = { InstanceId, HttpTokens: 'required' };
  await expectRefusal(
    api.call('ModifyInstanceMetadataOptions', request),
    'InvalidParameterValue',
    "The HttpEndpoint is not set to 'enabled' in this request. To specify a value for HttpTokens, set HttpEndpoint to 'enabled'.",
  );
  await api.as({ rules: 'current' }).call('ModifyInstanceMetadataOptions', request);
  expect(await optionsOf(api, InstanceId)).toMatchObject({ HttpTokens: 'required' });
});
