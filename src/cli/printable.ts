/**
 * Text that may go to a terminal: names and tags are written by others and must not move the cursor, set a title or
 * turn the reading direction.
 */

// Control characters of both sets, line and paragraph separators, and marks that turn or hide text.
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;

/** `text` with every unprintable character as `\uXXXX`, which is also how JSON and quoted YAML spell it. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The same for text of several lines. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}
