/**
 * What may pass in the namespace of a VPC, as a ruleset for `nft -f`.
 *
 *   from an instance's link ── source not of this link ──> dropped (AWS's source/destination check)
 *     to 169.254.169.254:80 ──> its metadata service      to fd00:ec2::254:80 ──> the same, while the option is enabled
 *     to 169.254.169.254:4566 ──> the control plane's API, where somebody listens
 *     to another instance of the VPC, or out ──> passed on     to anything else here ──> dropped
 *
 * All instances without an IPv4 address have the same one on their links, which the check takes for that of one of them: their
 * metadata services do not ask for it. A link whose IPv6 endpoint is disabled learns at once that there is no way to it.
 * Security groups are not enforced.
 */

import { API_PORT } from './netns-api-doors.ts';
import { IMDS_IPV4, IMDS_IPV6, LINK_LOCAL_IPV4 } from './netns-layout.ts';
import { UPLINK } from './netns-uplink.ts';

/** @param ipv6Devices the VPC's ends of links whose IPv6 endpoint is enabled */
export function vpcRuleset(ipv6Devices: readonly string[]): string {
  const elements =
    ipv6Devices.length === 0 ? '' : `elements = { ${ipv6Devices.map((name) => `"${name}"`).join(', ')} }`;
  return `
add table inet openimds
delete table inet openimds
table inet openimds {
  set ipv6_endpoints { type ifname; ${elements} }
  chain sources {
    type filter hook prerouting priority raw; policy accept;
    iifname "lo" accept
    ip6 saddr { ::, fe80::/10 } accept
    ip saddr ${LINK_LOCAL_IPV4} ip daddr ${IMDS_IPV4} tcp dport 80 accept
    fib saddr . iif oif missing drop
  }
  chain input {
    type filter hook input priority filter; policy drop;
    ip daddr ${IMDS_IPV4} tcp dport 80 accept
    ip daddr ${IMDS_IPV4} iifname != "${UPLINK}" tcp dport ${API_PORT} accept
    ip6 daddr ${IMDS_IPV6} iifname @ipv6_endpoints tcp dport 80 accept
    ip6 daddr ${IMDS_IPV6} reject with icmpv6 no-route
    icmp type { destination-unreachable, time-exceeded, echo-request } accept
    icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, echo-request } accept
    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit } accept
  }
  chain forward {
    type filter hook forward priority filter; policy accept;
    iifname "${UPLINK}" ct state established,related accept
    iifname "${UPLINK}" drop
  }
  chain out {
    type nat hook postrouting priority srcnat; policy accept;
    oifname "${UPLINK}" masquerade
  }
}
`;
}
