/**
 * ImportKeyPair: what a name and a key may be, and what is kept of them.
 * How keys are read and fingerprinted is tested in `public-key.test.ts`.
 */

import { expect, test } from 'vitest';
import { ED25519_KEY, expectRefusal, launch, START_MS, startTestApi } from '../../testing.ts';

const PublicKeyMaterial = Buffer.from(`${ED25519_KEY} me@laptop`);

test.each([
  ['MissingParameter', { PublicKeyMaterial }],
  ['MissingParameter', { KeyName: '', PublicKeyMaterial }],
  ['MissingParameter', { KeyName: 'k' }],
  ['InvalidParameterValue', { KeyName: 'clé', PublicKeyMaterial }],
  ['InvalidParameterValue', { KeyName: 'k'.repeat(256), PublicKeyMaterial }],
  ['InvalidKey.Format', { KeyName: 'k', PublicKeyMaterial: Buffer.from('ssh-rsa AAAA') }],
  [
    'InvalidParameterValue',
    { KeyName: 'k', PublicKeyMaterial, TagSpecifications: [{ ResourceType: 'vpc', Tags: [{ Key: 'a', Value: '' }] }] },
  ],
])('%s for %j, and no key pair is made', async (code, input) => {
  const api = await startTestApi();
  await expectRefusal(api.call('ImportKeyPair', input), code);
  expect((await api.call('DescribeKeyPairs')).KeyPairs).toEqual([]);
});

test('a key pair has the name that it was given, an id of its own, and its fingerprint', async () => {
  const api = await startTestApi();
  const TagSpecifications = [{ ResourceType: 'key-pair', Tags: [{ Key: 'team', Value: 'blue' }] }];
  const imported = await api.call('ImportKeyPair', { KeyName: 'my key', PublicKeyMaterial, TagSpecifications });
  expect(imported).toEqual({
    KeyFingerprint: 'z3uHRo3S6FQMgiTXzQPJFSzJgydLcBizUY2xxxSSpd0=',
    KeyName: 'my key',
    KeyPairId: expect.stringMatching(/^key-[0-9a-f]{17}$/),
    Tags: [{ Key: 'team', Value: 'blue' }],
  });
  const stored = await api.inStore((tx) => tx.documents.find('key-pair', api.scope, 'my key'));
  expect(stored).toMatchObject({ PublicKey: ED25519_KEY, CreateTime: new Date(START_MS).toISOString() });
  await launch(api, { KeyName: 'my key' });
});

test('a name is taken once in an account and Region', async () => {
  const api = await startTestApi();
  await api.call('ImportKeyPair', { KeyName: 'k', PublicKeyMaterial });
  await expectRefusal(
    api.call('ImportKeyPair', { KeyName: 'k', PublicKeyMaterial }),
    'InvalidKeyPair.Duplicate',
    'The keypair already exists',
  );
  await api.as({ region: 'eu-west-1' }).call('ImportKeyPair', { KeyName: 'k', PublicKeyMaterial });
  await api.as({ account: '210987654321' }).call('ImportKeyPair', { KeyName: 'k', PublicKeyMaterial });
});

test('the Query form: the material is base64', async () => {
  const api = await startTestApi();
  const material = encodeURIComponent(PublicKeyMaterial.toString('base64'));
  const xml = await api.query(
    `Action=ImportKeyPair&KeyName=k&PublicKeyMaterial=${material}&TagSpecification.1.ResourceType=key-pair&TagSpecification.1.Tag.1.Key=a&TagSpecification.1.Tag.1.Value=b`,
  );
  expect(xml).toContain('<keyName>k</keyName>');
  expect(xml).toContain('<keyFingerprint>z3uHRo3S6FQMgiTXzQPJFSzJgydLcBizUY2xxxSSpd0=</keyFingerprint>');
  expect(xml).toContain('<tagSet><item><key>a</key><value>b</value></item></tagSet>');
});
