/**
 * Public addresses: who gets one, that it is nobody else's, and that there is an end to them.
 */

import { expect, test } from 'vitest';
import type { Instance } from '../../model.ts';
import { PUBLIC_POOL, withoutPublicAddress } from '../../public-addresses.ts';
import { sampleInstance } from '../../store/testing.ts';
import { expectRefusal, startTestApi, type TestApi } from '../testing.ts';
import { givePublicAddresses } from './public.ts';

/** An instance that is to have a public address. */
function addressed(): Instance {
  const instance = sampleInstance();
  const [primary, ...others] = instance.NetworkInterfaces;
  return { ...instance, NetworkInterfaces: [{ ...primary, AssociatePublicIpAddress: true }, ...others] };
}

const give = (api: TestApi, ...instances: Instance[]) => api.inStore((tx) => givePublicAddresses(tx, instances));
/** As it is done once they have stopped. */
async function release(api: TestApi, ...instances: Instance[]): Promise<Instance[]> {
  const ids = instances.map(({ InstanceId }) => InstanceId);
  await api.inStore((tx) => tx.addresses.release(ids, PUBLIC_POOL));
  return instances.map(withoutPublicAddress);
}
const addressesOf = (instances: Instance[]) => instances.map(({ NetworkInterfaces: [primary] }) => primary.PublicIp);

test('an instance that is to have none gets none, and has none to lose', async () => {
  const api = await startTestApi();
  const instance = sampleInstance();
  expect(await give(api, instance)).toEqual([instance]);
  expect(await release(api, instance)).toEqual([instance]);
});

test('each instance gets one of its own, and keeps it when it is asked again', async () => {
  const api = await startTestApi();
  const given = await give(api, addressed(), sampleInstance(), addressed());
  expect(addressesOf(given)).toEqual(['198.18.0.1', undefined, '198.18.0.2']);
  expect(await give(api, ...given)).toEqual(given);
  expect(addressesOf(await give(api, addressed()))).toEqual(['198.18.0.3']);
});

test('what is taken back is not in the instance any more, and goes to others, but last', async () => {
  const api = await startTestApi();
  const given = await give(api, addressed(), addressed());
  expect(addressesOf(await release(api, ...given))).toEqual([undefined, undefined]);
  expect(addressesOf(await give(api, ...(await release(api, ...given))))).toEqual(['198.18.0.3', '198.18.0.4']);
});

test('other addresses of an instance stay its own', async () => {
  const api = await startTestApi();
  const [given] = await give(api, addressed());
  const { InstanceId = '', SubnetId = '' } = given ?? {};
  await api.inStore((tx) => tx.addresses.take(SubnetId, { first: 4, last: 9 }, [InstanceId]));
  await release(api, given as Instance);
  expect(await api.inStore((tx) => tx.addresses.ownerOf(SubnetId, 4))).toBe(InstanceId);
});

test('there are as many as the range for benchmarks has, and no more', async () => {
  const api = await startTestApi();
  const greedy = Array<Instance>(131_070).fill(addressed());
  const given = await api.inStore((tx) => givePublicAddresses(tx, greedy));
  expect(addressesOf(given).at(-1)).toBe('198.19.255.254');
  await expectRefusal(
    give(api, addressed()),
    'InsufficientAddressCapacity',
    'Not enough available addresses to satisfy your minimum request.',
  );
}, 60_000);
