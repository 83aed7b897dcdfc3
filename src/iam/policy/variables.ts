/**
 * Policy variables: `${aws:username}`, `${aws:PrincipalTag/team, 'none'}`, and `${*}`, `${?}`, `${$}` for the characters.
 *
 * Text with variables and wildcards is taken apart once, when a policy is compiled; per request only the variables are
 * looked up. A value that is put in is text: a `*` in a tag's value matches nothing but a `*`. A variable without exactly
 * one value and without a default has none at all, and then nothing matches.
 */

import type { Context } from '../context.ts';

export type Fixed = { text: string } | { wildcard: '*' | '?' };
/** `lower` is the key as a Context has it. */
export type Variable = { key: string; lower: string; otherwise: string | undefined };
export type Piece = Fixed | Variable;

const VARIABLE = /\$\{(?:([*?$])|([^\s{}',]+)(?:, *'([^']*)')?)\}/y;
const PLAIN = /[^*?$]+/y;

/** @param variables whether the version of the policy has them; without, `${` is text */
export function takeApart(text: string, variables: boolean): Piece[] {
  const pieces: Piece[] = [];
  for (let at = 0; at < text.length; ) {
    const next = pieceAt(text, at, variables);
    pieces.push(next.piece);
    at = next.end;
  }
  return pieces;
}

/** Text of a kind that never has variables. */
export function takeApartFixed(text: string): Fixed[] {
  return takeApart(text, false).filter((piece): piece is Fixed => !('key' in piece));
}

function pieceAt(text: string, at: number, variables: boolean): { piece: Piece; end: number } {
  const first = text.charAt(at);
  if (first === '*' || first === '?') return { piece: { wildcard: first }, end: at + 1 };
  if (first !== '$') {
    const plain = execAt(PLAIN, text, at)?.[0] ?? first;
    return { piece: { text: plain }, end: at + plain.length };
  }
  const found = variables ? execAt(VARIABLE, text, at) : null;
  if (!found) return { piece: { text: first }, end: at + 1 };
  const [whole, character, key = '', otherwise] = found;
  const piece = character === undefined ? { key, lower: key.toLowerCase(), otherwise } : { text: character };
  return { piece, end: at + whole.length };
}

/** What is wrong with the first variable that cannot be read; undefined when all can. */
export function problemWithVariables(text: string): string | undefined {
  for (let at = text.indexOf('${'); at >= 0; at = text.indexOf('${', at)) {
    const found = execAt(VARIABLE, text, at);
    if (!found) {
      if (!text.includes('}', at)) return 'a variable is not closed with `}`';
      if (text.charAt(at + 2) === '}') return 'a variable has no name';
      return "a variable is a key, and after a comma perhaps a default in quotation marks: `'none'`";
    }
    at += found[0].length;
  }
  return undefined;
}

/** The keys of all variables in a text. */
export function variablesIn(text: string): string[] {
  return takeApart(text, true).flatMap((piece) => ('key' in piece ? [piece.key] : []));
}

export function isFixed(pieces: readonly Piece[]): pieces is readonly Fixed[] {
  return !pieces.some((piece) => 'key' in piece);
}

/** The pieces with values for variables; undefined when one has none. rule: policy-variables */
export function putIn(pieces: readonly Piece[], context: Context): Fixed[] | undefined {
  const fixed: Fixed[] = [];
  for (const piece of pieces) {
    if (!('key' in piece)) {
      fixed.push(piece);
      continue;
    }
    const values = context.get(piece.lower)?.values;
    const text = values === undefined ? piece.otherwise : values.length === 1 ? values[0] : undefined;
    if (text === undefined) return undefined;
    fixed.push({ text });
  }
  return fixed;
}

function execAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
