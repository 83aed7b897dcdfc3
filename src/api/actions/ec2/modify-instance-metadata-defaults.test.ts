/**
 * ModifyInstanceMetadataDefaults and GetInstanceMetadataDefaults: per account and Region, what is not set is left out.
 */

import { expect, test } from 'vitest';
import { expectRefusal, launch, startTestApi } from '../../testing.ts';

test('nothing is set at first, and what is not set is left out', async () => {
  const api = await startTestApi();
  expect(await api.call('GetInstanceMetadataDefaults')).toEqual({ AccountLevel: { ManagedBy: 'account' } });
});

test('what is set is read back, by the names of the wire too, and no-preference takes it away', async () => {
  const api = await startTestApi();
  await api.query(
    'Action=ModifyInstanceMetadataDefaults&HttpTokens=required&HttpPutResponseHopLimit=2&InstanceMetadataTags=enabled&HttpTokensEnforced=enabled',
  );
  expect(await api.call('GetInstanceMetadataDefaults')).toEqual({
    AccountLevel: {
      HttpTokens: 'required',
      HttpPutResponseHopLimit: 2,
      InstanceMetadataTags: 'enabled',
      HttpTokensEnforced: 'enabled',
      ManagedBy: 'account',
    },
  });
  await api.call('ModifyInstanceMetadataDefaults', { HttpTokens: 'no-preference', HttpPutResponseHopLimit: -1 });
  const { AccountLevel } = await api.call('GetInstanceMetadataDefaults');
  expect(AccountLevel).toEqual({
    InstanceMetadataTags: 'enabled',
    HttpTokensEnforced: 'enabled',
    ManagedBy: 'account',
  });
});

test('per account and per Region', async () => {
  const api = await startTestApi();
  await api.call('ModifyInstanceMetadataDefaults', { HttpTokens: 'required' });
  for (const other of [{ account: '999999999999' }, { region: 'eu-west-1' }]) {
    expect(await api.as(other).call('GetInstanceMetadataDefaults')).toEqual({ AccountLevel: { ManagedBy: 'account' } });
  }
});

test('an illegal value changes nothing', async () => {
  const api = await startTestApi();
  const modify = api.call('ModifyInstanceMetadataDefaults', { HttpTokens: 'required', HttpPutResponseHopLimit: 65 });
  await expectRefusal(modify, 'InvalidParameterValue');
  expect(await api.call('GetInstanceMetadataDefaults')).toEqual({ AccountLevel: { ManagedBy: 'account' } });
});

test('existing instances keep their options; while enforced, only launches that require IMDSv2 succeed', async () => {
  const api = await startTestApi();
  const id = await launch(api);
  await api.call('ModifyInstanceMetadataDefaults', { HttpTokensEnforced: 'enabled' });
  const { Reservations } = await api.call('DescribeInstances', { InstanceIds: [id] });
  expect(Reservations?.[0]?.Instances?.[0]?.MetadataOptions?.HttpTokens).toBe('optional');
  await expectRefusal(launch(api), 'UnsupportedOperation');
  await launch(api, { MetadataOptions: { HttpEndpoint: 'enabled', HttpTokens: 'required' } });
  await api.call('ModifyInstanceMetadataDefaults', { HttpTokens: 'required' });
  await launch(api);
});
