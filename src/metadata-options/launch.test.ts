/**
 * Proves who decides each option of a new instance: the whole table of aws-behaviour 3.3, enforcement included.
 *
 * The expected values are written down here, not computed.
 */

import { describe, expect, test } from 'vitest';
import type { AccountMetadataDefaults, HttpTokens, MetadataOptionsRequest, Switch } from '../model.ts';
import { type Launch, launchOptions } from './launch.ts';

const NOTHING_SAID: Launch = {
  request: {},
  account: {},
  image: {},
  instanceType: { Hypervisor: 'nitro' },
  tags: [],
  rules: 'page',
};

const AMI_V2 = { ImdsSupport: 'v2.0' } as const;

function launch(said: Partial<Launch>) {
  return launchOptions({ ...NOTHING_SAID, ...said });
}

test('By default, the IPv4 endpoint is enabled and the IPv6 endpoint is disabled, tokens are optional, the hop limit is 1', () => {
  expect(launch({})).toEqual({
    HttpTokens: 'optional',
    HttpPutResponseHopLimit: 1,
    HttpEndpoint: 'enabled',
    HttpProtocolIpv4: 'enabled',
    HttpProtocolIpv6: 'disabled',
    InstanceMetadataTags: 'disabled',
  });
});

describe('HttpTokens', () => {
  type Row = [request: HttpTokens | '-', account: HttpTokens | '-', ami: 'v2.0' | '-', result: HttpTokens];
  const TABLE: Row[] = [
    ['required', '-', '-', 'required'],
    ['required', '-', 'v2.0', 'required'],
    ['required', 'optional', '-', 'required'],
    ['required', 'optional', 'v2.0', 'required'],
    ['required', 'required', '-', 'required'],
    ['required', 'required', 'v2.0', 'required'],
    ['optional', '-', '-', 'optional'],
    ['optional', '-', 'v2.0', 'optional'],
    ['optional', 'optional', '-', 'optional'],
    ['optional', 'optional', 'v2.0', 'optional'],
    ['optional', 'required', '-', 'optional'],
    ['optional', 'required', 'v2.0', 'optional'],
    ['-', '-', '-', 'optional'],
    ['-', '-', 'v2.0', 'required'],
    ['-', 'optional', '-', 'optional'],
    ['-', 'optional', 'v2.0', 'optional'],
    ['-', 'required', '-', 'required'],
    ['-', 'required', 'v2.0', 'required'],
  ];

  const said = ([request, account, ami]: Row, HttpTokensEnforced?: Switch): Partial<Launch> => ({
    request: request === '-' ? {} : { HttpEndpoint: 'enabled', HttpTokens: request },
    account: {
      ...(account !== '-' && { HttpTokens: account }),
      ...(HttpTokensEnforced && { HttpTokensEnforced }),
    },
    image: ami === '-' ? {} : AMI_V2,
  });

  test.each(TABLE)('launch %s, account %s, AMI %s: %s', (...row) => {
    expect(launch(said(row)).HttpTokens).toBe(row[3]);
    expect(launch(said(row, 'disabled')).HttpTokens).toBe(row[3]);
  });

  test.each(TABLE.filter((row) => row[3] === 'optional'))(
    'enforced, launch %s, account %s, AMI %s: rejected, because the result would be %s',
    (...row) => {
      expect(() => launch(said(row, 'enabled'))).toThrow(expect.objectContaining({ code: 'UnsupportedOperation' }));
    },
  );

  test.each(TABLE.filter((row) => row[3] === 'required'))(
    'enforced, launch %s, account %s, AMI %s: %s satisfies it',
    (...row) => {
      expect(launch(said(row, 'enabled')).HttpTokens).toBe('required');
    },
  );
});

describe('HttpPutResponseHopLimit', () => {
  type Row = [request: number | '-', account: number | '-', ami: 'v2.0' | '-', result: number];
  const TABLE: Row[] = [
    [3, '-', '-', 3],
    [3, '-', 'v2.0', 3],
    [3, 5, '-', 3],
    [3, 5, 'v2.0', 3],
    ['-', '-', '-', 1],
    ['-', '-', 'v2.0', 2],
    ['-', 5, '-', 5],
    ['-', 5, 'v2.0', 5],
    // AWS's own example: an account default of 1 wins over the 2 of the AMI.
    ['-', 1, 'v2.0', 1],
  ];

  test.each(TABLE)('launch %s, account %s, AMI %s: %s', (request, account, ami, result) => {
    const options = launch({
      request: request === '-' ? {} : { HttpEndpoint: 'enabled', HttpPutResponseHopLimit: request },
      account: account === '-' ? {} : { HttpPutResponseHopLimit: account },
      image: ami === '-' ? {} : AMI_V2,
    });
    expect(options.HttpPutResponseHopLimit).toBe(result);
  });

  test('an account default of HttpTokens=required leaves the hop limit at 1', () => {
    expect(launch({ account: { HttpTokens: 'required' } })).toMatchObject({
      HttpTokens: 'required',
      HttpPutResponseHopLimit: 1,
    });
  });
});

describe.each(['HttpEndpoint', 'InstanceMetadataTags'] as const)('%s', (option) => {
  const builtIn = option === 'HttpEndpoint' ? 'enabled' : 'disabled';
  const TABLE: [request: Switch | '-', account: Switch | '-', result: Switch][] = [
    ['enabled', '-', 'enabled'],
    ['enabled', 'enabled', 'enabled'],
    ['enabled', 'disabled', 'enabled'],
    ['disabled', '-', 'disabled'],
    ['disabled', 'enabled', 'disabled'],
    ['disabled', 'disabled', 'disabled'],
    ['-', '-', builtIn],
    ['-', 'enabled', 'enabled'],
    ['-', 'disabled', 'disabled'],
  ];

  test.each(TABLE)('launch %s, account %s: %s, whatever the AMI', (request, account, result) => {
    const said = {
      request: request === '-' ? {} : { [option]: request },
      account: account === '-' ? {} : { [option]: account },
    };
    expect(launch(said)[option]).toBe(result);
    expect(launch({ ...said, image: AMI_V2 })[option]).toBe(result);
  });
});

test('Each option is decided separately', () => {
  const request: MetadataOptionsRequest = { HttpEndpoint: 'enabled', HttpTokens: 'optional' };
  const account: AccountMetadataDefaults = { HttpTokens: 'required', InstanceMetadataTags: 'enabled' };
  expect(launch({ request, account, image: AMI_V2 })).toEqual({
    HttpTokens: 'optional',
    HttpPutResponseHopLimit: 2,
    HttpEndpoint: 'enabled',
    HttpProtocolIpv4: 'enabled',
    HttpProtocolIpv6: 'disabled',
    InstanceMetadataTags: 'enabled',
  });
});

test('You can choose to enable or disable the IPv4 and IPv6 endpoints at instance launch', () => {
  const both = { HttpEndpoint: 'enabled', HttpProtocolIpv4: 'enabled', HttpProtocolIpv6: 'enabled' };
  expect(launch({ request: both })).toMatchObject(both);
  const onlyIpv6 = { ...both, HttpProtocolIpv4: 'disabled' };
  expect(launch({ request: onlyIpv6 })).toMatchObject(onlyIpv6);
});

test('HttpTokensEnforced is no option of an instance', () => {
  expect(launch({ account: { HttpTokens: 'required', HttpTokensEnforced: 'enabled' } })).not.toHaveProperty(
    'HttpTokensEnforced',
  );
});
