/** From declarative policies, as they are written, to an account's defaults. */

import { describe, expect, test } from 'vitest';
import { managedDefaults } from './declarative-policy.ts';
import { effectivePolicy } from './policy-inheritance.ts';
import { readDeclarativePolicy } from './read-declarative-policy.ts';

/** What one policy with these attributes makes of an account. */
function managed(...attributes: object[]) {
  return managedDefaults(
    effectivePolicy(attributes.map((ec2_attributes) => [readDeclarativePolicy(JSON.stringify({ ec2_attributes }))])),
  );
}

const assigned = (settings: Record<string, string | number>) =>
  Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, { '@@assign': value }]));

describe('a declarative policy manages nothing', () => {
  test.each([
    [{}],
    [{ exception_message: { '@@assign': 'ask us' } }],
    [{ serial_console_access: { status: { '@@assign': 'disabled' } } }],
    [{ instance_metadata_defaults: {} }],
  ])('when it says nothing of metadata: %j', (attributes) => {
    expect(managed(attributes)).toBeUndefined();
  });

  test('when there is none', () => {
    expect(managedDefaults({})).toBeUndefined();
  });
});

describe('a declarative policy can set an organization’s defaults', () => {
  test('all of them, in EC2’s names', () => {
    const settings = assigned({
      http_tokens: 'required',
      http_put_response_hop_limit: '2',
      http_endpoint: 'enabled',
      instance_metadata_tags: 'disabled',
      http_tokens_enforced: 'enabled',
    });
    expect(managed({ instance_metadata_defaults: settings })).toEqual({
      defaults: {
        HttpTokens: 'required',
        HttpPutResponseHopLimit: 2,
        HttpEndpoint: 'enabled',
        InstanceMetadataTags: 'disabled',
        HttpTokensEnforced: 'enabled',
      },
    });
  });

  test('what it does not name, or has no preference for, is not set', () => {
    expect(managed({ instance_metadata_defaults: assigned({ http_endpoint: 'disabled' }) })).toEqual({
      defaults: { HttpEndpoint: 'disabled' },
    });
    const none = assigned({
      http_tokens: 'no_preference',
      http_put_response_hop_limit: '-1',
      http_endpoint: 'no_preference',
      instance_metadata_tags: 'no_preference',
      http_tokens_enforced: 'no_preference',
    });
    expect(managed({ instance_metadata_defaults: none })).toEqual({ defaults: {} });
  });

  test.each([
    ['1', 1],
    [64, 64],
    ['64', 64],
    [-1, undefined],
  ])('the hop limit %j, as a number or as text', (hops, HttpPutResponseHopLimit) => {
    const { defaults } = managed({ instance_metadata_defaults: assigned({ http_put_response_hop_limit: hops }) }) ?? {};
    expect(defaults?.HttpPutResponseHopLimit).toBe(HttpPutResponseHopLimit);
  });

  test('with its exception message, which may come from another level', () => {
    const defaults = { instance_metadata_defaults: assigned({ http_tokens: 'required' }) };
    const message = { exception_message: { '@@assign': 'ask us' } };
    const result = { defaults: { HttpTokens: 'required' }, message: 'ask us' };
    expect(managed({ ...defaults, ...message })).toEqual(result);
    expect(managed(message, defaults)).toEqual(result);
  });
});
