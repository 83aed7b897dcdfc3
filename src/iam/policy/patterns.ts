/**
 * Patterns compiled: text with wildcards and variables becomes a test of a value, an ARN becomes six of them.
 *
 * What has no variables is prepared once; what has some is prepared for each request, from the request's values.
 */

import type { Context } from '../context.ts';
import { ANY_PART, splitParts } from './arns.ts';
import { type Fixed, isFixed, putIn, takeApart } from './variables.ts';
import { matchAnything, matcherOf, type TextMatcher } from './wildcards.ts';

/** Whether a value of the request is as one value of the policy says. */
export type Test = (value: string, context: Context) => boolean;

/** The same of an ARN, as a whole and in its six parts. */
export type ArnTest = (arn: string, parts: readonly string[], context: Context) => boolean;

export const NEVER = (): boolean => false;

/** @param variables whether the version of the policy has them */
export function compileText(
  text: string,
  variables: boolean,
  prepare: (pieces: readonly Fixed[]) => TextMatcher = matcherOf,
): Test {
  const pieces = takeApart(text, variables);
  if (isFixed(pieces)) return prepare(pieces);
  return (value, context) => {
    const fixed = putIn(pieces, context);
    return fixed !== undefined && prepare(fixed)(value);
  };
}

/**
 * A pattern of ARNs; undefined for `*`, which is more than every ARN.
 *
 * @param leftOut whether parts may be left out at the end and then stand for anything; else such a pattern matches nothing
 */
export function compileArn(pattern: string, variables: boolean, leftOut: 'anything' | 'nothing'): ArnTest | undefined {
  if (pattern === '*') return undefined;
  const parts = splitParts(pattern, variables);
  if (parts.length < 6 && leftOut === 'nothing') return NEVER;
  const { length, prefix } = literalBeginning(parts, variables);
  // The resource differs most often: ask for it first.
  const tests = [5, 4, 3, 2, 1, 0].flatMap((index) => {
    const test = index < length ? matchAnything : compileText(parts[index] ?? ANY_PART, variables);
    return test === matchAnything ? [] : [{ index, test }];
  });
  return (arn, values, context) => {
    if (!arn.startsWith(prefix)) return false;
    for (const { index, test } of tests) if (!test(values[index] ?? '', context)) return false;
    return true;
  };
}

/** How many parts at the beginning are plain text, with the text that they make: parts hold no colon before the last. */
function literalBeginning(parts: readonly string[], variables: boolean): { length: number; prefix: string } {
  const isLiteral = (part: string) => takeApart(part, variables).every((piece) => 'text' in piece);
  const plain = parts.slice(0, 5).findIndex((part) => !isLiteral(part));
  const length = plain < 0 ? Math.min(parts.length, 5) : plain;
  return {
    length,
    prefix: parts
      .slice(0, length)
      .map((part) => `${asText(takeApart(part, variables).filter((piece) => 'text' in piece))}:`)
      .join(''),
  };
}

/** The text itself, in which wildcards are characters. */
export function asText(pieces: readonly Fixed[]): string {
  return pieces.map((piece) => ('text' in piece ? piece.text : piece.wildcard)).join('');
}
