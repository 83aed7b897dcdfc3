/**
 * What people write instead of JSON, where the reader stops at it.
 */

const HINTS: readonly (readonly [at: RegExp, hint: string])[] = [
  [/^'/, 'JSON has double quotation marks only'],
  [/^[\u2018\u2019\u201c\u201d\u201e]/, 'these are quotation marks of a word processor; JSON has `"`'],
  [/^(?:\/[/*]|#)/, 'JSON has no comments'],
  [/^[A-Za-z_]\w*\s*:/, 'names stand in quotation marks'],
  [/^(?:True|False|None)\b/, 'it is written true, false or null'],
];

/** @param at where the text stops to be JSON */
export function jsonHint(text: string, at: number): string | undefined {
  const here = text.slice(at, at + 200);
  const found = HINTS.find(([pattern]) => pattern.test(here));
  if (found) return found[1];
  const isClosing = /^[}\]]/.test(here);
  return isClosing && /,\s*$/.test(text.slice(Math.max(0, at - 200), at))
    ? 'there is a comma too many before it'
    : undefined;
}
