/**
 * In which form an API says yes and no: EC2's and other Query services' in XML, AWS's newer services' in JSON.
 *
 * The front door finds what is wrong with a request before it knows much of it, and says it in its own words; each form
 * makes the service's of them.
 */

import {
  type AwsError,
  authFailure,
  internalFailure,
  requestExpired,
  signatureDoesNotMatch,
  signatureExpired,
} from '../aws-errors.ts';
import { JSON_TYPE, writeJsonError } from '../protocol/json.ts';
import { writeError, writeErrorResponse } from '../protocol/query-response.ts';
import { asJsonError, type JsonService } from './json-call.ts';
import type { QueryService } from './query-services.ts';

export type AnswerForm = {
  contentType: string;
  translate(refusal: AwsError): AwsError;
  write(refusal: AwsError, requestId: string): string;
};

const XML_TYPE = 'text/xml;charset=UTF-8';

/** EC2's, and that of whom it is not known which service was meant. */
export const XML: AnswerForm = {
  contentType: XML_TYPE,
  translate: asEc2Error,
  write: ({ code, message }, requestId) => writeError(code, message, requestId),
};

export function queryForm({ model }: QueryService): AnswerForm {
  if (model.protocol === 'ec2') return XML;
  return {
    contentType: 'text/xml',
    translate: asAwsQueryError,
    write: (refusal, requestId) => writeErrorResponse(model, refusal, requestId),
  };
}

/** @param service undefined where it is not known which one was asked */
export function jsonForm(service: JsonService | undefined): AnswerForm {
  return {
    contentType: JSON_TYPE,
    translate: asJsonError,
    write: (refusal) => writeJsonError(refusal, service?.messageMember),
  };
}

/** EC2 does not tell an unknown key from a wrong signature, nor credentials that have expired from a request that has. */
function asEc2Error(error: AwsError): AwsError {
  switch (error.code) {
    case 'InvalidClientTokenId':
      return authFailure(String(error.cause));
    case 'ExpiredToken':
      return requestExpired();
    default:
      return error;
  }
}

function asAwsQueryError(error: AwsError): AwsError {
  switch (error.code) {
    case 'AuthFailure':
      return signatureDoesNotMatch(error.cause);
    case 'RequestExpired':
      return signatureExpired();
    case 'InternalError':
      return internalFailure(error.cause);
    default:
      return error;
  }
}
