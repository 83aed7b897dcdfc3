/** Proves what must stand beside HttpEndpoint in a request, by both sets of rules, at launch and at modify. */

import { describe, expect, test } from 'vitest';
import type { MetadataOptions, MetadataOptionsRequest, OptionRules, Switch } from '../model.ts';
import { launchOptions } from './launch.ts';
import { modifyOptions } from './modify.ts';

const CURRENT: MetadataOptions = {
  HttpTokens: 'optional',
  HttpPutResponseHopLimit: 1,
  HttpEndpoint: 'enabled',
  HttpProtocolIpv4: 'enabled',
  HttpProtocolIpv6: 'disabled',
  InstanceMetadataTags: 'disabled',
};

const NITRO = { Hypervisor: 'nitro' } as const;

/** The same request as a launch in an account with this default, and as a change to an instance with this endpoint. */
const WAYS = {
  launch: (request: MetadataOptionsRequest, rules: OptionRules, HttpEndpoint: Switch = 'enabled') =>
    launchOptions({ request, account: { HttpEndpoint }, image: {}, instanceType: NITRO, tags: [], rules }),
  modify: (request: MetadataOptionsRequest, rules: OptionRules, HttpEndpoint: Switch = 'enabled') =>
    modifyOptions({ ...CURRENT, HttpEndpoint }, request, { account: {}, instanceType: NITRO, tags: [], rules }),
};

const OTHERS: MetadataOptionsRequest[] = [
  { HttpTokens: 'required' },
  { HttpTokens: 'optional' },
  { HttpPutResponseHopLimit: 3 },
  { HttpProtocolIpv4: 'disabled' },
  { HttpProtocolIpv6: 'enabled' },
  { InstanceMetadataTags: 'enabled' },
];
const NAMED = OTHERS.slice(0, 3);
const UNNAMED = OTHERS.slice(3);

function notEnabled(request: MetadataOptionsRequest) {
  const option = Object.keys(request).find((name) => name !== 'HttpEndpoint');
  return expect.objectContaining({
    code: 'InvalidParameterValue',
    status: 400,
    message: `The HttpEndpoint is not set to 'enabled' in this request. To specify a value for ${option}, set HttpEndpoint to 'enabled'.`,
  });
}

describe.each(['launch', 'modify'] as const)('%s', (way) => {
  const decide = WAYS[way];

  test.each(NAMED)('When you specify a value for %o, you must also set HttpEndpoint to enabled', (request) => {
    expect(() => decide(request, 'page')).toThrow(notEnabled(request));
  });

  test('the log says which flag accepts HttpTokens alone, the caller is not told', () => {
    expect(() => decide({ HttpTokens: 'required' }, 'page')).toThrow(
      expect.objectContaining({
        cause: expect.stringContaining('--rules current'),
        message: expect.not.stringContaining('--rules'),
      }),
    );
  });

  test.each(NAMED)('today AWS accepts %o alone where the endpoint is enabled (--rules current)', (request) => {
    expect(decide(request, 'current')).toEqual({ ...CURRENT, ...request });
  });

  test.each(OTHERS)('%o beside HttpEndpoint=enabled is accepted by both rules', (request) => {
    const whole = { HttpEndpoint: 'enabled', ...request };
    for (const rules of ['page', 'current'] as const) {
      for (const before of ['enabled', 'disabled'] as const) {
        expect(decide(whole, rules, before)).toEqual({ ...CURRENT, ...request });
      }
    }
  });

  test.each(UNNAMED)(
    '%o alone is accepted by both rules: the page asks for HttpEndpoint only beside HttpTokens and the hop limit',
    (request) => {
      for (const rules of ['page', 'current'] as const)
        expect(decide(request, rules)).toEqual({ ...CURRENT, ...request });
    },
  );

  test.each(OTHERS)('HttpEndpoint=disabled with %o is rejected by both rules', (request) => {
    for (const rules of ['page', 'current'] as const) {
      expect(() => decide({ HttpEndpoint: 'disabled', ...request }, rules)).toThrow(notEnabled(request));
    }
  });

  test.each(OTHERS)('%o alone is rejected by both rules where the endpoint would stay disabled', (request) => {
    for (const rules of ['page', 'current'] as const) {
      expect(() => decide(request, rules, 'disabled')).toThrow(notEnabled(request));
    }
  });

  test('HttpEndpoint alone, and no option at all, are accepted by both rules', () => {
    for (const rules of ['page', 'current'] as const) {
      expect(decide({ HttpEndpoint: 'disabled' }, rules)).toEqual({ ...CURRENT, HttpEndpoint: 'disabled' });
      expect(decide({ HttpEndpoint: 'enabled' }, rules, 'disabled')).toEqual(CURRENT);
      expect(decide({}, rules)).toEqual(CURRENT);
    }
  });
});
