/**
 * How a command is described: its name, what it does, an example, and where its help is when something is wrong with it.
 */

import type { Command } from 'commander';

/** Takes a command's exit status. */
export type Finish = (status: number) => void;

/** A new command below `parent`, which is the program or a command with commands of its own. */
export function describe(parent: Command, name: string, description: string): Command {
  const command = parent.command(name).description(description);
  return command.showHelpAfterError(`Try: ${wordsOf(command)} --help`);
}

/** For `addHelpText('after', …)`. */
export function examples(...lines: string[]): string {
  return `\nExample${lines.length > 1 ? 's' : ''}:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}

function wordsOf(command: Command): string {
  return command.parent ? `${wordsOf(command.parent)} ${command.name()}` : command.name();
}
