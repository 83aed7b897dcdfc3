/** Proves that the IPv6 endpoint needs a Nitro instance type, at launch and at modify. */

import { expect, test } from 'vitest';
import { findInstanceType } from '../catalogue/instance-types.ts';
import type { MetadataOptionsRequest } from '../model.ts';
import { launchOptions } from './launch.ts';
import { modifyOptions } from './modify.ts';

const IPV6 = { HttpEndpoint: 'enabled', HttpProtocolIpv6: 'enabled' };
const REFUSAL = expect.objectContaining({
  code: 'UnsupportedOperation',
  status: 400,
  message: 'The HttpProtocolIpv6 metadata option cannot be enabled for Xen-backed instance types.',
});

function launch(name: string, request: MetadataOptionsRequest) {
  const instanceType = findInstanceType(name);
  if (!instanceType) throw new Error(`no such type: ${name}`);
  return launchOptions({ request, account: {}, image: {}, instanceType, tags: [], rules: 'page' });
}

function modify(name: string, request: MetadataOptionsRequest) {
  const instanceType = findInstanceType(name);
  if (!instanceType) throw new Error(`no such type: ${name}`);
  return modifyOptions(launch(name, {}), request, { account: {}, instanceType, tags: [], rules: 'page' });
}

test.each(['c3.large', 'm3.medium', 't2.micro', 'm4.large', 'i3.large'])(
  'The HttpProtocolIpv6 metadata option cannot be enabled for Xen-backed instance types: %s',
  (name) => {
    expect(() => launch(name, IPV6)).toThrow(REFUSAL);
    expect(() => modify(name, IPV6)).toThrow(REFUSAL);
  },
);

test.each(['t3.large', 'm5.large', 'c7g.medium', 'i3.metal', 'm7i.metal-24xl'])(
  'The IPv6 endpoint for IMDS is accessible on instances built on the Nitro System: %s',
  (name) => {
    expect(launch(name, IPV6).HttpProtocolIpv6).toBe('enabled');
    expect(modify(name, IPV6).HttpProtocolIpv6).toBe('enabled');
  },
);

test('a Xen instance may say that it wants no IPv6 endpoint, and every other option', () => {
  expect(
    launch('c3.large', { HttpEndpoint: 'enabled', HttpTokens: 'required', HttpProtocolIpv6: 'disabled' }),
  ).toMatchObject({ HttpTokens: 'required', HttpProtocolIpv6: 'disabled' });
});
