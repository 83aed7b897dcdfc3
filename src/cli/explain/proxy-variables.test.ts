/**
 * Which environments lead requests for metadata to a proxy.
 */

import { expect, test } from 'vitest';
import { proxyVariableFor } from './proxy-variables.ts';

const HOSTS = ['169.254.169.254', 'fd00:ec2::254'];

test('an environment without a proxy leads to none', () => {
  expect(proxyVariableFor({}, HOSTS)).toBeUndefined();
  expect(proxyVariableFor({ http_proxy: '', https_proxy: 'http://proxy:3128' }, HOSTS)).toBeUndefined();
});

test.each(['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'])('%s does', (name) => {
  expect(proxyVariableFor({ [name]: 'http://proxy:3128' }, HOSTS)).toBe(name);
});

test.each([
  '*',
  '169.254.169.254,fd00:ec2::254',
  'localhost, 169.254.169.254 [fd00:ec2::254]',
  '169.254.0.0/16,fd00:ec2::/32',
  '169.254.169.254/16,fd00:ec2::254/128',
])('no_proxy=%s excepts the metadata service', (exceptions) => {
  for (const name of ['no_proxy', 'NO_PROXY']) {
    expect(proxyVariableFor({ http_proxy: 'http://proxy:3128', [name]: exceptions }, HOSTS)).toBeUndefined();
  }
});

test.each(['', 'localhost', '169.254.169.254', '169.254.169.25', '10.0.0.0/8,fd00::/8', '169.254.169.254/33'])(
  'no_proxy=%s does not, or only one of its endpoints',
  (exceptions) => {
    expect(proxyVariableFor({ http_proxy: 'http://proxy:3128', no_proxy: exceptions }, HOSTS)).toBe('http_proxy');
  },
);
