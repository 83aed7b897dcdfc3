/**
 * DecodeAuthorizationMessage: what was decided upon in a denial of EC2, for who may know.
 */

import type { DecodeAuthorizationMessageRequest, DecodeAuthorizationMessageResponse } from '@aws-sdk/client-sts';
import { installationKey } from '../../../store/installation-key.ts';
import { decodeAuthorizationMessage as decode } from '../../authorization-message.ts';
import { accountAction } from '../../call.ts';
import { readText } from '../../iam/names.ts';

const LONGEST_MESSAGE = 10_240;

/** API/DecodeAuthorizationMessage. */
export const decodeAuthorizationMessage = accountAction<
  DecodeAuthorizationMessageRequest,
  DecodeAuthorizationMessageResponse
>(async (input, call) => {
  const encoded = readText('EncodedMessage', input.EncodedMessage, { longest: LONGEST_MESSAGE });
  await call.permit([{ arn: '*', keys: {} }]);
  return { DecodedMessage: decode(await installationKey(call.tx), encoded) };
});
