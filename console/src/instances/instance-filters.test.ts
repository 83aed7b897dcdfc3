/** The table's filter as DescribeInstances takes it, and as an address keeps it. */

import type { PropertyFilterProps } from '@cloudscape-design/components/property-filter';
import { describe, expect, test } from 'vitest';
import { filtersOf, readFilter, withProperties, writeFilter } from './instance-filters.ts';

type Token = PropertyFilterProps.Token;

const filter = (...tokens: Token[]): PropertyFilterProps.Query => ({ operation: 'and', tokens });
const token = (propertyKey: string, operator: string, value: unknown): Token =>
  ({ propertyKey, operator, value }) as Token;

describe('filters of the request', () => {
  test.each([
    ['=', 't3.micro', 't3.micro'],
    [':', 'micro', '*micro*'],
    ['^', 't3', 't3*'],
  ])('%s %s', (operator, value, expected) => {
    expect(filtersOf(filter(token('instance-type', operator, value)))).toEqual([
      { Name: 'instance-type', Values: [expected] },
    ]);
  });

  test('of several values one must match, and several tokens must all', () => {
    const tokens = [token('instance-state-name', '=', ['running', 'stopped']), token('tag:team', '=', 'blue')];
    expect(filtersOf(filter(...tokens))).toEqual([
      { Name: 'instance-state-name', Values: ['running', 'stopped'] },
      { Name: 'tag:team', Values: ['blue'] },
    ]);
  });

  test('what is a wildcard to EC2 is meant itself', () => {
    expect(filtersOf(filter(token('tag:Name', ':', 'a*b?c\\d')))).toEqual([
      { Name: 'tag:Name', Values: ['*a\\*b\\?c\\\\d*'] },
    ]);
  });
});

test.each([
  ['i-0123', token('instance-id', '^', 'i-0123')],
  ['ami-0abc', token('image-id', '^', 'ami-0abc')],
  ['web', token('tag:Name', ':', 'web')],
])('%s without a property', (value, expected) => {
  expect(withProperties(filter({ operator: ':', value }))).toEqual(filter(expected));
});

describe('in the address', () => {
  test('what is written is read', () => {
    const written = filter(
      token('tag:a/b&c=d#', ':', '"\\ü'),
      token('instance-state-name', '=', ['pending', 'running']),
    );
    expect(readFilter(writeFilter(written))).toEqual(written);
  });

  test.each([null, '', 'no JSON', '{}', '[1]', '[["a"]]', '[["a","<","b"]]', '[["a","=",{}]]', '[["a","=",[1]]]'])(
    '%s is no filter',
    (text) => expect(readFilter(text)).toEqual(filter()),
  );
});
