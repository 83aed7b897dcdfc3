/**
 * Runs a program in our place: same terminal, signals through, and its exit status as ours.
 *
 * It is a child and not a replacement of this process, because Node ignores SIGPIPE and a replacement would inherit that.
 */

import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { Failure } from './failure.ts';

/** Signals that a terminal sends to the program itself as well as to us. */
const FROM_TERMINAL: NodeJS.Signals[] = ['SIGINT', 'SIGQUIT'];
const FROM_OTHERS: NodeJS.Signals[] = ['SIGTERM', 'SIGHUP', 'SIGUSR2'];

/**
 * @returns the program's exit status; 128 and the signal's number when a signal ended it, as shells say it
 * @throws Failure with 127 when there is no such program, 126 when it may not be run
 */
export function runProgram(program: string, args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve, reject) => {
    const atTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
    // Before the child is there: a signal that came in between would end us and leave it behind.
    for (const signal of FROM_TERMINAL) process.on(signal, () => !atTerminal && child.kill(signal));
    for (const signal of FROM_OTHERS) process.on(signal, () => child.kill(signal));
    const child = spawn(program, args, { stdio: 'inherit', env });
    child.on('error', (error: NodeJS.ErrnoException) => reject(cannotRun(program, error)));
    child.on('exit', (status, signal) => resolve(signal ? 128 + constants.signals[signal] : (status ?? 1)));
  });
}

function cannotRun(program: string, error: NodeJS.ErrnoException): Failure {
  return error.code === 'ENOENT'
    ? new Failure(`there is no program \`${program}\` here`, 127)
    : new Failure(`\`${program}\` cannot be run (${error.code ?? error.message})`, 126);
}
