/**
 * File descriptors that the metadata services of all instances may use together.
 *
 * A process has a limited number. Without a share of their own, the clients of one instance could take those that the API
 * and the other instances need, and nothing could be terminated any more.
 */

export type Descriptors = {
  /** Takes one; false when there is none left but `keep`. */
  take(keep?: number): boolean;
  release(): void;
};

/** @param count how many there are */
export function descriptors(count: number): Descriptors {
  let left = count;
  return {
    take(keep = 0) {
      if (left <= keep) return false;
      left--;
      return true;
    },
    release() {
      left++;
    },
  };
}
