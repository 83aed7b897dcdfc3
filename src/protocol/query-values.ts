/**
 * Single values of a Query request: text to what the model says that it is. What cannot be read is undefined, and
 * `valueProblem` says why in words of our own; nothing throws, and nothing is guessed.
 */

import type { Leaf } from './model.ts';

const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;
const DOUBLE = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** @returns undefined for text that is no such value */
export function readValue(kind: Leaf, value: string): unknown {
  return LEAVES[kind].read(value);
}

/** For example `not an integer`. */
export function valueProblem(kind: Leaf): string {
  return LEAVES[kind].problem;
}

const LEAVES: Record<Leaf, { read(value: string): unknown; problem: string }> = {
  string: { read: (value) => value, problem: 'not text' },
  boolean: {
    read(value) {
      if (/^(?:true|1)$/i.test(value)) return true;
      return /^(?:false|0)$/i.test(value) ? false : undefined;
    },
    problem: 'neither true nor false',
  },
  integer: {
    read(value) {
      const number = Number(value);
      return /^[+-]?\d+$/.test(value) && Number.isSafeInteger(number) ? number : undefined;
    },
    problem: 'not an integer',
  },
  double: {
    read(value) {
      const number = Number(value);
      return DOUBLE.test(value) && Number.isFinite(number) ? number : undefined;
    },
    problem: 'not a number',
  },
  timestamp: {
    read(value) {
      const time = new Date(value);
      return DATE_TIME.test(value) && !Number.isNaN(time.getTime()) ? time : undefined;
    },
    problem: 'not a time in ISO 8601, for example 2026-11-23T10:00:00Z',
  },
  blob: {
    read(value) {
      // Base64 may be broken into lines.
      const packed = value.replace(/[ \t\r\n]/g, '');
      if (packed.length % 4 !== 0 || !BASE64.test(packed)) return undefined;
      return new Uint8Array(Buffer.from(packed, 'base64'));
    },
    problem: 'not valid base64',
  },
};
