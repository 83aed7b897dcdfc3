/**
 * Why a state directory cannot be used: one named error for each reason.
 *
 * Each message is one sentence for people and says what to do next, so that a command can print it as it is; what the
 * system said is the cause.
 */

/** The state directory cannot be used. Only its kinds below are thrown. */
export class StateError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Another process has it open. */
export class StateInUseError extends StateError {
  constructor(directory: string, cause: unknown) {
    super(
      `the state in ${directory} is in use by another OpenIMDS: stop that one first, or choose another state directory`,
      { cause },
    );
  }
}

/** It holds something that OpenIMDS did not make. Nothing in it was changed. */
export class ForeignStateError extends StateError {
  /** @param found what is there that is not ours */
  constructor(directory: string, found: string, cause?: unknown) {
    super(`${directory} holds ${found}, which is not a state of OpenIMDS: choose an empty or a new state directory`, {
      cause,
    });
  }
}

/** A later version of OpenIMDS wrote it. Nothing in it was changed. */
export class NewerStateError extends StateError {
  constructor(directory: string, versions: { found: number; known: number }) {
    super(
      `the state in ${directory} has schema ${versions.found} and this OpenIMDS knows them up to ${versions.known}: start the newer version that wrote it, or choose another state directory`,
    );
  }
}

/** It cannot be read and written by this process. */
export class UnwritableStateError extends StateError {
  constructor(directory: string, reason: string, cause: unknown) {
    super(
      `the state in ${directory} cannot be written (${reason}): let this user write there, or choose another state directory`,
      { cause },
    );
  }
}
