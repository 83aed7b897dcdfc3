/**
 * Words as a POSIX shell takes them, one command on as many lines as it has flags; for several values, a loop of the shell.
 *
 * What is written here can be copied into a terminal as it is.
 */

export function shellCommand(words: readonly string[]): string {
  return words
    .map((word, index) => {
      const isFlag = word.startsWith('--') && index > 0;
      return `${index === 0 ? '' : isFlag ? ' \\\n  ' : ' '}${quoted(word)}`;
    })
    .join('');
}

/**
 * The same command for each of several values; of a single one just the command.
 *
 * @param variable of the shell
 * @param values without blanks and what a shell reads otherwise, such as ids
 * @param wordsFor the command for a value
 */
export function shellLoop(
  variable: string,
  values: readonly string[],
  wordsFor: (value: string) => readonly string[],
): string {
  const [first = '', ...others] = values;
  if (others.length === 0) return shellCommand(wordsFor(first));
  const command = shellCommand(wordsFor('EACH')).replace('EACH', `"$${variable}"`);
  return `for ${variable} in ${values.join(' ')}; do\n  ${command.replaceAll('\n', '\n  ')}\ndone`;
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
