/**
 * The account's enforcement of IMDSv2.
 *
 * rule: http-tokens-enforced
 *   While HttpTokensEnforced is enabled, no instance is launched with, or changed to, HttpTokens=optional. Instances that
 *   have it stay as they are, and their other options may be changed.
 */

import { httpTokensEnforced } from '../aws-errors.ts';
import type { AccountMetadataDefaults, HttpTokens } from '../model.ts';

/**
 * @param HttpTokens at launch what was resolved, so that a default of `required` satisfies it; at modify what the
 *   request sets, if anything (aws-behaviour 3.3, 3.4)
 * @throws UnsupportedOperation
 */
export function checkEnforcement(HttpTokens: HttpTokens | undefined, account: AccountMetadataDefaults): void {
  if (account.HttpTokensEnforced === 'enabled' && HttpTokens === 'optional') throw httpTokensEnforced();
}
