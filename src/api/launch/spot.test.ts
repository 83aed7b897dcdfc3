/**
 * Spot instances: what a launch may ask of them, in AWS's words, and what tells them from others.
 */

import { describe, expect, test } from 'vitest';
import { EXAMPLE_IMAGE, expectRefusal, launch, startTestApi, type TestApi } from '../testing.ts';

const MINIMAL = { ImageId: EXAMPLE_IMAGE, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 };

const spot = (SpotOptions?: object) => ({ InstanceMarketOptions: { MarketType: 'spot', SpotOptions } });

async function launched(api: TestApi, input: object) {
  const id = await launch(api, input);
  const [instance] = await api.inStore((tx) => tx.instances.get(api.scope, [id]));
  return instance;
}

test('an instance is on-demand where the launch says nothing of a market, or says so', async () => {
  const api = await startTestApi();
  for (const input of [{}, { InstanceMarketOptions: { MarketType: 'on-demand' } }]) {
    const instance = await launched(api, input);
    for (const field of ['InstanceLifecycle', 'SpotInstanceRequestId', 'SpotInstanceType']) {
      expect(instance).not.toHaveProperty(field);
    }
  }
});

describe('what is refused', () => {
  const unsupported = (type: string, behavior: string) =>
    `The request with type '${type}' is not supported when instanceInterruptionBehavior is set to '${behavior}'.`;

  test.each([
    [
      spot({ SpotInstanceType: 'one-time', InstanceInterruptionBehavior: 'stop' }),
      'InvalidParameterCombination',
      unsupported('one-time', 'stop'),
    ],
    [
      spot({ InstanceInterruptionBehavior: 'hibernate' }),
      'InvalidParameterCombination',
      unsupported('null', 'hibernate'),
    ],
    [
      { ...spot(), HibernationOptions: { Configured: true } },
      'InvalidParameterCombination',
      unsupported('null', 'hibernate'),
    ],
    [
      spot({ SpotInstanceType: 'persistent' }),
      'InvalidParameterCombination',
      'The terminate InstanceInterruptionBehavior is not supported when requestType is set to persistent.',
    ],
    [
      {
        ...spot({ SpotInstanceType: 'persistent', InstanceInterruptionBehavior: 'stop' }),
        HibernationOptions: { Configured: true },
      },
      'InvalidParameterCombination',
      undefined,
    ],
    [spot({ SpotInstanceType: 'always' }), 'InvalidParameterValue', "Invalid value 'always' for SpotInstanceType."],
    [
      spot({ InstanceInterruptionBehavior: 'reboot' }),
      'InvalidParameterValue',
      "Invalid value 'reboot' for InstanceInterruptionBehavior.",
    ],
    [{ InstanceMarketOptions: {} }, 'MissingParameter', undefined],
    [
      { InstanceMarketOptions: { MarketType: 'flea' } },
      'InvalidParameterValue',
      "Invalid value 'flea' for MarketType.",
    ],
    [
      { InstanceMarketOptions: { MarketType: 'capacity-block' } },
      'UnsupportedOperation',
      'openimds: the market type capacity-block is not offered (docs/scope.md)',
    ],
  ])('%j', async (input, code, message) => {
    const api = await startTestApi();
    await expectRefusal(api.call('RunInstances', { ...MINIMAL, ...input }), code, message);
  });
});

describe('a Spot instance', () => {
  test('is terminated when it is interrupted, unless the launch says otherwise', async () => {
    const api = await startTestApi();
    const accepted = { MaxPrice: '0.01', BlockDurationMinutes: 60, ValidUntil: new Date('2027-01-01T00:00:00Z') };
    expect(await launched(api, spot(accepted))).toMatchObject({
      InstanceLifecycle: 'spot',
      SpotInstanceRequestId: expect.stringMatching(/^sir-[a-z0-9]{8}$/),
      SpotInstanceType: 'one-time',
      InstanceInterruptionBehavior: 'terminate',
    });
    const stopping = { SpotInstanceType: 'persistent', InstanceInterruptionBehavior: 'stop' };
    expect(await launched(api, spot(stopping))).toMatchObject(stopping);
    const hibernating = { ...spot({ SpotInstanceType: 'persistent' }), HibernationOptions: { Configured: true } };
    expect(await launched(api, hibernating)).toMatchObject({ InstanceInterruptionBehavior: 'hibernate' });
  });

  test('has a request of its own, by which it is described and found', async () => {
    const api = await startTestApi();
    await launch(api);
    const { Instances } = await api.call('RunInstances', { ...MINIMAL, ...spot(), MaxCount: 2 });
    const [one, two] = Instances ?? [];
    expect(one?.InstanceLifecycle).toBe('spot');
    expect(one?.SpotInstanceRequestId).not.toBe(two?.SpotInstanceRequestId);
    const find = async (Name: string, value: string | undefined) => {
      const { Reservations } = await api.call('DescribeInstances', { Filters: [{ Name, Values: [value] }] });
      return (Reservations ?? []).flatMap((each) => each.Instances ?? []).map(({ InstanceId }) => InstanceId);
    };
    expect(await find('instance-lifecycle', 'spot')).toEqual([one?.InstanceId, two?.InstanceId]);
    expect(await find('spot-instance-request-id', two?.SpotInstanceRequestId)).toEqual([two?.InstanceId]);
  });
});

test('by a Query request with the names that go over the wire', async () => {
  const api = await startTestApi();
  const answer = await api.query(
    `Action=RunInstances&ImageId=${EXAMPLE_IMAGE}&InstanceType=t3.micro&MinCount=1&MaxCount=1&InstanceMarketOptions.MarketType=spot&InstanceMarketOptions.SpotOptions.SpotInstanceType=persistent&InstanceMarketOptions.SpotOptions.InstanceInterruptionBehavior=stop&InstanceMarketOptions.SpotOptions.ValidUntil=2027-01-01T00%3A00%3A00Z`,
  );
  expect(answer).toContain('<instanceLifecycle>spot</instanceLifecycle>');
  expect(answer).toMatch(/<spotInstanceRequestId>sir-[a-z0-9]{8}<\/spotInstanceRequestId>/);
});
