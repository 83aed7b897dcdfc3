/** Words as a POSIX shell takes them, one command on as many lines as it has flags. */

export function shellCommand(words: readonly string[]): string {
  return words
    .map((word, index) => {
      const isFlag = word.startsWith('--') && index > 0;
      return isFlag ? ` \\\n  ${word}` : `${index === 0 ? '' : ' '}${quoted(word)}`;
    })
    .join('');
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
