/**
 * Which of an instance's two metadata endpoints are there at all (aws-behaviour 1.1).
 *
 * An endpoint that is not there does not answer: connecting fails. That is another matter than HttpEndpoint=disabled,
 * which leaves the endpoints open and makes each request end in 403 (`respond.ts`).
 */

import type { DesiredInstance } from '../model.ts';

export type OpenEndpoints = { ipv4: boolean; ipv6: boolean };

/**
 * rule: protocol-endpoints
 *   The IPv4 endpoint of the metadata service is on by default and the IPv6 endpoint is off; each can be turned on and
 *   off. A stopped instance has neither.
 */
export function openEndpoints({ run, instance }: Pick<DesiredInstance, 'run' | 'instance'>): OpenEndpoints {
  const { HttpProtocolIpv4, HttpProtocolIpv6 } = instance.MetadataOptions;
  return {
    ipv4: run === 'running' && HttpProtocolIpv4 === 'enabled',
    ipv6: run === 'running' && HttpProtocolIpv6 === 'enabled',
  };
}
