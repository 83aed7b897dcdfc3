/**
 * File descriptors that the metadata services of all instances may use together.
 *
 * A process has a limited number. Without a share of their own, the clients of instances could take those that the API
 * needs, and nothing could be terminated any more.
 *
 * Nor can the clients of one instance keep those of another out. The last quarter is for those who have few: the fewer are
 * left, the fewer one may hold to get another, down to none. So the greedy stop early, and the next one finds room.
 */

export type Descriptors = {
  /** Takes one; false when there is none left but `keep`. */
  take(keep?: number): boolean;
  /** Takes one more for somebody who holds so many; false when what is left is for those who have fewer. */
  takeAnother(held: number): boolean;
  release(): void;
};

/** Takes one for a listener. @param keep as in `take` @throws Error that says what to do, where there is none left */
export function takeForListener(from: Descriptors, keep?: number): void {
  if (from.take(keep)) return;
  throw new Error('this process may not open more files: raise its limit (`ulimit -n`), or terminate instances');
}

/** Who holds so many gets nothing of the last quarter. */
const MANY = 8;

/** @param count how many there are */
export function descriptors(count: number): Descriptors {
  const lastQuarter = count / 4;
  let left = count;
  const take = (keep = 0) => {
    if (left <= keep) return false;
    left--;
    return true;
  };
  return {
    take,
    takeAnother: (held) => take((lastQuarter * Math.min(held, MANY)) / MANY),
    release() {
      left++;
    },
  };
}
