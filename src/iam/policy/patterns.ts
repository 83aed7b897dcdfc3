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

/** The same of an ARN in its six parts. */
export type ArnTest = (parts: readonly string[], context: Context) => boolean;

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
  const tests = [0, 1, 2, 3, 4, 5].map((index) => compileText(parts[index] ?? ANY_PART, variables));
  // The resource differs most often, the first parts hardly ever: ask in the order that ends soonest.
  const order = [5, 2, 4, 3, 1, 0].filter((index) => tests[index] !== matchAnything);
  return (values, context) => order.every((index) => tests[index]?.(values[index] ?? '', context));
}

/** The text itself, in which wildcards are characters. */
export function asText(pieces: readonly Fixed[]): string {
  return pieces.map((piece) => ('text' in piece ? piece.text : piece.wildcard)).join('');
}
