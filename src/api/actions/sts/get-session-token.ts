/**
 * GetSessionToken: temporary credentials with the permissions of the caller, who is root or a user.
 *
 * No policy can allow or deny it. A second factor is not offered, so that one in a request is refused.
 */

import type { GetSessionTokenRequest, GetSessionTokenResponse } from '@aws-sdk/client-sts';
import { neverAllowed } from '../../../aws-errors.ts';
import { accountAction } from '../../call.ts';
import { readNumber } from '../../iam/names.ts';
import { issue, refuseSecondFactor } from '../../sts/issue.ts';

/** Seconds. Root gets an hour at most. */
const DURATION = { least: 900, most: 129_600 };
const USUAL_DURATION = 43_200;
const LONGEST_OF_ROOT = 3600;

/** API/GetSessionToken. */
export const getSessionToken = accountAction<GetSessionTokenRequest, GetSessionTokenResponse>(async (input, call) => {
  const { principal } = call;
  const asked = readNumber('DurationSeconds', input.DurationSeconds ?? USUAL_DURATION, DURATION);
  if ((principal.kind !== 'root' && principal.kind !== 'user') || principal.session) {
    throw neverAllowed('Cannot call GetSessionToken with session credentials');
  }
  refuseSecondFactor(input);
  const seconds = principal.kind === 'root' ? Math.min(asked, LONGEST_OF_ROOT) : asked;
  return { Credentials: (await issue(call, { account: principal.account, owner: principal, seconds })).Credentials };
});
