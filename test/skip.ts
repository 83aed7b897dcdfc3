/**
 * Tests that need something of the machine: skipped where it is missing, with the reason printed.
 *
 * What is asked for the reason has none in continuous integration, so that nothing is skipped there.
 */

import { beforeEach } from 'vitest';

/** Skips each test of the file that calls it, as long as there is a reason. */
export function skipIf(whyNot: () => string | undefined): void {
  beforeEach(({ skip }) => {
    const reason = whyNot();
    skip(reason !== undefined, reason);
  });
}
