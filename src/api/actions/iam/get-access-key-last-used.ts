/**
 * GetAccessKeyLastUsed: when a key of the account last signed, for which service and Region; within a minute.
 */

import type { GetAccessKeyLastUsedRequest, GetAccessKeyLastUsedResponse } from '@aws-sdk/client-iam';
import { noSuchEntity } from '../../../aws-errors.ts';
import { accountAction } from '../../call.ts';
import { arnOf, users } from '../../iam/entities.ts';
import { readText } from '../../iam/names.ts';

/** API/GetAccessKeyLastUsed. Of a key that was never used AWS says `N/A`. */
export const getAccessKeyLastUsed = accountAction<GetAccessKeyLastUsedRequest, GetAccessKeyLastUsedResponse>(
  async (input, call) => {
    const id = readText('AccessKeyId', input.AccessKeyId, { shortest: 16, longest: 128 });
    const key = await call.tx.accessKeys.find(id);
    const own = key?.principal.account === call.scope.account ? key : undefined;
    await call.permit([{ arn: own?.principal.arn ?? arnOf(call, users, '/', '*'), keys: {} }]);
    if (!own) throw noSuchEntity(`The Access Key with id ${id} cannot be found.`);
    const { principal, lastUsed } = own;
    return {
      ...(principal.kind === 'user' && { UserName: principal.UserName }),
      AccessKeyLastUsed: {
        ...(lastUsed && { LastUsedDate: new Date(Math.floor(lastUsed.atMs / 1000) * 1000) }),
        ServiceName: lastUsed?.ServiceName ?? 'N/A',
        Region: lastUsed?.Region ?? 'N/A',
      },
    };
  },
);
