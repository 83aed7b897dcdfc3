/**
 * MaxItems and Marker, the same for every List action of IAM.
 *
 * A Marker says after what the next page begins and for which action it was made; it holds nothing secret. Pages are in
 * order of the key, so that nothing is left out or shown twice while others come and go.
 */

import { validationError } from '../../aws-errors.ts';
import type { AccountCall } from '../call.ts';
import { readNumber } from './names.ts';

const USUAL_PAGE = 100;
const LARGEST_PAGE = 1000;

export type PageRequest = { Marker?: string | undefined; MaxItems?: number | undefined };
export type Page<T> = { items: T[]; IsTruncated: boolean; Marker?: string };

/** @param keyOf unique @throws ValidationError */
export function pageOf<T>(
  { action }: Pick<AccountCall, 'action'>,
  items: readonly T[],
  { Marker, MaxItems = USUAL_PAGE }: PageRequest,
  keyOf: (item: T) => string,
): Page<T> {
  const limit = readNumber('MaxItems', MaxItems, { least: 1, most: LARGEST_PAGE });
  const after = Marker === undefined ? undefined : readMarker(action, Marker);
  const sorted = items.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const rest = after === undefined ? sorted : sorted.filter((item) => keyOf(item) > after);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  if (rest.length === page.length || last === undefined) return { items: page, IsTruncated: false };
  const marker = Buffer.from(JSON.stringify([action, keyOf(last)])).toString('base64url');
  return { items: page, IsTruncated: true, Marker: marker };
}

function readMarker(action: string, marker: string): string {
  try {
    const [madeFor, after] = JSON.parse(Buffer.from(marker, 'base64url').toString()) as unknown[];
    if (madeFor === action && typeof after === 'string') return after;
  } catch {
    // Not a marker of ours: refused below like one of another action.
  }
  throw validationError('Invalid Marker.');
}
