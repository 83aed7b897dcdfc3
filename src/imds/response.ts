/**
 * What the metadata service answers, and how it looks on the wire (aws-behaviour 1.3, 1.4).
 *
 * AWS writes headers in a fixed order: some, then `Date`, `Server` and `Connection`, then perhaps one more. An answer is
 * what stands before and what stands after those three, which belong to the connection and not to the decision.
 *
 * Bytes are written as latin1 text here, one character each, which is the fastest thing that a socket takes.
 */

import type { RefusalReason } from '../host-model.ts';

export type ImdsResponse = {
  readonly status: number;
  /** The status line and header lines. */
  readonly before: string;
  /** Header lines, the empty line and the body. */
  readonly after: string;
  /** The IP TTL of the packets that carry this answer; undefined leaves it to the system. */
  readonly hopLimit: number | undefined;
  /** Why it is a refusal. It is for those who ask about the instance from outside, and never sent. */
  readonly reason: RefusalReason | undefined;
};

export type ConnectionHeader = 'close' | 'keep-alive';

/** The three lines in the middle, the same for all answers of a second. */
export function middleLines(nowMs: number, connection: ConnectionHeader): string {
  return `Date: ${httpDate(nowMs)}\r\nServer: EC2ws\r\nConnection: ${connection}\r\n`;
}

/** The bytes of an answer. @param middle as `middleLines` writes them */
export function encodeResponse({ before, after }: ImdsResponse, middle: string): string {
  return before + middle + after;
}

/** The answer to HEAD: the headers of the answer to GET, its length among them, and no body. */
export function withoutBody(response: ImdsResponse): ImdsResponse {
  const { after } = response;
  const head = after.startsWith('\r\n') ? '\r\n' : after.slice(0, after.indexOf('\r\n\r\n') + 4);
  return { ...response, after: head };
}

/** `Wed, 30 Jul 2025 23:22:04 GMT` */
export function httpDate(ms: number): string {
  return new Date(ms).toUTCString();
}

/** The UTF-8 bytes of a text, one character each. */
export function utf8Bytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
