/** Proves what holds of launchOptions and modifyOptions whatever they are given: legal and illegal requests alike. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AwsError } from '../aws-errors.ts';
import type { AccountMetadataDefaults, MetadataOptions, MetadataOptionsRequest, OptionRules } from '../model.ts';
import { launchOptions } from './launch.ts';
import { type Circumstances, modifyOptions } from './modify.ts';
import { readOptions } from './values.ts';

const tokens = fc.constantFrom('optional', 'required');
const onOff = fc.constantFrom('enabled', 'disabled');
const hops = fc.integer({ min: 1, max: 64 });
const word = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom('enabled', 'disabled', 'optional', 'required') },
  fc.string(),
);

const options: fc.Arbitrary<MetadataOptions> = fc.record({
  HttpTokens: tokens,
  HttpPutResponseHopLimit: hops,
  HttpEndpoint: onOff,
  HttpProtocolIpv4: onOff,
  HttpProtocolIpv6: onOff,
  InstanceMetadataTags: onOff,
});

const legalRequest: fc.Arbitrary<MetadataOptionsRequest> = fc.record(
  {
    HttpTokens: tokens,
    HttpPutResponseHopLimit: hops,
    HttpEndpoint: fc.constantFrom('enabled', 'enabled', 'enabled', 'disabled'),
    HttpProtocolIpv4: onOff,
    HttpProtocolIpv6: onOff,
    InstanceMetadataTags: onOff,
  },
  { requiredKeys: [] },
);

const anyRequest: fc.Arbitrary<MetadataOptionsRequest> = fc.oneof(
  legalRequest,
  fc.record(
    {
      HttpTokens: word,
      HttpPutResponseHopLimit: fc.oneof(hops, fc.double(), fc.integer()),
      HttpEndpoint: word,
      HttpProtocolIpv4: word,
      HttpProtocolIpv6: word,
      InstanceMetadataTags: word,
    },
    { requiredKeys: [] },
  ),
);

const account: fc.Arbitrary<AccountMetadataDefaults> = fc.record(
  {
    HttpTokens: tokens,
    HttpPutResponseHopLimit: hops,
    HttpEndpoint: onOff,
    InstanceMetadataTags: onOff,
    HttpTokensEnforced: onOff,
  },
  { requiredKeys: [] },
);

const circumstances: fc.Arbitrary<Circumstances> = fc.record({
  account,
  instanceType: fc.record({ Hypervisor: fc.constantFrom('nitro', 'nitro', 'xen') }),
  tags: fc.array(fc.record({ Key: fc.oneof(fc.constantFrom('Name', 'Patch Group', '..'), fc.string()) }), {
    maxLength: 3,
  }),
  rules: fc.constantFrom<OptionRules>('page', 'current'),
});

const image = fc.constantFrom({}, { ImdsSupport: 'v2.0' as const });

/** The result, or undefined for an AwsError; anything else that is thrown fails the test. */
function decided<T>(decide: () => T): T | undefined {
  try {
    return decide();
  } catch (error) {
    expect(error).toBeInstanceOf(AwsError);
    return undefined;
  }
}

function expectLegal(result: MetadataOptions): void {
  expect(readOptions(result)).toEqual(result);
  expect(Object.keys(result).sort()).toEqual([
    'HttpEndpoint',
    'HttpProtocolIpv4',
    'HttpProtocolIpv6',
    'HttpPutResponseHopLimit',
    'HttpTokens',
    'InstanceMetadataTags',
  ]);
}

test('a launch gives a complete set of legal options or an AwsError', () => {
  fc.assert(
    fc.property(anyRequest, image, circumstances, (request, ami, around) => {
      const result = decided(() => launchOptions({ request, image: ami, ...around }));
      if (!result) return;
      expectLegal(result);
      expect(result).toMatchObject(request);
      if (around.account.HttpTokensEnforced === 'enabled') expect(result.HttpTokens).toBe('required');
      if (around.instanceType.Hypervisor === 'xen') expect(result.HttpProtocolIpv6).toBe('disabled');
    }),
  );
});

test('what --rules page accepts, --rules current accepts with the same result', () => {
  fc.assert(
    fc.property(options, anyRequest, circumstances, (current, request, around) => {
      const page = decided(() => modifyOptions(current, request, { ...around, rules: 'page' }));
      if (page) expect(modifyOptions(current, request, { ...around, rules: 'current' })).toEqual(page);
    }),
  );
});

test('what modify is not told stays as it was, what it is told is so', () => {
  fc.assert(
    fc.property(options, anyRequest, circumstances, (current, request, around) => {
      const result = decided(() => modifyOptions(current, request, around));
      if (result) expect(result).toEqual({ ...current, ...request });
    }),
  );
});

test('modify twice = modify once', () => {
  fc.assert(
    fc.property(options, legalRequest, circumstances, (current, request, around) => {
      const once = decided(() => modifyOptions(current, request, around));
      if (once) expect(modifyOptions(once, request, around)).toEqual(once);
    }),
  );
});

test('modify never changes what it is given', () => {
  fc.assert(
    fc.property(options, anyRequest, circumstances, (current, request, around) => {
      const before = structuredClone({ current, request, around });
      const result = decided(() => modifyOptions(current, request, around));
      expect({ current, request, around }).toEqual(before);
      expect(result).not.toBe(current);
    }),
  );
});

test('a modification gives a complete set of legal options or an AwsError', () => {
  fc.assert(
    fc.property(options, anyRequest, circumstances, (current, request, around) => {
      const result = decided(() => modifyOptions(current, request, around));
      if (result) expectLegal(result);
    }),
  );
});
