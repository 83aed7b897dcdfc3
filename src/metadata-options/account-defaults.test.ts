/** Proves how an account's defaults are set, kept and taken away. */

import { describe, expect, test } from 'vitest';
import type { AccountMetadataDefaults } from '../model.ts';
import { modifyDefaults } from './account-defaults.ts';

const ALL_SET: AccountMetadataDefaults = {
  HttpTokens: 'required',
  HttpPutResponseHopLimit: 3,
  HttpEndpoint: 'enabled',
  InstanceMetadataTags: 'disabled',
  HttpTokensEnforced: 'enabled',
};

test('an account that never set anything has no preference', () => {
  expect(modifyDefaults({}, {})).toEqual({});
});

test('each default can be set', () => {
  expect(modifyDefaults({}, ALL_SET)).toEqual(ALL_SET);
});

test.each([
  ['HttpTokens', 'no-preference'],
  ['HttpPutResponseHopLimit', -1],
  ['HttpEndpoint', 'no-preference'],
  ['InstanceMetadataTags', 'no-preference'],
  ['HttpTokensEnforced', 'no-preference'],
] as const)('%s=%s takes the default away and leaves the others', (option, nothing) => {
  const { [option]: _gone, ...others } = ALL_SET;
  const defaults = modifyDefaults(ALL_SET, { [option]: nothing });
  expect(defaults).toEqual(others);
  expect(defaults).not.toHaveProperty(option);
});

test('a default that the request does not name stays', () => {
  expect(modifyDefaults(ALL_SET, {})).toEqual(ALL_SET);
  expect(modifyDefaults(ALL_SET, { HttpTokens: 'optional' })).toEqual({ ...ALL_SET, HttpTokens: 'optional' });
});

test('HttpTokensEnforced may be enabled while the default of HttpTokens is not required', () => {
  expect(modifyDefaults({}, { HttpTokensEnforced: 'enabled' })).toEqual({ HttpTokensEnforced: 'enabled' });
});

describe('values that are not legal', () => {
  test.each([0, -2, 65, 1.5])('a default hop limit of %s', (hops) => {
    expect(() => modifyDefaults({}, { HttpPutResponseHopLimit: hops })).toThrow(
      `A value of '${hops}' is not valid for HttpPutResponseHopLimit. Specify a value between 1 and 64, or -1 for no preference, and try again.`,
    );
  });

  test.each(['', 'v2', 'no_preference'])("a default HttpTokens of '%s'", (value) => {
    expect(() => modifyDefaults({}, { HttpTokens: value })).toThrow(
      expect.objectContaining({
        code: 'InvalidParameterValue',
        message: `A value of '${value}' is not valid for HttpTokens. Specify 'optional', 'required' or 'no-preference' and try again.`,
      }),
    );
  });

  test.each(['HttpEndpoint', 'InstanceMetadataTags', 'HttpTokensEnforced'] as const)('a default %s', (option) => {
    expect(() => modifyDefaults({}, { [option]: 'yes' })).toThrow(
      `A value of 'yes' is not valid for ${option}. Specify 'enabled', 'disabled' or 'no-preference' and try again.`,
    );
  });
});

test('what was there before is not changed in place', () => {
  const before = Object.freeze({ ...ALL_SET });
  modifyDefaults(before, { HttpTokens: 'no-preference', HttpPutResponseHopLimit: -1 });
  expect(before).toEqual(ALL_SET);
});
