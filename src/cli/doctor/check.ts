/**
 * One line of what `openimds doctor` says: what was looked at, how it is, what was found, and how to get what is missing.
 */

import { leftWithout, REMEDIES, type Remedied } from './remedies.ts';

/** `missing`: there is none; `no`: it is there, and does not do or may not. */
export type Status = 'ok' | 'missing' | 'no' | 'not tried';

export type Check = {
  name: string;
  status: Status;
  /** A version, a number, what went wrong, or why it was not tried. */
  found: string;
  /** How to get it, and what there is without it; absent where it is ok or was not tried. */
  remedy?: string;
  without?: string;
  /** Without it instances cannot be network namespaces. */
  needed: boolean;
};

/** What a check is called, and what its remedies are found under. */
export type About = { name: string; remedy: Remedied; needed?: boolean };

export function ok({ name, needed = true }: About, found: string): Check {
  return { name, status: 'ok', found, needed };
}

export function notOk({ name, remedy, needed = true }: About, status: 'missing' | 'no', found: string): Check {
  return { name, status, found, remedy: REMEDIES[remedy], without: leftWithout(remedy), needed };
}

export function notTried({ name, needed = true }: About, found: string): Check {
  return { name, status: 'not tried', found, needed };
}

/** What stands in the way of instances as network namespaces, by name; what was not tried because of it is not told again. */
export function obstacles(checks: readonly Check[]): string[] {
  return checks
    .filter(({ status, needed }) => needed && (status === 'missing' || status === 'no'))
    .map(({ name }) => name);
}

export function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
