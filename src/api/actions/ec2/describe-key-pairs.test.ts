/**
 * DescribeKeyPairs: by name, id and filter; the public key only for who asks for it.
 * How keys are read and fingerprinted is tested in `public-key.test.ts`.
 */

import { expect, test } from 'vitest';
import { ED25519_KEY, expectRefusal, START_MS, startTestApi, type TestApi } from '../../testing.ts';

async function importKeyPairs(api: TestApi, ...names: string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const KeyName of names) {
    const Tags = [{ Key: 'for', Value: KeyName }];
    const { KeyPairId = '' } = await api.call('ImportKeyPair', {
      KeyName,
      PublicKeyMaterial: Buffer.from(ED25519_KEY),
      TagSpecifications: [{ ResourceType: 'key-pair', Tags }],
    });
    ids.push(KeyPairId);
  }
  return ids;
}

const namesOf = async (api: TestApi, input: object) =>
  (await api.call('DescribeKeyPairs', input)).KeyPairs?.map(({ KeyName }) => KeyName);

test('a name or an id that does not exist is an error, whatever else is asked for', async () => {
  const api = await startTestApi();
  const [id] = await importKeyPairs(api, 'one');
  const other = api.as({ account: '210987654321' });
  expect(await namesOf(other, {})).toEqual([]);
  const noKey = "The key pair 'two' does not exist";
  await expectRefusal(api.call('DescribeKeyPairs', { KeyNames: ['one', 'two'] }), 'InvalidKeyPair.NotFound', noKey);
  await expectRefusal(
    other.call('DescribeKeyPairs', { KeyPairIds: [id] }),
    'InvalidKeyPair.NotFound',
    `The key pair ID '${id}' does not exist`,
  );
});

test('key pairs are described by name or id, and without their keys', async () => {
  const api = await startTestApi();
  const [first, second = ''] = await importKeyPairs(api, 'one', 'two', 'three');
  expect((await api.call('DescribeKeyPairs', { KeyNames: ['one'] })).KeyPairs).toEqual([
    {
      KeyPairId: first,
      KeyType: 'ed25519',
      Tags: [{ Key: 'for', Value: 'one' }],
      CreateTime: new Date(START_MS),
      KeyName: 'one',
      KeyFingerprint: 'z3uHRo3S6FQMgiTXzQPJFSzJgydLcBizUY2xxxSSpd0=',
    },
  ]);
  expect(await namesOf(api, { KeyPairIds: [second], KeyNames: ['three'] })).toEqual(['two', 'three']);
});

test('the public key is shown only if asked for', async () => {
  const api = await startTestApi();
  await importKeyPairs(api, 'one');
  const { KeyPairs } = await api.call('DescribeKeyPairs', { IncludePublicKey: true });
  expect(KeyPairs?.[0]?.PublicKey).toBe(`${ED25519_KEY} one`);
});

test.each([
  ['key-name', 't*', ['two', 'three']],
  ['fingerprint', 'z3uH*', ['one', 'two', 'three']],
  ['key-pair-id', 'key-*', ['one', 'two', 'three']],
  ['tag:for', 'two', ['two']],
  ['tag-key', 'nothing', []],
])('the filter %s=%s lets %j through', async (Name, value, names) => {
  const api = await startTestApi();
  await importKeyPairs(api, 'one', 'two', 'three');
  expect(await namesOf(api, { Filters: [{ Name, Values: [value] }] })).toEqual(names);
});

test('the Query form: KeyName.N, KeyPairId.N and the answer keySet', async () => {
  const api = await startTestApi();
  const [id] = await importKeyPairs(api, 'one', 'two');
  const xml = await api.query(`Action=DescribeKeyPairs&KeyName.1=one&KeyPairId.1=${id}`);
  expect(xml.match(/<keyName>/g)).toHaveLength(1);
  expect(xml).toMatch(/<keySet><item>.*<createTime>2026-11-23T10:00:00.000Z<\/createTime>.*<\/item><\/keySet>/);
});
