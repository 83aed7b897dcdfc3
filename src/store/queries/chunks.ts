/**
 * Lists of any length in pieces that a statement can take: databases bound the number of parameters.
 */

/** So many values at most in one statement's list. */
const LARGEST_LIST = 500;

/** The list in pieces of at most `size`, in order, each value once. */
export function chunks<T>(values: Iterable<T>, size = LARGEST_LIST): T[][] {
  const distinct = [...new Set(values)];
  return Array.from({ length: Math.ceil(distinct.length / size) }, (_, index) =>
    distinct.slice(index * size, (index + 1) * size),
  );
}
