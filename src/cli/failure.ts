/**
 * What a user did or met, in one clear sentence: the only kind of error that a command shows as it is.
 *
 * Anything else that is thrown is a bug of ours, and `main.ts` shows it as one.
 */

export class Failure extends Error {
  /** 1; 2 for wrong usage; 126 and 127 as shells have them for a program that cannot be run or found. */
  readonly exitStatus: number;

  constructor(message: string, exitStatus = 1) {
    super(message);
    this.name = 'Failure';
    this.exitStatus = exitStatus;
  }
}
