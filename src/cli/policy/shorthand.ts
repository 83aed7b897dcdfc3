/**
 * The AWS CLI's shorthand for values with parts: `HttpEndpoint=enabled,HttpTokens=required`,
 * `ResourceType=instance,Tags=[{Key=team,Value=red}]`; or JSON, which begins with a bracket.
 *
 *   pairs  = name "=" value *("," name "=" value)
 *   value  = "{" pairs "}" / "[" value *("," value) "]" / quoted / text up to a comma or a bracket
 */

export type Value = string | Value[] | { [name: string]: Value };

export class ShorthandError extends Error {}

const DEEPEST = 16;

/** @throws ShorthandError */
export function readShorthand(text: string): Value {
  if (/^\s*[[{]\s*(?:["{[\]}]|$)/.test(text)) return readAsJson(text);
  const reader = new Reader(text);
  const value = /^[\w-]+\s*=/.test(text) ? reader.pairs(0, '') : reader.value(0);
  reader.end();
  return value;
}

function readAsJson(text: string): Value {
  try {
    return asValue(JSON.parse(text));
  } catch (error) {
    throw new ShorthandError(`it begins like JSON and is none: ${error instanceof Error ? error.message : error}`);
  }
}

function asValue(value: unknown): Value {
  if (Array.isArray(value)) return value.map(asValue);
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, asValue(each)]));
}

class Reader {
  #at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** @param close the bracket that ends them; empty for the end of the text */
  pairs(depth: number, close: string): Value {
    const pairs: [string, Value][] = [];
    do {
      const name = this.#take(/[\w-]+/y);
      if (name === '') throw this.#expected('a name');
      if (pairs.some(([known]) => known === name)) throw new ShorthandError(`\`${name}\` comes twice`);
      if (!this.#skip('=')) throw this.#expected(`\`=\` after \`${name}\``);
      pairs.push([name, this.value(depth + 1)]);
    } while (this.#skip(','));
    if (close !== '' && !this.#skip(close)) throw this.#expected(`\`,\` or \`${close}\``);
    return Object.fromEntries(pairs);
  }

  value(depth: number): Value {
    if (depth > DEEPEST) throw new ShorthandError(`nested more than ${DEEPEST} deep`);
    if (this.#skip('{')) return this.pairs(depth, '}');
    if (this.#skip('[')) return this.#list(depth);
    const quoted = this.#take(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/y);
    if (quoted !== '') return quoted.slice(1, -1).replace(/\\(.)/g, '$1');
    return this.#take(/[^,{}[\]]*/y).trimEnd();
  }

  #list(depth: number): Value[] {
    if (this.#skip(']')) return [];
    const items: Value[] = [];
    do items.push(this.value(depth + 1));
    while (this.#skip(','));
    if (!this.#skip(']')) throw this.#expected('`,` or `]`');
    return items;
  }

  end(): void {
    if (this.#at < this.#text.length) throw this.#expected('a comma');
  }

  #skip(character: string): boolean {
    this.#take(/\s*/y);
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    this.#take(/\s*/y);
    return true;
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const taken = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += taken.length;
    return taken;
  }

  #expected(what: string): ShorthandError {
    const rest = this.#text.slice(this.#at, this.#at + 20);
    return new ShorthandError(`expected ${what}${rest === '' ? ' at the end' : ` before \`${rest}\``}`);
  }
}
