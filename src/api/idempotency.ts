/**
 * ClientToken: the same request with the same token makes one thing, however often it comes (aws-behaviour 3.1).
 *
 * Only a digest of the parameters is kept. The token lives as long as what it made.
 */

import { createHash } from 'node:crypto';
import { idempotentParameterMismatch, invalidParameterValue } from '../aws-errors.ts';
import type { Call } from './call.ts';

const LONGEST_TOKEN = 64;

type Request = { ClientToken?: string | undefined; DryRun?: boolean | undefined };

/**
 * The id of what an earlier request with the same token made; undefined when there was none.
 *
 * @throws IdempotentParameterMismatch when that request had other parameters
 */
export async function madeBefore(call: Call, input: Request): Promise<string | undefined> {
  if (input.ClientToken === undefined) return undefined;
  if (input.ClientToken.length > LONGEST_TOKEN || !/^[ -~]*$/.test(input.ClientToken)) {
    throw invalidParameterValue(`A client token has at most ${LONGEST_TOKEN} ASCII characters`);
  }
  const use = await call.tx.documents.find('client-token', call.scope, tokenId(call, input.ClientToken));
  if (use && use.digest !== digest(input)) throw idempotentParameterMismatch();
  return use?.resourceId;
}

/** Remembers what this request made. */
export async function rememberMade(call: Call, input: Request, resourceId: string): Promise<void> {
  if (input.ClientToken === undefined) return;
  const use = { digest: digest(input), resourceId };
  await call.tx.documents.put('client-token', call.scope, tokenId(call, input.ClientToken), use);
}

function tokenId(call: Call, token: string): string {
  return `${call.action}/${token}`;
}

function digest({ ClientToken: _token, DryRun: _dryRun, ...parameters }: Request): string {
  return createHash('sha256').update(canonical(parameters)).digest('base64url');
}

/** JSON in which the order of keys says nothing. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
