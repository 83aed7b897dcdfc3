/**
 * MaxResults and NextToken, the same for every Describe action (aws-behaviour 3.1).
 *
 * A NextToken says where the page after begins and for which action it was made; it holds nothing secret, and can lead
 * only to what its bearer may see anyway. One of another action, or of no form of ours, is refused.
 */

import { invalidMaxResults, invalidNextToken, maxResultsBesideIds } from '../aws-errors.ts';

const SMALLEST_PAGE = 5;
const LARGEST_PAGE = 1000;

export type PageRequest = { MaxResults?: number | undefined; NextToken?: string | undefined };

/**
 * How many to answer at most, and after which position, where positions are numbers.
 *
 * @param ids of the request: MaxResults beside them is refused, and they are answered in one page
 */
export function readPage(
  action: string,
  request: PageRequest,
  ids?: readonly string[],
): { limit: number; after?: number } {
  if (request.MaxResults !== undefined && ids?.length) throw maxResultsBesideIds(action);
  const page = readPageAfter(action, request, isCount);
  return ids?.length ? { ...page, limit: ids.length } : page;
}

/** As `readPage`, where a position is what `isPosition` says. @throws InvalidParameterValue, InvalidNextToken */
export function readPageAfter<P>(
  action: string,
  { MaxResults, NextToken }: PageRequest,
  isPosition: (value: unknown) => value is P,
): { limit: number; after?: P } {
  if (MaxResults !== undefined && MaxResults < SMALLEST_PAGE) {
    throw invalidMaxResults(MaxResults, `greater than or equal to ${SMALLEST_PAGE}`);
  }
  if (MaxResults !== undefined && MaxResults > LARGEST_PAGE) {
    throw invalidMaxResults(MaxResults, `less than or equal to ${LARGEST_PAGE}`);
  }
  const limit = MaxResults ?? LARGEST_PAGE;
  return NextToken === undefined ? { limit } : { limit, after: readNextToken(action, NextToken, isPosition) };
}

/** The NextToken of an answer, or nothing when there is no next page. */
export function nextToken(action: string, next: unknown): { NextToken?: string } {
  if (next === undefined) return {};
  return { NextToken: Buffer.from(JSON.stringify([action, next])).toString('base64url') };
}

/** A page of a list that is in memory as a whole, by position in it. */
export function slicePage<T>(
  action: string,
  items: T[],
  request: PageRequest,
  ids?: readonly string[],
): { items: T[]; NextToken?: string } {
  const { limit, after = 0 } = readPage(action, request, ids);
  if (ids?.length) return { items };
  const end = after + limit;
  return { items: items.slice(after, end), ...nextToken(action, end < items.length ? end : undefined) };
}

function readNextToken<P>(action: string, token: string, isPosition: (value: unknown) => value is P): P {
  try {
    const [madeFor, position] = JSON.parse(Buffer.from(token, 'base64url').toString()) as unknown[];
    if (madeFor === action && isPosition(position)) return position;
  } catch {
    // Not a token of ours: refused below like one of another action.
  }
  throw invalidNextToken();
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
