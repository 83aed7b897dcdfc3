/**
 * What `openimds explain` can find: for each cause its sentence, and the command that would change it where there is one.
 *
 * A sentence says what is seen, then in brackets the option that it comes from, and has no full stop. Commands are whole
 * lines for a shell. Which finding is true is decided in `diagnose.ts`.
 */

import type { InstanceStateName, MetadataOptions } from '../../model.ts';

/** In the order in which findings are told: what to see to first, then what follows from it or is as it is by default. */
export const CAUSES = [
  'not-running',
  'not-placed',
  'options-pending',
  'endpoint-disabled',
  'another-instance',
  'loopback-elsewhere',
  'ipv4-disabled',
  'no-endpoint',
  'fault',
  'hop-limit',
  'forwarded',
  'no-route',
  'dropped',
  'refused',
  'unexplained',
  'proxy-variable',
  'tokens-required',
  'nothing-wrong',
  'ipv6-disabled',
] as const;
export type Cause = (typeof CAUSES)[number];

export type Finding = { cause: Cause; says: string; command?: string };

export type FamilyName = 'IPv4' | 'IPv6';

const LOG = 'the log of `openimds up` says why';

export function notRunning(InstanceId: string, State: InstanceStateName): Finding {
  const says = `${InstanceId} is ${State}, and only a running instance has a metadata service`;
  if (State === 'pending') return { cause: 'not-running', says: `${says}; if it stays so, ${LOG}` };
  if (State !== 'stopped') return { cause: 'not-running', says };
  return { cause: 'not-running', says, command: `openimds aws ec2 start-instances --instance-ids ${InstanceId}` };
}

export function notPlaced(InstanceId: string): Finding {
  const says = `${InstanceId} is running and its host has no network namespace for it; ${LOG}`;
  return { cause: 'not-placed', says };
}

export function optionsPending(): Finding {
  const says =
    "The options were changed and the instance's host has not brought that about (State is pending), so what is seen may " +
    `come of the former ones; if it stays so, ${LOG}`;
  return { cause: 'options-pending', says };
}

export function endpointDisabled(InstanceId: string): Finding {
  const says = 'Every request gets 403, because the metadata service is turned off (HttpEndpoint is disabled)';
  return { cause: 'endpoint-disabled', says, command: modify(InstanceId) };
}

export function anotherInstance(InstanceId: string, other: string): Finding {
  return { cause: 'another-instance', says: `What answers is the metadata service of ${other}, not of ${InstanceId}` };
}

export function loopbackElsewhere(): Finding {
  const says =
    'On the loopback substrate the metadata service is at an address of this machine, which no other network namespace ' +
    "reaches; run the program in the machine's own network (as `docker run --network host` does), or make instances " +
    'network namespaces';
  return { cause: 'loopback-elsewhere', says, command: 'sudo openimds up --substrate netns' };
}

export function protocolDisabled(InstanceId: string, name: FamilyName): Finding {
  const isIpv4 = name === 'IPv4';
  const option = isIpv4 ? '(HttpProtocolIpv4 is disabled)' : 'as it is by default (HttpProtocolIpv6 is disabled)';
  return {
    cause: isIpv4 ? 'ipv4-disabled' : 'ipv6-disabled',
    says: `Nothing answers over ${name}, because that endpoint is turned off${isIpv4 ? ' ' : ', '}${option}`,
    command: modify(InstanceId, `--http-protocol-${name.toLowerCase()} enabled`),
  };
}

export function noEndpoint(name: FamilyName): Finding {
  const says = `The ${name} endpoint is enabled and is not there: the machine has no address for it, or ${LOG}`;
  return { cause: 'no-endpoint', says };
}

/** As `openimds fault` calls them. */
const FAULTS = { LatencyMs: 'latency', Errors: 'errors', HangTokenPut: 'hang-token-put', PacketsPerSecond: 'throttle' };

export function faultSet(InstanceId: string, which: keyof typeof FAULTS, effect: string): Finding {
  const says = `${effect}, because the instance has a fault that was set on purpose (${which})`;
  return { cause: 'fault', says, command: `openimds fault clear ${InstanceId} ${FAULTS[which]}` };
}

/** @param hops undefined where they could not be counted */
export function hopLimit(
  InstanceId: string,
  { HttpPutResponseHopLimit: limit }: Pick<MetadataOptions, 'HttpPutResponseHopLimit'>,
  hops: number | undefined,
): Finding {
  const travels = `The answer to the token PUT travels at most ${limit} hop${limit === 1 ? '' : 's'}`;
  return {
    cause: 'hop-limit',
    says: `${travels} (HttpPutResponseHopLimit), and from here it takes ${hops ?? 'more'}`,
    command: modify(InstanceId, `--http-put-response-hop-limit ${hops ?? limit + 1}`),
  };
}

export function forwarded(): Finding {
  const says =
    'The token PUT gets 403 although the metadata service is turned on: a proxy on the way adds X-Forwarded-For, and such ' +
    'a request gets no token; requests for metadata have to be led past it';
  return { cause: 'forwarded', says };
}

/** @param isInside as seen from the instance itself */
export function noRoute(InstanceId: string, host: string, isInside: boolean): Finding {
  const says = `No route leads from here to ${host}`;
  if (!isInside) return { cause: 'no-route', says: `${says}; this namespace needs one through the instance` };
  const restart = ['stop-instances', 'wait instance-stopped', 'start-instances']
    .map((command) => `openimds aws ec2 ${command} --instance-ids ${InstanceId}`)
    .join(' && ');
  const because = 'the routes in the instance were changed, and a stop and a start lay them anew';
  return { cause: 'no-route', says: `${says}; ${because}`, command: restart };
}

export function droppedInside(host: string): Finding {
  const says = `Packets from here to ${host} are never answered; a firewall in the instance drops them, or its addresses were changed`;
  return { cause: 'dropped', says };
}

/** @param instanceNamespace by name */
export function droppedOutside(host: string, name: FamilyName, instanceNamespace: string): Finding {
  const says =
    `Packets from here to ${host} are never answered; what leaves an instance with a source address that is not its own is ` +
    "dropped (AWS's source/destination check), so the instance has to masquerade what it forwards";
  const family = name === 'IPv4' ? 'ip' : 'ip6';
  const rules = `table ${family} containers { chain out { type nat hook postrouting priority 100; oifname "eth0" masquerade; }; }`;
  const command = `echo '${rules}' | sudo ip netns exec ${instanceNamespace} nft -f -`;
  return { cause: 'dropped', says, command };
}

export function refused(name: FamilyName): Finding {
  const says = `Connections over ${name} are refused, though that endpoint is turned on: something on the way refuses them, or ${LOG}`;
  return { cause: 'refused', says };
}

export function unexplained(name: FamilyName): Finding {
  const says = `What is answered over ${name} is not what the options say: something else may answer, or they were changed just now`;
  return { cause: 'unexplained', says };
}

/** @param hosts of the metadata service */
export function proxyVariable(variable: string, hosts: readonly string[]): Finding {
  const says =
    `${variable} is set here and no_proxy does not except the metadata service, so programs that heed it ask a proxy, which ` +
    'is not on the instance, and no token is given to what a proxy marks as forwarded';
  const list = `"\${no_proxy:+$no_proxy,}${hosts.join(',')}"`;
  return { cause: 'proxy-variable', says, command: `export no_proxy=${list} NO_PROXY=${list}` };
}

/** @param tokenWorks whether the same GET is answered with a token */
export function tokensRequired(InstanceId: string, tokenWorks: boolean): Finding {
  const says = 'A GET without a session token gets 401, because IMDSv2 is required (HttpTokens is required)';
  const rest = '; with a token it is answered, so use a client that speaks IMDSv2, or allow IMDSv1';
  return {
    cause: 'tokens-required',
    says: tokenWorks ? says + rest : says,
    command: modify(InstanceId, '--http-tokens optional'),
  };
}

export function nothingWrong(InstanceId: string, names: readonly FamilyName[]): Finding {
  const says = `The metadata service of ${InstanceId} answers from here over ${names.join(' and ')}, with a token and without`;
  return { cause: 'nothing-wrong', says };
}

/** HttpEndpoint goes with every option, as AWS's page asks for it (docs/decisions/0003-options-beside-the-endpoint.md). */
function modify(InstanceId: string, ...options: string[]): string {
  const command = `openimds aws ec2 modify-instance-metadata-options --instance-id ${InstanceId}`;
  return [command, ...options, '--http-endpoint enabled'].join(' ');
}
