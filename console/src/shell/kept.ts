/**
 * What is kept in this browser: for good, or as long as the tab is open.
 *
 * A browser may forbid it, and everything at this address can write there: what cannot be kept or read is not kept, and all
 * else works.
 */

type Where = 'localStorage' | 'sessionStorage';

/** @returns undefined where nothing is kept under this name that can be read */
export function readKept<T>(where: Where, name: string): T | undefined {
  try {
    return (JSON.parse(window[where].getItem(name) ?? 'null') as T | null) ?? undefined;
  } catch {
    return undefined;
  }
}

/** @param value undefined to forget it */
export function keep(where: Where, name: string, value: unknown): void {
  try {
    if (value === undefined) window[where].removeItem(name);
    else window[where].setItem(name, JSON.stringify(value));
  } catch {
    // It holds for this page then.
  }
}
