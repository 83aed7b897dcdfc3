/**
 * JSON (RFC 8259) read strictly, with the place of every value: what JSON.parse hides is what people get wrong in policies.
 *
 * It promises: a member that comes twice in an object is an error, as AWS has it; nothing is read that JSON.parse would
 * not read; the time is linear in the text, and nesting is bounded; only JsonError is thrown. Numbers keep their spelling,
 * because `2.0` in a policy is compared as it was written.
 */

export type JsonValue =
  | (Span & { kind: 'string' | 'number' | 'boolean'; text: string })
  | (Span & { kind: 'null' })
  | (Span & { kind: 'list'; items: JsonValue[] })
  | JsonObject;

export type JsonObject = Span & { kind: 'object'; members: Map<string, Member> };
export type Member = { keyAt: number; value: JsonValue };

/** Offsets in the text: of the first character, and after the last. */
type Span = { at: number; end: number };

/** Line and column, both counted from 1. */
export type Place = { line: number; column: number };

export class JsonError extends Error {
  /** Offset in the text. */
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.name = 'JsonError';
    this.at = at;
  }
}

/** Far more than a policy needs. */
const DEEPEST = 32;

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** What stands in a string as it is. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids exactly these.
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const ESCAPED: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
const WORDS = { true: 'boolean', false: 'boolean', null: 'null' } as const;

/** @throws JsonError */
export function readJson(text: string): JsonValue {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.skipSpace();
  if (reader.at < text.length) throw new JsonError('something follows the end of the JSON', reader.at);
  return value;
}

/** A function from offsets in a text to places in it; it looks at the text once. */
export function placesIn(text: string): (at: number) => Place {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (at) => {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] as number) <= at) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: at - (starts[low] as number) + 1 };
  };
}

class Reader {
  at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): JsonValue {
    this.skipSpace();
    const at = this.at;
    if (depth > DEEPEST) throw new JsonError(`nested more than ${DEEPEST} deep`, at);
    const first = this.#text[at];
    if (first === '{') return this.#object(depth);
    if (first === '[') return this.#list(depth);
    if (first === '"') return { kind: 'string', text: this.#string(), at, end: this.at };
    for (const [word, kind] of Object.entries(WORDS)) {
      if (!this.#text.startsWith(word, at)) continue;
      this.at += word.length;
      return kind === 'null' ? { kind, at, end: this.at } : { kind, text: word, at, end: this.at };
    }
    const text = this.#take(NUMBER);
    if (text === '') throw new JsonError(this.#ended() ?? 'expected a value', at);
    return { kind: 'number', text, at, end: this.at };
  }

  skipSpace(): void {
    this.#take(SPACE);
  }

  #object(depth: number): JsonObject {
    const at = this.at++;
    const members = new Map<string, Member>();
    while (!this.#closes('}', members.size)) {
      const keyAt = this.at;
      if (this.#text[keyAt] !== '"') throw new JsonError(this.#ended() ?? 'expected a name in quotation marks', keyAt);
      const key = this.#string();
      if (members.has(key)) throw new JsonError(`\`${clip(key)}\` comes twice in one object`, keyAt);
      this.skipSpace();
      if (this.#text[this.at] !== ':') throw new JsonError(this.#ended() ?? 'expected a colon', this.at);
      this.at++;
      members.set(key, { keyAt, value: this.value(depth + 1) });
    }
    return { kind: 'object', members, at, end: this.at };
  }

  #list(depth: number): JsonValue {
    const at = this.at++;
    const items: JsonValue[] = [];
    while (!this.#closes(']', items.length)) items.push(this.value(depth + 1));
    return { kind: 'list', items, at, end: this.at };
  }

  /** Steps over the bracket that closes, or over the comma before what comes next. */
  #closes(bracket: string, before: number): boolean {
    this.skipSpace();
    const next = this.#text[this.at];
    if (next === bracket) {
      this.at++;
      return true;
    }
    if (before === 0) return false;
    if (next !== ',') throw new JsonError(this.#ended() ?? `expected a comma or \`${bracket}\``, this.at);
    this.at++;
    this.skipSpace();
    return false;
  }

  #string(): string {
    const start = this.at++;
    let text = this.#take(PLAIN);
    while (this.#text[this.at] !== '"') {
      if (this.at >= this.#text.length) throw new JsonError('a string does not end', start);
      const escaped = this.#take(ESCAPE);
      if (escaped === '')
        throw new JsonError('a string holds a character that must be escaped, or a bad escape', this.at);
      text += characterOf(escaped) + this.#take(PLAIN);
    }
    this.at++;
    return text;
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const taken = pattern.exec(this.#text)?.[0] ?? '';
    this.at += taken.length;
    return taken;
  }

  #ended(): string | undefined {
    return this.at >= this.#text.length ? 'the JSON does not end' : undefined;
  }
}

function characterOf(escaped: string): string {
  const letter = escaped.charAt(1);
  if (letter === 'u') return String.fromCharCode(Number.parseInt(escaped.slice(2), 16));
  return ESCAPED[letter] ?? letter;
}

/** What somebody wrote, short enough for a message. */
export function clip(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 80)}…`;
}
