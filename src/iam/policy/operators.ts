/**
 * The condition operators: how each compares a value of the request with one of the policy.
 *
 * Every operator is one row: how it compares, and whether it is the negation of another one. What a missing key means,
 * several values, `IfExists` and `ForAllValues:` are the same for all and stand in conditions.ts. A value that an operator
 * cannot read equals nothing, so that only its negation holds. Variables stand for something with String, Arn and Bool.
 */

import { type Cidr, contains, parseAddress, parseEnclosingCidr } from '../../cidr.ts';
import { splitArn } from './arns.ts';
import { readDate, readNumber } from './numbers.ts';
import { asText, compileArn, compileText, NEVER, type Test } from './patterns.ts';
import type { Fixed } from './variables.ts';
import type { TextMatcher } from './wildcards.ts';

export type Operator = {
  /** The value must not be as the policy says. */
  negated: boolean;
  /** @param variables whether the version of the policy has them */
  compile(value: string, variables: boolean): Test;
};

// ─── How values are compared ─────────────────────────────────────────────────────────────────────────────────────────

function exactly(pieces: readonly Fixed[]): TextMatcher {
  const wanted = asText(pieces);
  return (value) => value === wanted;
}

function exactlyInAnyCase(pieces: readonly Fixed[]): TextMatcher {
  const wanted = asText(pieces).toLowerCase();
  return (value) => value.toLowerCase() === wanted;
}

function sameBoolean(pieces: readonly Fixed[]): TextMatcher {
  const wanted = asText(pieces).toLowerCase();
  return wanted === 'true' || wanted === 'false' ? (value) => value.toLowerCase() === wanted : NEVER;
}

/** A value of the request that is no ARN is like none, except like `*`. */
function arn(value: string, variables: boolean): Test {
  const matches = compileArn(value, variables, 'nothing');
  if (!matches) return () => true;
  return (given, context) => {
    const parts = splitArn(given);
    return parts !== undefined && matches(given, parts, context);
  };
}

function ordered(read: (text: string) => number | undefined, holds: (given: number, wanted: number) => boolean) {
  return (value: string): Test => {
    const wanted = read(value);
    if (wanted === undefined) return NEVER;
    return (given) => {
      const number = read(given);
      return number !== undefined && holds(number, wanted);
    };
  };
}

/** A value in the request is base64 too, as the simulators take it. */
function sameBytes(value: string): Test {
  const wanted = readBase64(value);
  return wanted === undefined ? NEVER : (given) => readBase64(given) === wanted;
}

/** A character for each byte. */
function readBase64(text: string): string | undefined {
  return /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text) ? atob(text) : undefined;
}

/** A block or one address; bits beyond the prefix count for nothing. */
function inBlock(value: string): Test {
  const block = readBlock(value);
  if (!block) return NEVER;
  return (given) => {
    const address = readBlock(given);
    return address !== undefined && contains(block, address);
  };
}

function readBlock(text: string): Cidr | undefined {
  const address = parseAddress(text);
  if (address) return { family: address.family, first: address.value, prefix: address.family === 4 ? 32 : 128 };
  return parseEnclosingCidr(text);
}

// ─── The table ───────────────────────────────────────────────────────────────────────────────────────────────────────

type Compile = Operator['compile'];

const withText =
  (prepare?: (pieces: readonly Fixed[]) => TextMatcher): Compile =>
  (value, variables) =>
    compileText(value, variables, prepare);

const equal = (given: number, wanted: number) => given === wanted;
const less = (given: number, wanted: number) => given < wanted;
const atMost = (given: number, wanted: number) => given <= wanted;
const greater = (given: number, wanted: number) => given > wanted;
const atLeast = (given: number, wanted: number) => given >= wanted;

const POSITIVE: Readonly<Record<string, Compile>> = {
  StringEquals: withText(exactly),
  StringEqualsIgnoreCase: withText(exactlyInAnyCase),
  StringLike: withText(),
  NumericEquals: ordered(readNumber, equal),
  NumericLessThan: ordered(readNumber, less),
  NumericLessThanEquals: ordered(readNumber, atMost),
  NumericGreaterThan: ordered(readNumber, greater),
  NumericGreaterThanEquals: ordered(readNumber, atLeast),
  DateEquals: ordered(readDate, equal),
  DateLessThan: ordered(readDate, less),
  DateLessThanEquals: ordered(readDate, atMost),
  DateGreaterThan: ordered(readDate, greater),
  DateGreaterThanEquals: ordered(readDate, atLeast),
  Bool: withText(sameBoolean),
  BinaryEquals: sameBytes,
  IpAddress: inBlock,
  ArnEquals: arn,
  ArnLike: arn,
};

const NEGATIONS: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
  NotIpAddress: 'IpAddress',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
};

/** By name, without qualifier and `IfExists`. `Null` is not among them: it asks whether there is a value at all. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map(
  [...Object.keys(POSITIVE), ...Object.keys(NEGATIONS)].map((name): [string, Operator] => {
    const negationOf = NEGATIONS[name];
    return [name, { negated: negationOf !== undefined, compile: POSITIVE[negationOf ?? name] ?? (() => NEVER) }];
  }),
);
