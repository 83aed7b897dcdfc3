/**
 * THE DECISION: may this request be answered, and with what (aws-behaviour 1.2 to 1.5).
 *
 * Read it from top to bottom: each check stands where AWS has it, and the first that fails answers. It is total: every
 * request gets an answer, and it never throws. Nothing of the instance is read before all checks have passed.
 */

import type { ImdsInstance } from './instance.ts';
import {
  ENDPOINT_DISABLED,
  FORWARDED,
  METHOD_NOT_ALLOWED,
  NO_LIFETIME,
  NOT_FOUND,
  PUT_ELSEWHERE,
  TOKEN_METHOD_NOT_ALLOWED,
  TOKEN_NOT_VALID,
  TOKEN_OPTIONS,
  TOKEN_REQUIRED,
} from './refusals.ts';
import type { ImdsRequest } from './request.ts';
import { type ImdsResponse, withoutBody } from './response.ts';
import { checkToken, MAX_TTL_SECONDS, mintToken, TOKEN_LENGTH } from './token.ts';

const TOKEN_PATH = '/latest/api/token';
const OK = 'HTTP/1.1 200 OK\r\n';

/**
 * rule: endpoint-disabled
 *   While HttpEndpoint is disabled, nobody can reach the instance's metadata: each request gets 403, at once.
 */
export function respond(request: ImdsRequest, instance: ImdsInstance, nowMs: number): ImdsResponse {
  if (instance.options.HttpEndpoint === 'disabled') return ENDPOINT_DISABLED;
  const path = foldedPath(request.path);
  switch (request.method) {
    case 'PUT':
      return path === TOKEN_PATH ? respondToTokenPut(request, instance, nowMs) : PUT_ELSEWHERE;
    case 'GET':
      return path === TOKEN_PATH ? TOKEN_METHOD_NOT_ALLOWED : respondToGet(request, path, instance, nowMs);
    case 'HEAD':
      return path === TOKEN_PATH ? TOKEN_METHOD_NOT_ALLOWED : withoutBody(respondToGet(request, path, instance, nowMs));
    case 'OPTIONS':
      return path === TOKEN_PATH ? TOKEN_OPTIONS : METHOD_NOT_ALLOWED;
    default:
      return path === TOKEN_PATH ? TOKEN_METHOD_NOT_ALLOWED : METHOD_NOT_ALLOWED;
  }
}

/** Whether it asks for a session token, well or badly: the answer is one whose hops are limited. */
export function isTokenPut(request: ImdsRequest): boolean {
  return request.method === 'PUT' && foldedPath(request.path) === TOKEN_PATH;
}

/** Repeated slashes count as one. */
export function foldedPath(path: string): string {
  return path.includes('//') ? path.replace(/\/{2,}/g, '/') : path;
}

/**
 * rule: token-put
 *   A session token is asked for by PUT with a lifetime of 1 to 21,600 seconds. A PUT that a proxy forwarded, marked by
 *   X-Forwarded-For, is refused.
 *
 * rule: put-response-hop-limit
 *   The response to the token PUT travels at most HttpPutResponseHopLimit hops. No other response is limited.
 */
function respondToTokenPut(request: ImdsRequest, instance: ImdsInstance, nowMs: number): ImdsResponse {
  const hopLimit = instance.options.HttpPutResponseHopLimit;
  if (request.forwardedFor) return { ...FORWARDED, hopLimit };
  const ttlSeconds = tokenLifetime(request.sessionTokenTtlSeconds);
  if (ttlSeconds === undefined) return { ...NO_LIFETIME, hopLimit };
  return {
    status: 200,
    before: `${OK}${ttlHeader(ttlSeconds)}Content-Length: ${TOKEN_LENGTH}\r\n`,
    after: `Content-Type: text/plain\r\n\r\n${mintToken(instance.tokenKey, ttlSeconds, nowMs)}`,
    hopLimit,
    reason: undefined,
  };
}

function tokenLifetime(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,9}$/.test(text)) return undefined;
  const seconds = Number(text);
  return seconds >= 1 && seconds <= MAX_TTL_SECONDS ? seconds : undefined;
}

function respondToGet(request: ImdsRequest, path: string, instance: ImdsInstance, nowMs: number): ImdsResponse {
  const secondsLeft = authorize(request, instance, nowMs);
  if (typeof secondsLeft === 'object') return secondsLeft;
  const content = instance.find(path, { nowMs, delivery: secondsLeft === undefined ? '1.0' : '2.0' });
  if (!content) return NOT_FOUND;
  const ttl = secondsLeft === undefined ? '' : ttlHeader(secondsLeft);
  return {
    status: 200,
    before: OK + ttl + content.headers,
    after: content.after,
    hopLimit: undefined,
    reason: undefined,
  };
}

/**
 * rule: tokens-required
 *   While HttpTokens is required, every request needs a session token; while it is optional, a request may do without.
 *
 * A request that carries a token is IMDSv2 whatever the option says, so a bad one is refused and never treated as none;
 * and it must not have been forwarded. All this comes before the path is looked at: who may not read learns not even
 * what exists.
 *
 * @returns how long the request's token is still good, undefined for a request without one, or the refusal
 */
function authorize(request: ImdsRequest, instance: ImdsInstance, nowMs: number): number | undefined | ImdsResponse {
  if (request.sessionToken === undefined) {
    return instance.options.HttpTokens === 'required' ? TOKEN_REQUIRED : undefined;
  }
  if (request.forwardedFor) return FORWARDED;
  return checkToken(instance.tokenKey, request.sessionToken, nowMs) ?? TOKEN_NOT_VALID;
}

function ttlHeader(seconds: number): string {
  return `X-Aws-Ec2-Metadata-Token-Ttl-Seconds: ${seconds}\r\n`;
}
