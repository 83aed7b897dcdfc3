/**
 * `--output` and `--query`, as the AWS CLI has them: JSON, YAML and text, of a whole answer or of the part that a
 * JMESPath expression picks. For people there is a table, which each list makes itself.
 */

import { Failure } from './failure.ts';
import { printable, printableLines } from './printable.ts';

export type OutputFormat = 'json' | 'yaml' | 'text';

/** What the flags `--output` and `--query` say. */
export type ShowOptions = { output?: OutputFormat | 'table'; query?: string };

/**
 * An answer as it is asked for: `table` for people where nothing else is, the answer or a part of it for programs.
 *
 * @throws Failure for an expression that JMESPath cannot read, or one whose result no table can show
 */
export async function show(answer: unknown, { output, query }: ShowOptions, table: () => string): Promise<string> {
  if (output === 'table' && query !== undefined) throw new Failure('--query goes with --output json, yaml or text', 2);
  const as = output ?? (query === undefined ? 'table' : 'json');
  return as === 'table' ? table() : format(await select(answer, query), as);
}

/** @throws Failure for an expression that JMESPath cannot read */
export async function select(answer: unknown, query: string | undefined): Promise<unknown> {
  if (query === undefined) return answer;
  const { default: jmespath } = await import('jmespath');
  try {
    return jmespath.search(answer, query);
  } catch (error) {
    throw new Failure(`--query cannot be evaluated: ${error instanceof Error ? error.message : error}`, 2);
  }
}

export async function format(value: unknown, as: OutputFormat): Promise<string> {
  if (as === 'text') return textLines(value).join('\n');
  if (as === 'json') return printableLines(JSON.stringify(value, undefined, 4));
  const { stringify } = await import('yaml');
  // Always quoted: only in quotes is the spelling of an unprintable character its meaning.
  return printableLines(stringify(value, { defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' }).trimEnd());
}

/** A value per line, the values of a flat list with tabs between them; what is deeper is JSON. */
function textLines(value: unknown): string[] {
  if (!Array.isArray(value)) return [text(value)];
  if (value.every((item) => !Array.isArray(item))) return [value.map(text).join('\t')];
  return value.flatMap(textLines);
}

function text(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  return printable(typeof value === 'string' ? value : JSON.stringify(value));
}
