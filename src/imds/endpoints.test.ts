/** Which endpoints of an instance are open, for each combination of what decides it. */

import { expect, test } from 'vitest';
import { openEndpoints } from './endpoints.ts';
import { desiredInstance } from './testing.ts';

test.each(['stopped', 'terminated'] as const)('an instance that is %s has no endpoint', (run) => {
  const options = { HttpProtocolIpv4: 'enabled', HttpProtocolIpv6: 'enabled' } as const;
  expect(openEndpoints(desiredInstance({ run, options }))).toEqual({ ipv4: false, ipv6: false });
});

test('By default, the IPv4 endpoint is enabled and the IPv6 endpoint is disabled', () => {
  expect(openEndpoints(desiredInstance())).toEqual({ ipv4: true, ipv6: false });
});

test.each([
  ['enabled', 'enabled'],
  ['disabled', 'enabled'],
  ['enabled', 'disabled'],
  ['disabled', 'disabled'],
] as const)('HttpProtocolIpv4=%s, HttpProtocolIpv6=%s', (HttpProtocolIpv4, HttpProtocolIpv6) => {
  expect(openEndpoints(desiredInstance({ options: { HttpProtocolIpv4, HttpProtocolIpv6 } }))).toEqual({
    ipv4: HttpProtocolIpv4 === 'enabled',
    ipv6: HttpProtocolIpv6 === 'enabled',
  });
});

test('HttpEndpoint=disabled leaves them open, to answer 403 at once', () => {
  expect(openEndpoints(desiredInstance({ options: { HttpEndpoint: 'disabled' } }))).toEqual({
    ipv4: true,
    ipv6: false,
  });
});
