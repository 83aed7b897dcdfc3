/** Proves what HttpTokensEnforced stops, at launch and at modify, and what it leaves alone. */

import { describe, expect, test } from 'vitest';
import type { AccountMetadataDefaults, MetadataOptions, MetadataOptionsRequest } from '../model.ts';
import { launchOptions } from './launch.ts';
import { modifyOptions } from './modify.ts';

const ENFORCED: AccountMetadataDefaults = { HttpTokensEnforced: 'enabled' };
const IMDSV1: MetadataOptions = {
  HttpTokens: 'optional',
  HttpPutResponseHopLimit: 1,
  HttpEndpoint: 'enabled',
  HttpProtocolIpv4: 'enabled',
  HttpProtocolIpv6: 'disabled',
  InstanceMetadataTags: 'disabled',
};
const SURROUNDINGS = { instanceType: { Hypervisor: 'nitro' }, tags: [], rules: 'page' } as const;

const REFUSAL = expect.objectContaining({
  code: 'UnsupportedOperation',
  status: 400,
  message:
    "You can't launch instances with IMDSv1 because httpTokensEnforced is enabled for this account. Either launch the instance with httpTokens=required or contact your account owner to disable httpTokensEnforced using the ModifyInstanceMetadataDefaults API or the account settings in the EC2 console.",
});

function launch(request: MetadataOptionsRequest, account: AccountMetadataDefaults) {
  return launchOptions({ request, account, image: {}, ...SURROUNDINGS });
}

function modify(current: MetadataOptions, request: MetadataOptionsRequest, account = ENFORCED) {
  return modifyOptions(current, request, { account, ...SURROUNDINGS });
}

describe('launch', () => {
  test("You can't launch instances with IMDSv1 because httpTokensEnforced is enabled for this account", () => {
    expect(() => launch({ HttpEndpoint: 'enabled', HttpTokens: 'optional' }, ENFORCED)).toThrow(REFUSAL);
  });

  test('enforced while the default is not required: a launch that says nothing fails too', () => {
    expect(() => launch({}, ENFORCED)).toThrow(REFUSAL);
    expect(() => launch({}, { ...ENFORCED, HttpTokens: 'optional' })).toThrow(REFUSAL);
  });

  test('it looks at HttpTokens alone: a launch without any endpoint fails as well', () => {
    expect(() => launch({ HttpEndpoint: 'disabled' }, ENFORCED)).toThrow(REFUSAL);
  });

  test('required satisfies it, whoever says so', () => {
    expect(launch({ HttpEndpoint: 'enabled', HttpTokens: 'required' }, ENFORCED).HttpTokens).toBe('required');
    expect(launch({}, { ...ENFORCED, HttpTokens: 'required' }).HttpTokens).toBe('required');
  });

  test('disabled, and not set, enforce nothing', () => {
    expect(launch({}, { HttpTokensEnforced: 'disabled' }).HttpTokens).toBe('optional');
    expect(launch({}, {}).HttpTokens).toBe('optional');
  });
});

describe('modify', () => {
  const imdsv2: MetadataOptions = { ...IMDSV1, HttpTokens: 'required' };

  test('enforced and optional: rejected with the words for a launch', () => {
    expect(() => modify(imdsv2, { HttpEndpoint: 'enabled', HttpTokens: 'optional' })).toThrow(REFUSAL);
    expect(() => modify(IMDSV1, { HttpEndpoint: 'enabled', HttpTokens: 'optional' })).toThrow(REFUSAL);
  });

  test('enforced, existing IMDSv1 instance: untouched, its other options may be modified', () => {
    expect(modify(IMDSV1, { HttpEndpoint: 'enabled', HttpPutResponseHopLimit: 4 })).toEqual({
      ...IMDSV1,
      HttpPutResponseHopLimit: 4,
    });
  });

  test('not enforced: IMDSv1 may be restored', () => {
    expect(modify(imdsv2, { HttpEndpoint: 'enabled', HttpTokens: 'optional' }, {})).toEqual(IMDSV1);
  });
});
