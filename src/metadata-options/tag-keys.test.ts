/** Proves which tag keys an instance may have while its tags are in its metadata. */

import { describe, expect, test } from 'vitest';
import type { MetadataOptions } from '../model.ts';
import { launchOptions } from './launch.ts';
import { modifyOptions } from './modify.ts';
import { checkTagKeys } from './tag-keys.ts';

const IN_METADATA = { InstanceMetadataTags: 'enabled' } as const;
const tagged = (...keys: string[]) => keys.map((Key) => ({ Key }));

test("'Patch Group' is not a valid tag key", () => {
  expect(() => checkTagKeys(IN_METADATA, tagged('Name', 'Patch Group', 'a/b'))).toThrow(
    expect.objectContaining({
      code: 'InvalidParameterValue',
      status: 400,
      message: String.raw`'Patch Group' is not a valid tag key. Tag keys must match pattern ([0-9a-zA-Z\\-_+=,.@:]{1,255}), and must not be a reserved name ('.', '..', '_index')`,
    }),
  );
});

test.each(['', ' ', 'a b', 'a/b', 'a\nb', 'a\n', 'ключ', 'a\\b', 'k8s.io/role', '.', '..', '_index', 'x'.repeat(256)])(
  'Tag keys must match the pattern and must not be a reserved name: %j',
  (key) => {
    expect(() => checkTagKeys(IN_METADATA, tagged(key))).toThrow(`'${key}' is not a valid tag key.`);
  },
);

test.each(['Name', 'a', '0', '...', '_', '_index2', '+-=.,_:@', 'aZ09', 'x'.repeat(255)])(
  'a legal tag key: %j',
  (key) => {
    expect(() => checkTagKeys(IN_METADATA, tagged(key))).not.toThrow();
  },
);

test('while the tags stay out of the metadata, any key will do', () => {
  expect(() => checkTagKeys({ InstanceMetadataTags: 'disabled' }, tagged('Patch Group', '..'))).not.toThrow();
});

describe('launch and modify ask the rule', () => {
  const instanceType = { Hypervisor: 'nitro' } as const;
  const tags = tagged('Patch Group');

  test('a launch with tags in metadata and a bad key fails, whoever enabled them', () => {
    const launch = { image: {}, instanceType, tags, rules: 'page' } as const;
    expect(() => launchOptions({ ...launch, request: IN_METADATA, account: {} })).toThrow('Patch Group');
    expect(() => launchOptions({ ...launch, request: {}, account: IN_METADATA })).toThrow('Patch Group');
    expect(() => launchOptions({ ...launch, request: {}, account: {} })).not.toThrow();
  });

  test('enabling tags in metadata on an instance with a bad key fails', () => {
    const current: MetadataOptions = launchOptions({
      request: {},
      account: {},
      image: {},
      instanceType,
      tags,
      rules: 'page',
    });
    const circumstances = { account: {}, instanceType, tags, rules: 'page' } as const;
    expect(() => modifyOptions(current, IN_METADATA, circumstances)).toThrow('Patch Group');
    expect(() => modifyOptions(current, { HttpEndpoint: 'enabled' }, circumstances)).not.toThrow();
  });
});
