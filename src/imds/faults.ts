/**
 * THE FAULTS: how a metadata service misbehaves on purpose, for tests of clients, and how it throttles (aws-behaviour 1.4,
 * 1.6, 6.2).
 *
 *   request ──> late? ──> too many packets? ──> a token PUT that hangs? ──> an error instead? ──> answered as usual
 *
 * It decides what becomes of a request and carries nothing out. All it remembers is two counts. Where no fault is in force
 * nobody asks here; while HttpEndpoint is disabled none is, so that faults neither reveal nor hide that.
 */

import type { Faults, Instance } from '../model.ts';
import { FAULTY } from './refusals.ts';
import type { ImdsRequest } from './request.ts';
import { isTokenPut } from './respond.ts';
import type { ImdsResponse } from './response.ts';

/** What is counted of the requests to one instance, at all of its endpoints. It is changed in place. */
export type Traffic = {
  /** The next request gets an error when this is at zero or below. */
  untilError: number;
  /** Of the packets that were let through, those that count at `atMs` still. */
  packets: number;
  atMs: number;
};

export function newTraffic(): Traffic {
  return { untilError: 0, packets: 0, atMs: 0 };
}

export type FaultsInForce = Omit<Faults, 'CredentialsLifetimeSeconds'> & {
  traffic: Traffic;
  HttpPutResponseHopLimit: number;
};

/**
 * The faults that requests to the instance meet; undefined for none.
 *
 * @param throttle PacketsPerSecond where the instance has none of its own
 */
export function faultsInForce(
  { MetadataOptions, Faults = {} }: Pick<Instance, 'MetadataOptions' | 'Faults'>,
  { traffic, throttle }: { traffic: Traffic; throttle?: number | undefined },
): FaultsInForce | undefined {
  const { HttpEndpoint, HttpPutResponseHopLimit } = MetadataOptions;
  // Those of credentials are a matter of the credentials.
  const { CredentialsLifetimeSeconds: _, ...ofRequests } = Faults;
  const faults = { ...(throttle !== undefined && { PacketsPerSecond: throttle }), ...ofRequests };
  if (HttpEndpoint === 'disabled' || Object.keys(faults).length === 0) return undefined;
  return { ...faults, traffic, HttpPutResponseHopLimit };
}

/** What becomes of a request. */
export type Fate =
  | 'as usual'
  /** It is never answered, as if its packets, or those of the answer, had not come through. */
  | 'dropped'
  /** It is never answered, and its client is left waiting for as long as it likes. */
  | 'hangs'
  /** It is to be asked about again after so many milliseconds. */
  | number
  /** This is the answer. */
  | ImdsResponse;

/** What a connection has seen until now. */
export type ConnectionSoFar = {
  /** No request before this one. */
  isFresh: boolean;
  /** This request has been late enough. */
  hasWaited: boolean;
};

/**
 * What becomes of a request at `nowMs`; it counts what it decides.
 *
 * @param request undefined for what is no legal request: faults that look like the network's are all it meets
 */
export function fateOf(
  request: ImdsRequest | undefined,
  faults: FaultsInForce,
  { isFresh, hasWaited }: ConnectionSoFar,
  nowMs: number,
): Fate {
  const { LatencyMs = 0, PacketsPerSecond, HangTokenPut, Errors, traffic } = faults;
  if (LatencyMs > 0 && !hasWaited) return LatencyMs;
  const packets = isFresh ? PACKETS_OF_CONNECTION + PACKETS_OF_REQUEST : PACKETS_OF_REQUEST;
  if (PacketsPerSecond !== undefined && !letThrough(packets, PacketsPerSecond, traffic, nowMs)) return 'dropped';
  if (request === undefined) return 'as usual';
  const asksForToken = isTokenPut(request);
  if (asksForToken && HangTokenPut) return 'hangs';
  if (Errors === undefined || !isErrorDue(Errors.Share, traffic)) return 'as usual';
  const answer = FAULTY[Errors.Status];
  return asksForToken ? { ...answer, hopLimit: faults.HttpPutResponseHopLimit } : answer;
}

// ─── Errors ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Sums of shares differ from whole numbers by less than this. */
const NOTHING = 1e-9;

/**
 * Whether this request is one of the share that gets an error, beginning with the first: of any `n` in a row it is
 * `n * share` of them, as nearly as whole requests allow.
 */
function isErrorDue(share: number, traffic: Traffic): boolean {
  const isDue = traffic.untilError <= 0;
  const until = traffic.untilError + (isDue ? 1 : 0) - share;
  traffic.untilError = Math.abs(until) < NOTHING ? 0 : until;
  return isDue;
}

// ─── Packets ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** From the instance: SYN, ACK and FIN; then the request, and the acknowledgement of its answer (decision 0014). */
const PACKETS_OF_CONNECTION = 3;
const PACKETS_OF_REQUEST = 2;

/** A token bucket that holds what may pass in a second. What does not pass costs nothing. */
function letThrough(packets: number, perSecond: number, traffic: Traffic, nowMs: number): boolean {
  const passedMs = Math.max(0, nowMs - traffic.atMs);
  const still = Math.max(0, traffic.packets - (passedMs * perSecond) / 1000);
  // The slowest still lets a request through from time to time.
  const fits = still + packets <= Math.max(perSecond, PACKETS_OF_CONNECTION + PACKETS_OF_REQUEST);
  traffic.packets = fits ? still + packets : still;
  traffic.atMs = nowMs;
  return fits;
}
