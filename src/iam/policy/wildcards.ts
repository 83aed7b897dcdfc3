/**
 * Matching with `*` (any characters, also none) and `?` (one character), without going back further than the last `*`.
 *
 * The time for a text is at worst the product of its length and the pattern's, whatever the pattern: `*a*a*a*b` costs no
 * more than any other. What is usual, such as `ec2:Describe*`, is a comparison of a beginning or an end.
 */

import type { Fixed } from './variables.ts';

export type TextMatcher = (text: string) => boolean;

const ANY = -1;
const ONE = -2;

export const matchAnything: TextMatcher = () => true;

export function matcherOf(pieces: readonly Fixed[]): TextMatcher {
  const joined = join(pieces);
  const [first, second, third] = joined;
  if (first === undefined) return (text) => text === '';
  if (joined.length <= 3 && !joined.some((piece) => piece === '?')) {
    if (second === undefined) return isAny(first) ? matchAnything : isExactly(first);
    if (third === undefined) return isAny(first) ? endsWith(second) : startsWith(first);
    return isAny(first) ? includes(second) : surrounds(first, third);
  }
  return general(joined);
}

/** Text as `{ text }`, wildcards as themselves; neighbouring texts become one, and `**` is `*`. */
type Joined = { text: string } | '*' | '?';

function join(pieces: readonly Fixed[]): Joined[] {
  const joined: Joined[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if ('wildcard' in piece) {
      if (piece.wildcard === '?' || last !== '*') joined.push(piece.wildcard);
    } else if (typeof last === 'object') {
      joined[joined.length - 1] = { text: last.text + piece.text };
    } else if (piece.text !== '') {
      joined.push(piece);
    }
  }
  return joined;
}

function isAny(piece: Joined): boolean {
  return piece === '*';
}

function textOf(piece: Joined): string {
  return typeof piece === 'object' ? piece.text : '';
}

function isExactly(piece: Joined): TextMatcher {
  const wanted = textOf(piece);
  return (text) => text === wanted;
}

function startsWith(piece: Joined): TextMatcher {
  const wanted = textOf(piece);
  return (text) => text.startsWith(wanted);
}

function endsWith(piece: Joined): TextMatcher {
  const wanted = textOf(piece);
  return (text) => text.endsWith(wanted);
}

function includes(piece: Joined): TextMatcher {
  const wanted = textOf(piece);
  return (text) => text.includes(wanted);
}

function surrounds(before: Joined, after: Joined): TextMatcher {
  const [start, end] = [textOf(before), textOf(after)];
  const shortest = start.length + end.length;
  return (text) => text.length >= shortest && text.startsWith(start) && text.endsWith(end);
}

/** A character is a UTF-16 code unit, as in the Java that AWS runs. */
function general(joined: readonly Joined[]): TextMatcher {
  const pattern = Int32Array.from(
    joined.flatMap((piece) => {
      if (piece === '*') return [ANY];
      if (piece === '?') return [ONE];
      return Array.from({ length: piece.text.length }, (_, index) => piece.text.charCodeAt(index));
    }),
  );
  return (text) => matchesPattern(pattern, text);
}

/** Two pointers: after a mismatch the last `*` takes one character more, and those before it never change again. */
function matchesPattern(pattern: Int32Array, text: string): boolean {
  let at = 0;
  let index = 0;
  let lastAny = -1;
  let resumeAt = 0;
  while (at < text.length) {
    const wanted = pattern[index];
    if (wanted === ANY) {
      lastAny = index++;
      resumeAt = at;
    } else if (wanted === ONE || wanted === text.charCodeAt(at)) {
      index++;
      at++;
    } else if (lastAny >= 0) {
      index = lastAny + 1;
      at = ++resumeAt;
    } else {
      return false;
    }
  }
  while (pattern[index] === ANY) index++;
  return index === pattern.length;
}
