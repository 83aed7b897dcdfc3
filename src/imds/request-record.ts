/**
 * What is remembered of the requests to one instance: the last of them, and counts of all (docs/decisions/0023).
 *
 * It is filled for each request with the decision about it, and read seldom, so that all that can wait until it is read
 * does. It stays small whatever is sent.
 *
 * INVARIANT: nothing that is answered gets in here, and no session token, not even one that a client wrote into a path.
 */

import { addressAt, type Cidr } from '../cidr.ts';
import { isoMilliseconds } from '../clock.ts';
import type { MetadataRequest, MetadataRequestCounts, RefusalReason } from '../host-model.ts';
import type { ImdsRequest } from './request.ts';
import { isTokenPut } from './respond.ts';
import type { ImdsResponse } from './response.ts';

/** How many requests are remembered. */
export const REMEMBERED = 200;
/** Characters of a method, of a path and of a User-Agent. */
const LONGEST_METHOD = 16;
const LONGEST_TEXT = 256;

/** Where a request came from, as its packets say. */
export type Origin = {
  /** As HttpPutResponseHopLimit counts them, at most 128. */
  readonly hops: number;
  /** 4 bytes or 16. */
  readonly sourceIp: Uint8Array;
};

export type SeenRequest = {
  /** Undefined for what is no HTTP request. */
  request: ImdsRequest | undefined;
  /** Undefined where there is none. */
  response: ImdsResponse | undefined;
  origin: Origin | undefined;
  /** How far the response may travel, where that is enforced. */
  hopLimit: number | undefined;
};

type Remembered = {
  atMs: number;
  method: string;
  path: string;
  version: 1 | 2 | undefined;
  /** 0 for no answer. */
  status: number;
  reason: RefusalReason | undefined;
  userAgent: string | undefined;
  origin: Origin | undefined;
  hopLimit: number | undefined;
};

/** A number of requests, and when the last of them was. */
type Tally = { count: number; lastMs: number };

export class RequestRecord {
  readonly #sinceMs: number;
  /** A ring: the request with number n is at n - 1, modulo its size. */
  readonly #remembered: Remembered[] = [];
  #number = 0;
  readonly #noToken: Tally = newTally();
  readonly #noTokenRejected: Tally = newTally();
  readonly #token: Tally = newTally();
  readonly #tokenPut: Tally = newTally();
  readonly #tokenPutOutOfReach: Tally = newTally();
  readonly #refused = new Map<number, number>();
  readonly #hops = new Map<number, Tally>();

  /** @param sinceMs now */
  constructor(sinceMs: number) {
    this.#sinceMs = sinceMs;
  }

  add({ request, response, origin, hopLimit }: SeenRequest, nowMs: number): void {
    const asksForToken = request !== undefined && isTokenPut(request);
    const seen: Remembered = {
      atMs: nowMs,
      method: request === undefined ? '' : cut(request.method, LONGEST_METHOD),
      path: request === undefined ? '' : cut(request.path, LONGEST_TEXT),
      version: request && (asksForToken || request.sessionToken !== undefined ? 2 : 1),
      status: response?.status ?? 0,
      reason: response === undefined ? 'fault' : response.reason,
      userAgent: request?.userAgent && cut(request.userAgent, LONGEST_TEXT),
      origin,
      hopLimit,
    };
    this.#remembered[this.#number % REMEMBERED] = seen;
    this.#number++;
    this.#count(seen, asksForToken);
  }

  #count(seen: Remembered, asksForToken: boolean): void {
    const { atMs, status, origin, hopLimit } = seen;
    if (status !== 200 && status !== 0) this.#refused.set(status, (this.#refused.get(status) ?? 0) + 1);
    const tally = this.#tallyOf(seen, asksForToken);
    if (tally !== undefined) add(tally, atMs);
    if (origin === undefined) return;
    const hops = this.#hops.get(origin.hops) ?? newTally();
    this.#hops.set(origin.hops, add(hops, atMs));
    if (tally === this.#tokenPut && hopLimit !== undefined && origin.hops > hopLimit)
      add(this.#tokenPutOutOfReach, atMs);
  }

  #tallyOf({ method, version, status, reason }: Remembered, asksForToken: boolean): Tally | undefined {
    if (asksForToken) return status === 200 ? this.#tokenPut : undefined;
    if (reason === 'token-required') return this.#noTokenRejected;
    const isRead = method === 'GET' || method === 'HEAD';
    if (!isRead || (status !== 200 && reason !== 'not-found')) return undefined;
    return version === 1 ? this.#noToken : this.#token;
  }

  counts(): MetadataRequestCounts {
    return {
      Since: isoMilliseconds(this.#sinceMs),
      NoToken: this.#noToken.count,
      ...lastOf('LastNoTokenTime', this.#noToken),
      NoTokenRejected: this.#noTokenRejected.count,
      ...lastOf('LastNoTokenRejectedTime', this.#noTokenRejected),
      Token: this.#token.count,
      TokenPut: this.#tokenPut.count,
      TokenPutOutOfReach: this.#tokenPutOutOfReach.count,
      ...lastOf('LastTokenPutOutOfReachTime', this.#tokenPutOutOfReach),
      Refused: Object.fromEntries(this.#refused),
      Hops: [...this.#hops]
        .sort(([a], [b]) => a - b)
        .map(([Hops, { count, lastMs }]) => ({ Hops, Requests: count, LastTime: isoMilliseconds(lastMs) })),
    };
  }

  /** Those that are remembered with a number greater than `after`, the oldest first; all where there is no such number. */
  after(after: number): MetadataRequest[] {
    const first = Math.max(after > this.#number ? 0 : after, this.#number - REMEMBERED) + 1;
    return Array.from({ length: this.#number - first + 1 }, (_, index) => {
      const number = first + index;
      return describe(number, this.#remembered[(number - 1) % REMEMBERED] as Remembered);
    });
  }
}

function newTally(): Tally {
  return { count: 0, lastMs: 0 };
}

function add(tally: Tally, atMs: number): Tally {
  tally.count++;
  tally.lastMs = atMs;
  return tally;
}

function lastOf<Name extends string>(name: Name, { count, lastMs }: Tally): { [N in Name]?: string } {
  return count === 0 ? {} : ({ [name]: isoMilliseconds(lastMs) } as { [N in Name]: string });
}

/** What begins as session tokens do, if only the part that tells nothing yet of what makes them good is missing. */
const SESSION_TOKEN = /AQAEA[\w-]{9,}=*/g;

/** Printable characters may also be written by their numbers. */
const ESCAPED = /%(?:[2-6][0-9A-F]|7[0-9A-E])/gi;

function cut(text: string, longest: number): string {
  // What is kept, and so much more that a token is seen which begins in it, each character written in three.
  const looked = text.slice(0, 3 * (longest + 32));
  const plain = looked.includes('%') ? looked.replace(ESCAPED, characterOf) : looked;
  const harmless = plain.includes('AQAEA') ? plain.replace(SESSION_TOKEN, '[redacted]') : text;
  // A copy: a slice would keep the whole text in memory.
  return harmless.length <= longest ? harmless : Buffer.from(harmless.slice(0, longest), 'latin1').toString('latin1');
}

function characterOf(escaped: string): string {
  return String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
}

function describe(number: number, seen: Remembered): MetadataRequest {
  const { atMs, method, path, version, status, reason, userAgent, origin, hopLimit } = seen;
  return {
    Number: number,
    Time: isoMilliseconds(atMs),
    ...(version !== undefined && { Method: method, Path: path, Version: version }),
    ...(status !== 0 && { Status: status }),
    ...(reason !== undefined && { Reason: reason }),
    ...(userAgent !== undefined && { UserAgent: printable(userAgent) }),
    ...(origin && { SourceIp: formatAddress(origin.sourceIp), Hops: origin.hops }),
    ...(hopLimit !== undefined && { HttpPutResponseHopLimit: hopLimit }),
  };
}

/** Of a header only bytes are known: what is not ASCII is shown as such. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?');
}

function formatAddress(bytes: Uint8Array): string {
  const isV4 = bytes.length === 4;
  const block: Cidr = {
    family: isV4 ? 4 : 6,
    first: BigInt(`0x${Buffer.from(bytes).toString('hex')}`),
    prefix: isV4 ? 32 : 128,
  };
  return addressAt(block, 0);
}
