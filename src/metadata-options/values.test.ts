/** Proves which values the metadata options may have, in AWS's words for those that they may not. */

import { describe, expect, test } from 'vitest';
import { readOptions } from './values.ts';

const SWITCHES = ['HttpEndpoint', 'HttpProtocolIpv4', 'HttpProtocolIpv6', 'InstanceMetadataTags'] as const;

function refusal(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('HttpEndpoint, HttpProtocolIpv4, HttpProtocolIpv6 and InstanceMetadataTags are enabled or disabled', () => {
  test.each(SWITCHES)("an empty %s: A value of '' is not valid", (option) => {
    expect(refusal(() => readOptions({ [option]: '' }))).toMatchObject({
      code: 'InvalidParameterValue',
      status: 400,
      message: `A value of '' is not valid for ${option}. Specify either 'enabled' or 'disabled' and try again.`,
    });
  });

  test.each(SWITCHES)('%s is case-sensitive and knows no other word', (option) => {
    for (const value of ['Enabled', 'true', 'on', ' enabled', 'no-preference', 'optional', 'constructor']) {
      expect(refusal(() => readOptions({ [option]: value }))).toMatchObject({
        code: 'InvalidParameterValue',
        message: expect.stringContaining(`A value of '${value}' is not valid for ${option}.`),
      });
    }
  });

  test.each(SWITCHES)('%s can be enabled and disabled', (option) => {
    expect(readOptions({ [option]: 'enabled' })).toEqual({ [option]: 'enabled' });
    expect(readOptions({ [option]: 'disabled' })).toEqual({ [option]: 'disabled' });
  });
});

describe('HttpTokens is optional or required', () => {
  test.each(['', 'Required', 'enabled', 'no-preference', 'v2.0'])(
    "A value of '%s' is not valid for HttpTokens",
    (value) => {
      expect(refusal(() => readOptions({ HttpTokens: value }))).toMatchObject({
        code: 'InvalidParameterValue',
        message: `A value of '${value}' is not valid for HttpTokens. Specify either 'optional' or 'required' and try again.`,
      });
    },
  );

  test('both values are accepted', () => {
    expect(readOptions({ HttpTokens: 'optional' })).toEqual({ HttpTokens: 'optional' });
    expect(readOptions({ HttpTokens: 'required' })).toEqual({ HttpTokens: 'required' });
  });
});

describe('HttpPutResponseHopLimit is a whole number from 1 to 64', () => {
  test.each([0, -1, 65, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31])(
    'a hop limit of %s is out of range',
    (hops) => {
      expect(refusal(() => readOptions({ HttpPutResponseHopLimit: hops }))).toMatchObject({
        code: 'InvalidParameterValue',
        status: 400,
        message: `A value of '${hops}' is not valid for HttpPutResponseHopLimit. Specify a value between 1 and 64 and try again.`,
      });
    },
  );

  test('every number from 1 to 64 is accepted', () => {
    for (let hops = 1; hops <= 64; hops++) {
      expect(readOptions({ HttpPutResponseHopLimit: hops })).toEqual({ HttpPutResponseHopLimit: hops });
    }
  });
});

test('an option that was not given is left out', () => {
  expect(Object.keys(readOptions({}))).toEqual([]);
  expect(Object.keys(readOptions({ HttpTokens: undefined, HttpEndpoint: 'enabled' }))).toEqual(['HttpEndpoint']);
});

test('of several illegal values the first in the order of the API is named', () => {
  expect(refusal(() => readOptions({ HttpEndpoint: 'x', HttpTokens: 'y', HttpPutResponseHopLimit: 0 }))).toMatchObject({
    message: expect.stringContaining('HttpTokens'),
  });
});
