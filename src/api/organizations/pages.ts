/**
 * MaxResults and NextToken, the same for every list of Organizations: twenty at most, and fewer where fewer are asked for.
 *
 * A NextToken says where the page after begins and which operation made it, as those of EC2 do (`api/pagination.ts`).
 */

import { invalidInput } from '../../aws-errors.ts';
import { nextToken } from '../pagination.ts';

const LARGEST_PAGE = 20;

type PageRequest = { MaxResults?: number | undefined; NextToken?: string | undefined };

/** @param operation for example `ListAccounts` @throws InvalidInputException for a token of another operation, or nobody's */
export function pageOf<T>(
  operation: string,
  items: readonly T[],
  request: PageRequest,
): { items: T[]; NextToken?: string } {
  const first = request.NextToken === undefined ? 0 : positionIn(operation, request.NextToken);
  const end = first + (request.MaxResults ?? LARGEST_PAGE);
  return { items: items.slice(first, end), ...nextToken(operation, end < items.length ? end : undefined) };
}

function positionIn(operation: string, token: string): number {
  try {
    const [madeFor, position] = JSON.parse(Buffer.from(token, 'base64url').toString()) as unknown[];
    if (madeFor === operation && Number.isSafeInteger(position) && (position as number) > 0) return position as number;
  } catch {
    // Not a token of ours: refused below like one of another operation.
  }
  throw invalidInput('INVALID_NEXT_TOKEN', 'NextToken');
}
