/** Addresses within the console: what they say, and that what is written is what is read. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hrefOf, matchPath, readRoute } from './route.ts';

describe('an address', () => {
  test.each([
    ['', 'us-east-1', ''],
    ['#/', 'us-east-1', ''],
    ['#/eu-west-1', 'eu-west-1', ''],
    ['#/eu-west-1/instances', 'eu-west-1', 'instances'],
    ['#/us-gov-west-1/instances/i-0', 'us-gov-west-1', 'instances/i-0'],
    // Without a Region it is no address of the console.
    ['#/instances', 'us-east-1', ''],
    ['#/eu-west-1/%E0%A4%A', 'eu-west-1', '%E0%A4%A'],
  ])('%j is in %s at %j', (hash, region, path) => {
    expect(readRoute(hash)).toMatchObject({ region, path });
  });

  test('that was written is read as it was meant', () => {
    const segment = fc.string({ minLength: 1 }).filter((text) => !text.includes('/'));
    fc.assert(
      fc.property(segment, fc.string(), (name, value) => {
        const route = readRoute(hrefOf('eu-west-1', `policies/${name}`, { text: value }));
        expect(route).toMatchObject({ region: 'eu-west-1', path: `policies/${name}` });
        expect(route.query.get('text')).toBe(value);
      }),
    );
  });
});

describe('a path of a page', () => {
  test('takes another path for no match', () => {
    expect(matchPath('instances', 'launch')).toBeUndefined();
    expect(matchPath('instances', 'instances/i-0')).toBeUndefined();
    expect(matchPath('instances/:InstanceId', 'instances')).toBeUndefined();
  });

  test('gives the values of its names', () => {
    expect(matchPath('instances', 'instances')).toEqual({});
    expect(matchPath('instances/:InstanceId', 'instances/i-0')).toEqual({ InstanceId: 'i-0' });
  });
});
