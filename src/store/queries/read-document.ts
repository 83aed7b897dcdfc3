/**
 * Documents read from their text once for as long as the text stays the same: policies are large, and asked for with every
 * call.
 *
 * What is kept is compared with the text that was found, so that it is never older than the store. It is one object for
 * everybody, and nobody can change it. What was not asked for longest goes when there is too much.
 */

/** Of all that is kept. */
const MOST_CHARACTERS = 8 * 1024 * 1024;
/** About what it costs to keep an empty one. */
const OVERHEAD = 500;

type Kept = { text: string; document: unknown };

/** From the one that was not asked for longest. */
const kept = new Map<string, Kept>();
let size = 0;

/** @param name of the document, different from those of all others of its store */
export function readDocument<T>(name: string, text: string): T {
  const before = kept.get(name);
  const read = before?.text === text ? before : { text, document: JSON.parse(text, freeze) };
  if (before) forget(name, before);
  kept.set(name, read);
  size += costOf(read);
  for (const [oldest, its] of size > MOST_CHARACTERS ? kept : []) {
    forget(oldest, its);
    if (size <= MOST_CHARACTERS) break;
  }
  return read.document as T;
}

function forget(name: string, its: Kept): void {
  kept.delete(name);
  size -= costOf(its);
}

function costOf({ text }: Kept): number {
  return OVERHEAD + text.length;
}

/** Of each value, the innermost first. */
function freeze(_key: string, value: unknown): unknown {
  return Object.freeze(value);
}
