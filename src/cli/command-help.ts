/**
 * What every command of ours has for people: one line that says what it does, examples, and what to try after a mistake.
 */

import type { Command } from 'commander';

/** Takes a command's exit status. */
export type Finish = (status: number) => void;

export function describe(program: Command, name: string, description: string): Command {
  return program.command(name).description(description).showHelpAfterError(`Try: openimds ${name} --help`);
}

export function examples(...lines: string[]): string {
  return `\nExample${lines.length > 1 ? 's' : ''}:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}
