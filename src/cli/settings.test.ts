/**
 * How the values of flags and variables are read: the wrong ones first, with what people are told about them, then the
 * right ones.
 */

import { expect, test } from 'vitest';
import { defaultStateDirectory, parseAddress, parseNumber, parsePort, parseSwitch, parseThrottle } from './settings.ts';

test.each(['', '-1', '1.5', '65536', '0x10', 'http', '1e3'])('`%s` is no port', (text) => {
  expect(() => parsePort(text)).toThrow('A port is a number from 0 to 65535.');
});

test('a port', () => {
  expect(parsePort('0')).toBe(0);
  expect(parsePort('65535')).toBe(65_535);
});

test.each(['', '-1', '1e3', '0x10', '.', 'ten', 'Infinity'])('`%s` is no number', (text) => {
  expect(() => parseNumber(text)).toThrow('It takes a number.');
});

test.each([
  ['0', 0],
  ['500', 500],
  ['0.25', 0.25],
  ['.5', 0.5],
])('`%s` is the number %d', (text, expected) => {
  expect(parseNumber(text)).toBe(expected);
});

test.each(['', 'maybe', '2', 'enabled'])('`%s` is neither true nor false', (text) => {
  expect(() => parseSwitch(text)).toThrow('It takes true or false.');
});

test.each([
  ['false', false],
  ['0', false],
  ['No', false],
  ['off', false],
  ['true', true],
  ['1', true],
  ['YES', true],
  ['on', true],
])('`%s` is %s', (text, expected) => {
  expect(parseSwitch(text)).toBe(expected);
});

test.each(['', '-1', '1.5', '1000001', '1e3', 'maybe'])('`%s` is no number of packets', (text) => {
  expect(() => parseThrottle(text)).toThrow('It takes packets a second, from 2 to 1000000, or true or false.');
});

test.each([
  ['false', undefined],
  ['0', undefined],
  ['true', 1024],
  ['1', 1024],
  ['2', 2],
  ['1000000', 1_000_000],
])('`%s` lets through so many packets a second: %s', (text, expected) => {
  expect(parseThrottle(text)).toBe(expected);
});

test.each(['', '127.0.0.1:4566', 'ftp://127.0.0.1', 'http://127.0.0.1/path', 'http://127.0.0.1?a=b', 'http://me@host'])(
  '`%s` is no address of a control plane',
  (text) => {
    expect(() => parseAddress(text)).toThrow('It takes an address such as http://127.0.0.1:4566.');
  },
);

test('the address of a control plane has no final slash', () => {
  expect(parseAddress('http://127.0.0.1:4566/')).toBe('http://127.0.0.1:4566');
  expect(parseAddress('https://[::1]')).toBe('https://[::1]');
});

test('state is kept where XDG_STATE_HOME says, else in ~/.local/state', () => {
  expect(defaultStateDirectory({ XDG_STATE_HOME: '/var/state' })).toBe('/var/state/openimds');
  expect(defaultStateDirectory({})).toMatch(/\/\.local\/state\/openimds$/);
});
