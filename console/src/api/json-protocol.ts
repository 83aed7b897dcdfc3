/**
 * AWS's JSON protocol from the client's side, which Organizations speaks: the operation in a header, JSON both ways.
 *
 * No model is needed for it: names are those of the AWS SDK on the wire as well. Times stay numbers.
 */

import { ApiError } from './api-error.ts';
import { type Signer, signedFetch } from './signed-fetch.ts';

type Operation = { service: string; target: string; region: string };

/** @throws ApiError what the service refuses with */
export async function jsonCall(
  signer: Signer,
  { service, target, region }: Operation,
  input: object,
  signal?: AbortSignal,
): Promise<unknown> {
  const answer = await signedFetch(
    { ...signer, region },
    {
      service,
      method: 'POST',
      path: '/',
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target },
      body: JSON.stringify(input),
      signal,
    },
  );
  const text = await answer.text();
  if (!answer.ok) throw readError(text, answer);
  return text === '' ? {} : JSON.parse(text);
}

function readError(text: string, { status, headers }: Response): ApiError {
  const requestId = headers.get('x-amzn-requestid') ?? undefined;
  try {
    const { __type = '', message, Message = message } = JSON.parse(text) as Record<string, string>;
    return new ApiError(__type.split('#').at(-1) ?? '', Message ?? '', { status, requestId });
  } catch {
    return new ApiError(`HTTP ${status}`, 'The answer is no error of AWS.', { status, requestId });
  }
}
