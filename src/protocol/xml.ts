/**
 * Text in XML 1.0: what it can hold, and how it is written.
 *
 * XML has no way to write most control characters, lone surrogates, U+FFFE and U+FFFF. Requests with them are rejected, so
 * that nothing stored has to be repaired; where one still turns up, an answer shows U+FFFD instead and stays well formed.
 */

const UNREPRESENTABLE = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** Everything but what may stand in an element as it is. A carriage return would be read as a line feed. */
const SPECIAL = /[^\t\n\u0020-\u0025\u0027-\u003b=\u003f-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/** Ids, names, addresses, times: most of what is written, told apart quickly. */
const PLAIN = /^[\w\-./: ]*$/;

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' };

/** Whether XML 1.0 can represent `text`. */
export function isRepresentable(text: string): boolean {
  return !UNREPRESENTABLE.test(text);
}

/** `text` as the content of an element. */
export function escapeText(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(SPECIAL, (character) => ESCAPES[character] ?? '\ufffd');
}
