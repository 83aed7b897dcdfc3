/**
 * What `--listen` takes and refuses, and, first of all, which addresses count as loopback: others must never be able to
 * use the test keys.
 */

import { describe, expect, test } from 'vitest';
import { clientUrlOf, isLoopback, parseListen, urlOf } from './listen-address.ts';

describe('--listen', () => {
  test.each([
    '',
    '4566',
    ':4566',
    '127.0.0.1',
    '127.0.0.1:',
    '127.0.0.1:65536',
    '127.0.0.1:-1',
    '127.0.0.1:4566 ',
    '127.0.0.256:4566',
    'example.com:4566',
    '::1:4566',
    '[127.0.0.1]:4566',
    '[::1]',
    'http://127.0.0.1:4566',
  ])('`%s` is refused', (text) => {
    expect(() => parseListen(text)).toThrow(/^(It takes an address|A port is|`.*` is not an IP address)/);
  });

  test.each([
    ['127.0.0.1:4566', { host: '127.0.0.1', port: 4566 }],
    ['0.0.0.0:0', { host: '0.0.0.0', port: 0 }],
    ['[::1]:4566', { host: '::1', port: 4566 }],
    ['localhost:80', { host: '127.0.0.1', port: 80 }],
  ])('`%s` is taken', (text, address) => {
    expect(parseListen(text)).toEqual(address);
  });
});

test.each([
  ['0.0.0.0', false],
  ['192.0.2.1', false],
  ['::', false],
  ['fe80::1', false],
  ['::ffff:7f00:1', false],
  ['127.0.0.1', true],
  ['127.9.9.9', true],
  ['::1', true],
  ['0:0:0:0:0:0:0:1', true],
])('whether only this machine reaches %s: %s', (host, expected) => {
  expect(isLoopback({ host, port: 4566 })).toBe(expected);
});

test('an IPv6 address stands in brackets', () => {
  expect(urlOf({ host: '::1', port: 4566 })).toBe('http://[::1]:4566');
});

test('what listens everywhere is reached at the loopback address', () => {
  expect(clientUrlOf({ host: '0.0.0.0', port: 1 })).toBe('http://127.0.0.1:1');
  expect(clientUrlOf({ host: '::', port: 1 })).toBe('http://[::1]:1');
  expect(clientUrlOf({ host: '192.0.2.1', port: 1 })).toBe('http://192.0.2.1:1');
});
