/**
 * THE EXPLANATION: from what was seen of a metadata service to why it is so.
 *
 *   the instance does not run, or nowhere ──> that is all there is to say
 *   else for each endpoint: no connection ──> its option, or the way there
 *                           an answer     ──> HttpEndpoint, another instance, a fault, the hop limit, a proxy; HttpTokens
 *
 * Read it from top to bottom: of what explains the same, the first is told. Pure: it looks at nothing itself. An option is
 * blamed only where it is set so and where what was seen is what it does.
 */

import type { ListedInstance } from '../../api/actions/openimds/list-instances.ts';
import {
  anotherInstance,
  CAUSES,
  droppedInside,
  droppedOutside,
  endpointDisabled,
  type Finding,
  faultSet,
  forwarded,
  hopLimit,
  loopbackElsewhere,
  noEndpoint,
  noRoute,
  nothingWrong,
  notPlaced,
  notRunning,
  optionsPending,
  protocolDisabled,
  proxyVariable,
  refused,
  tokensRequired,
  unexplained,
} from './findings.ts';
import { isConnected, type Outcome, type Seen } from './observe.ts';

export type Facts = {
  instance: ListedInstance;
  /** Where it was asked from; `machine` is the machine's own network, `elsewhere` a namespace that is not the instance's. */
  from: 'instance' | 'machine' | 'elsewhere';
  /** Absent where there is no endpoint to ask. */
  seen: { ipv4?: Seen; ipv6?: Seen };
  /** The variable that leads programs there to a proxy. */
  proxy?: string | undefined;
};

const NAMES = { ipv4: 'IPv4', ipv6: 'IPv6' } as const;
type Family = keyof typeof NAMES;

/** Why it is as it is seen, what to see to first at the head: at least one finding, each cause once. */
export function diagnose(facts: Facts): Finding[] {
  const { instance, seen, proxy } = facts;
  if (instance.State !== 'running') return [notRunning(instance.InstanceId, instance.State)];
  if (!isPlaced(instance)) return [notPlaced(instance.InstanceId)];
  const found = [...explainEndpoint(facts, 'ipv4'), ...explainEndpoint(facts, 'ipv6')];
  if (instance.MetadataOptions.State === 'pending') found.push(optionsPending());
  if (proxy !== undefined) found.push(proxyVariable(proxy, hostsOf(seen)));
  if (found.every(({ cause }) => cause === 'ipv6-disabled')) {
    found.push(nothingWrong(instance.InstanceId, seen.ipv6?.getWithToken ? ['IPv4', 'IPv6'] : ['IPv4']));
  }
  return found
    .filter(({ cause }, index) => found.findIndex((other) => other.cause === cause) === index)
    .sort((a, b) => CAUSES.indexOf(a.cause) - CAUSES.indexOf(b.cause));
}

/** Whether there is anything to ask: a namespace without which EC2's addresses would be those of the machine. */
export function isPlaced({ State, Substrate, Endpoints }: ListedInstance): boolean {
  return State === 'running' && (Substrate === 'loopback' || Endpoints.netns !== undefined);
}

function explainEndpoint(facts: Facts, family: Family): Finding[] {
  const seen = facts.seen[family];
  if (seen === undefined || !isConnected(seen.get)) return [explainNoConnection(facts, family, seen)];
  const { instance } = facts;
  const whole = explainAnswers(instance, seen) ?? explainNoToken(instance, seen);
  const required = explainUnauthorized(instance, seen);
  const found = [whole, required].filter((finding) => finding !== undefined);
  return found.length > 0 || isAsTheOptionsSay(instance, family, seen) ? found : [unexplained(NAMES[family])];
}

function explainNoConnection({ instance, from }: Facts, family: Family, seen: Seen | undefined): Finding {
  const { InstanceId, MetadataOptions, Substrate, Endpoints } = instance;
  const name = NAMES[family];
  const option = family === 'ipv4' ? MetadataOptions.HttpProtocolIpv4 : MetadataOptions.HttpProtocolIpv6;
  if (option === 'disabled') return protocolDisabled(InstanceId, name);
  if (seen === undefined) return noEndpoint(name);
  if (Substrate === 'loopback' && from === 'elsewhere') return loopbackElsewhere();
  const host = hostOf(seen);
  if (seen.get.outcome === 'refused') return refused(name);
  if (seen.get.outcome === 'no route') return noRoute(InstanceId, host, from !== 'elsewhere');
  return from === 'elsewhere' ? droppedOutside(host, name, Endpoints.netns ?? '') : droppedInside(host);
}

/** What explains all answers of an endpoint at once. */
function explainAnswers(instance: ListedInstance, seen: Seen): Finding | undefined {
  const { InstanceId, MetadataOptions, Faults = {} } = instance;
  const answers = [seen.get, seen.put, seen.getWithToken].filter((outcome) => outcome !== undefined);
  if (MetadataOptions.HttpEndpoint === 'disabled' && answers.every((each) => statusOf(each) === 403)) {
    return endpointDisabled(InstanceId);
  }
  const other = answers.map(answererOf).find((id) => id !== undefined && id !== InstanceId);
  if (other !== undefined) return anotherInstance(InstanceId, other);
  const { Errors, LatencyMs, HangTokenPut, PacketsPerSecond } = Faults;
  if (Errors && answers.some((each) => statusOf(each) === Errors.Status)) {
    return faultSet(InstanceId, 'Errors', `Requests get ${Errors.Status}`);
  }
  if (!answers.some(({ outcome }) => outcome === 'no answer')) return undefined;
  if (LatencyMs) return faultSet(InstanceId, 'LatencyMs', `Every answer comes ${LatencyMs} ms late`);
  if (HangTokenPut && isSilent(seen.put)) return faultSet(InstanceId, 'HangTokenPut', 'Token PUTs are never answered');
  if (!PacketsPerSecond) return undefined;
  return faultSet(InstanceId, 'PacketsPerSecond', `Above ${PacketsPerSecond} packets a second requests are dropped`);
}

/** Why there is no token where a GET is answered. */
function explainNoToken(instance: ListedInstance, { get, put, getWithToken, hops }: Seen): Finding | undefined {
  const { InstanceId, MetadataOptions, HopLimitEnforced } = instance;
  const isTooFar = hops === undefined || hops > MetadataOptions.HttpPutResponseHopLimit;
  if (isSilent(put) && get.outcome === 'answered' && HopLimitEnforced && isTooFar) {
    return hopLimit(InstanceId, MetadataOptions, hops);
  }
  const isForwarded = (statusOf(put) === 403 && statusOf(get) !== 403) || statusOf(getWithToken) === 403;
  return isForwarded && MetadataOptions.HttpEndpoint === 'enabled' ? forwarded() : undefined;
}

function explainUnauthorized(instance: ListedInstance, { get, getWithToken }: Seen): Finding | undefined {
  const { InstanceId, MetadataOptions } = instance;
  if (MetadataOptions.HttpTokens !== 'required' || statusOf(get) !== 401) return undefined;
  return tokensRequired(InstanceId, statusOf(getWithToken) === 200);
}

function isAsTheOptionsSay({ MetadataOptions }: ListedInstance, family: Family, seen: Seen): boolean {
  const { HttpEndpoint, HttpProtocolIpv4, HttpProtocolIpv6, HttpTokens } = MetadataOptions;
  const isOn = HttpEndpoint === 'enabled' && (family === 'ipv4' ? HttpProtocolIpv4 : HttpProtocolIpv6) === 'enabled';
  const statuses = [seen.get, seen.put, seen.getWithToken].map(statusOf);
  return isOn && String(statuses) === String([HttpTokens === 'required' ? 401 : 200, 200, 200]);
}

function isSilent(outcome: Outcome | undefined): boolean {
  return outcome?.outcome === 'no answer';
}

function statusOf(outcome: Outcome | undefined): number | undefined {
  return outcome?.outcome === 'answered' ? outcome.status : undefined;
}

function answererOf(outcome: Outcome): string | undefined {
  return outcome.outcome === 'answered' ? outcome.InstanceId : undefined;
}

/** Of the metadata service, as far as it was asked; IPv6 addresses without brackets. */
export function hostsOf({ ipv4, ipv6 }: Facts['seen']): string[] {
  return [ipv4, ipv6].flatMap((seen) => (seen ? hostOf(seen) : []));
}

function hostOf({ url }: Seen): string {
  return new URL(url).hostname.replace(/[[\]]/g, '');
}
