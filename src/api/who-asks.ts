/**
 * Who asks, as far as HTTP tells: the request as bytes for the signature, the service that it is signed for, and how it came.
 *
 * A request of a page of another site is refused before anything else, and keys that everybody knows are good only where
 * nobody else can lead a browser.
 */

import { isIPv4, isIPv6, type Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { authFailure, crossSiteRequest, malformedRequest } from '../aws-errors.ts';
import { readCredential, type SignedRequest } from '../iam/sigv4.ts';
import type { LogFields } from '../log.ts';
import { authenticate, type Caller, type Connection } from './authenticate.ts';
import type { ControlPlane } from './dispatch.ts';
import { ec2, findQueryService, type QueryService } from './query-services.ts';

type Doors = Pick<ControlPlane, 'store' | 'clock'> & { loopback: boolean; strict: boolean };

/** @param service the one that is asked; undefined where that is no service of ours, as only who may ask is told */
export async function whoAsks(
  settings: Doors,
  request: FastifyRequest,
  service: string | undefined,
  fields: LogFields,
): Promise<Caller> {
  refuseCrossSite(request);
  // Before anything is waited for: of one who has gone meanwhile it cannot be learnt any more.
  const connection = connectionOf(request);
  const { store, clock } = settings;
  const localKeys = takesTestKeys(settings, request);
  const identified = await authenticate(signedRequest(request), { store, localKeys, nowMs: clock() });
  const caller = { ...identified, connection };
  Object.assign(fields, {
    accessKeyId: caller.accessKeyId,
    account: caller.principal.account,
    region: caller.region,
  });
  if (service !== undefined && caller.service !== service) {
    throw authFailure(`the scope names the service ${caller.service.slice(0, 32)} instead of ${service}`);
  }
  return caller;
}

/** Whether `test` keys are the root's for who asks like this. */
export function takesTestKeys(
  { loopback, strict }: Pick<Doors, 'loopback' | 'strict'>,
  { headers, raw }: Pick<FastifyRequest, 'headers' | 'raw'>,
): boolean {
  return loopback && !strict && isLocalName(headers.host) && !cameFromVpc.has(raw.socket);
}

/** Connections that programs on instances have made, with the VPC that they come from. */
const cameFromVpc = new WeakMap<Socket, string>();

/** From now on requests of this connection come from an instance in the VPC: keys that everybody knows are none there. */
export function noteVpc(socket: Socket, VpcId: string): void {
  cameFromVpc.set(socket, VpcId);
}

/** How the request came, for conditions. IPv4 may come through a socket of IPv6. @throws MalformedRequest */
function connectionOf({ protocol, headers, raw }: FastifyRequest): Connection {
  const { remoteAddress } = raw.socket;
  // It has gone already, and nobody will see the answer.
  if (remoteAddress === undefined) throw malformedRequest();
  const userAgent = headers['user-agent'];
  const sourceIp = remoteAddress.replace(/^::ffff:(?=\d+\.)/, '').replace(/%.*$/, '');
  const id = cameFromVpc.get(raw.socket);
  return {
    // As through an endpoint in a VPC at AWS: the address is one of the VPC's, and means nothing elsewhere.
    ...(id === undefined ? { sourceIp } : { vpc: { id, sourceIp } }),
    secureTransport: protocol === 'https',
    ...(userAgent !== undefined && { userAgent }),
  };
}

/**
 * Whether a Host names this machine as nobody else can: a page of another site can have its own name lead here, and
 * would then be of the same site for the browser.
 */
function isLocalName(host = ''): boolean {
  const name = host.replace(/:\d*$/, '').toLowerCase();
  return LOCAL_NAMES.test(name) || isIPv4(name) || isIPv6(name.replace(/^\[|\]$/g, ''));
}

const LOCAL_NAMES = /^(?:.+\.)?localhost$|^host\.docker\.internal$/;

/**
 * A page of another site must not act through a visitor's browser: it could sign with `test` keys, which are no secret.
 * Programs never send this header; browsers do, at addresses that they trust, as loopback ones are.
 */
function refuseCrossSite(request: FastifyRequest): void {
  const site = request.headers['sec-fetch-site'];
  if (site === 'cross-site' || site === 'same-site') throw crossSiteRequest();
}

/** The service that a request says it is signed for, which the signature proves later; EC2 where it says none of ours. */
export function claimedService(request: FastifyRequest): QueryService {
  try {
    return findQueryService(readCredential(signedRequest(request)).service) ?? ec2;
  } catch {
    return ec2;
  }
}

function signedRequest(request: FastifyRequest): SignedRequest {
  const { method = '', url = '', rawHeaders } = request.raw;
  return { method, target: url, rawHeaders, body: bodyOf(request) };
}

export function bodyOf(request: FastifyRequest): Uint8Array {
  return request.body instanceof Uint8Array ? request.body : EMPTY;
}

const EMPTY = new Uint8Array();
