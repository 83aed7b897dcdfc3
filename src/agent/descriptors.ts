/**
 * File descriptors that the metadata services of all instances may use together.
 *
 * A process has a limited number. Without a share of their own, the clients of instances could take those that the API
 * needs, and nothing could be terminated any more. Among each other it is fair: a listener takes one more connection only
 * while more are left than it has. So the clients of one instance get half of what there is, those of two a third each,
 * and however many are greedy, about as much as one of them has is left for whoever comes next.
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
