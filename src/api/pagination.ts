/**
 * MaxResults and NextToken, the same for every Describe action (aws-behaviour 3.1).
 *
 * A NextToken says where the page after begins and for which action it was made; it holds nothing secret, and one that
 * was changed or belongs to another action is refused.
 */

import { invalidNextToken, invalidParameterCombination, invalidParameterValue } from '../aws-errors.ts';

const LARGEST_PAGE = 1000;

export type PageRequest = { MaxResults?: number | undefined; NextToken?: string | undefined };

/** What a page begins after: whatever the action's store query takes. */
export type Position = number | string | { ResourceId: string; Key: string };

/**
 * How many to answer at most, and after which position.
 *
 * @param ids of the request: MaxResults beside them is refused, and they are answered in one page
 */
export function readPage<P extends Position>(
  action: string,
  request: PageRequest,
  ids?: readonly string[],
): { limit: number; after?: P } {
  const { MaxResults, NextToken } = request;
  if (MaxResults !== undefined && ids?.length) {
    throw invalidParameterCombination('The parameter instancesSet cannot be used with the parameter maxResults');
  }
  if (MaxResults !== undefined && (MaxResults < 5 || MaxResults > LARGEST_PAGE)) {
    throw invalidParameterValue(
      MaxResults < 5
        ? `Value ( ${MaxResults} ) for parameter maxResults is invalid. Expecting a value greater than or equal to 5.`
        : `Value ( ${MaxResults} ) for parameter maxResults is invalid. Expecting a value less than or equal to ${LARGEST_PAGE}.`,
    );
  }
  const limit = ids?.length || MaxResults || LARGEST_PAGE;
  return NextToken === undefined ? { limit } : { limit, after: readNextToken<P>(action, NextToken) };
}

/** The NextToken of an answer, or nothing when there is no next page. */
export function nextToken(action: string, next: Position | undefined): { NextToken?: string } {
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
  const { limit, after = 0 } = readPage<number>(action, request, ids);
  if (ids?.length) return { items };
  const end = after + limit;
  return { items: items.slice(after, end), ...nextToken(action, end < items.length ? end : undefined) };
}

function readNextToken<P extends Position>(action: string, token: string): P {
  try {
    const [madeFor, position] = JSON.parse(Buffer.from(token, 'base64url').toString()) as [unknown, P];
    if (madeFor === action && isPosition(position)) return position;
  } catch {
    // Not a token of ours: refused below like one of another action.
  }
  throw invalidNextToken();
}

function isPosition(value: unknown): value is Position {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0;
  if (typeof value === 'string') return true;
  const row = value as { ResourceId?: unknown; Key?: unknown } | null;
  return typeof row === 'object' && typeof row?.ResourceId === 'string' && typeof row.Key === 'string';
}
