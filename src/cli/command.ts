/**
 * What all commands have in common: a description, what to try after wrong usage, examples, and an exit status.
 */

import type { Command } from 'commander';

/** Takes a command's exit status. */
export type Finish = (status: number) => void;

/** A command below `parent`, which may be a command itself. */
export function describe(parent: Command, name: string, description: string): Command {
  const command = parent.command(name).description(description);
  return command.showHelpAfterError(`Try: ${fullName(command)} --help`);
}

/** What stands below the help of a command. */
export function examples(...lines: string[]): string {
  return `\nExample${lines.length > 1 ? 's' : ''}:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}

/** For example `openimds event list`. */
function fullName(command: Command): string {
  return command.parent ? `${fullName(command.parent)} ${command.name()}` : command.name();
}
