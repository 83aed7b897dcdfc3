/** Proves what a change to an existing instance's options does, with the page's own examples first. */

import { describe, expect, test } from 'vitest';
import type { MetadataOptions, MetadataOptionsRequest } from '../model.ts';
import { type Circumstances, modifyOptions } from './modify.ts';

const CURRENT: MetadataOptions = {
  HttpTokens: 'optional',
  HttpPutResponseHopLimit: 2,
  HttpEndpoint: 'enabled',
  HttpProtocolIpv4: 'enabled',
  HttpProtocolIpv6: 'disabled',
  InstanceMetadataTags: 'disabled',
};

const USUAL: Circumstances = { account: {}, instanceType: { Hypervisor: 'nitro' }, tags: [], rules: 'page' };

function modify(request: MetadataOptionsRequest, current: Partial<MetadataOptions> = {}, circumstances = USUAL) {
  return modifyOptions({ ...CURRENT, ...current }, request, circumstances);
}

describe("the page's examples", () => {
  test('To require the use of IMDSv2, set http-tokens to required', () => {
    expect(modify({ HttpTokens: 'required', HttpEndpoint: 'enabled' })).toEqual({ ...CURRENT, HttpTokens: 'required' });
  });

  test('To change the PUT response hop limit, set http-put-response-hop-limit', () => {
    expect(modify({ HttpPutResponseHopLimit: 3, HttpEndpoint: 'enabled' })).toEqual({
      ...CURRENT,
      HttpPutResponseHopLimit: 3,
    });
  });

  test('To restore the use of IMDSv1 on an instance using IMDSv2, set http-tokens to optional', () => {
    expect(modify({ HttpTokens: 'optional', HttpEndpoint: 'enabled' }, { HttpTokens: 'required' })).toEqual(CURRENT);
  });

  test('To turn on the IPv6 endpoint for your instance, set http-protocol-ipv6 to enabled', () => {
    expect(modify({ HttpProtocolIpv6: 'enabled', HttpEndpoint: 'enabled' })).toEqual({
      ...CURRENT,
      HttpProtocolIpv6: 'enabled',
    });
  });

  test('To turn off access to instance metadata, set http-endpoint to disabled', () => {
    expect(modify({ HttpEndpoint: 'disabled' })).toEqual({ ...CURRENT, HttpEndpoint: 'disabled' });
  });

  test('You can reverse this change at any time by enabling the HTTP endpoint, and the other options are as before', () => {
    const before = { HttpTokens: 'required', HttpPutResponseHopLimit: 5 } as const;
    expect(modify({ HttpEndpoint: 'enabled' }, { ...before, HttpEndpoint: 'disabled' })).toEqual({
      ...CURRENT,
      ...before,
    });
  });
});

test('A request without any option succeeds and changes nothing', () => {
  expect(modify({})).toEqual(CURRENT);
});

test('Account defaults and the AMI never touch an existing instance', () => {
  const account = { HttpTokens: 'required', HttpPutResponseHopLimit: 9, InstanceMetadataTags: 'enabled' } as const;
  expect(modify({ HttpEndpoint: 'enabled' }, {}, { ...USUAL, account })).toEqual(CURRENT);
});

test('HttpTokens=required with InstanceMetadataTags=enabled and no HttpEndpoint is accepted today, the other options kept', () => {
  const request = { HttpTokens: 'required', InstanceMetadataTags: 'enabled' } as const;
  expect(modify(request, {}, { ...USUAL, rules: 'current' })).toEqual({ ...CURRENT, ...request });
});

test('an illegal value is rejected before anything else', () => {
  expect(() => modify({ HttpTokens: 'maybe' })).toThrow("A value of 'maybe' is not valid for HttpTokens.");
});
