/**
 * How a value is written for a POSIX shell, so that nothing in it can become a command.
 */

/** `text` as one word, in quotes unless it needs none. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Lines that a shell evaluates to set variables, or, where the value is undefined, to forget them. */
export function exportLines(variables: Record<string, string | undefined>): string {
  const unset = Object.keys(variables).filter((name) => variables[name] === undefined);
  const set = Object.entries(variables).flatMap(([name, value]) =>
    value === undefined ? [] : [`export ${name}=${quoted(value)}\n`],
  );
  return `${set.join('')}unset ${unset.join(' ')}\n`;
}
