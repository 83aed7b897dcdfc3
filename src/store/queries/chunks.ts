/**
 * Lists of any length in pieces that a statement can take: databases bound the number of parameters.
 */

/** So many values at most in one statement's list. */
const LARGEST_LIST = 500;

/** The values in pieces of at most `size`, in order. */
export function chunks<T>(values: Iterable<T>, size = LARGEST_LIST): T[][] {
  const list = [...values];
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  );
}
