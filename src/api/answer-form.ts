/**
 * In which form an API says yes and no: EC2's in XML, AWS's newer services in JSON.
 *
 * The front door finds what is wrong with a request before it knows much of it, and says it in EC2's words; each form
 * translates them.
 */

import type { AwsError } from '../aws-errors.ts';
import { JSON_TYPE, writeJsonError } from '../protocol/json.ts';
import { writeError } from '../protocol/query-response.ts';
import { asJsonError, type JsonService } from './json-call.ts';

export type AnswerForm = {
  contentType: string;
  translate(refusal: AwsError): AwsError;
  write(refusal: AwsError, requestId: string): string;
};

export const XML: AnswerForm = {
  contentType: 'text/xml;charset=UTF-8',
  translate: (refusal) => refusal,
  write: ({ code, message }, requestId) => writeError(code, message, requestId),
};

/** @param service undefined where it is not known which one was asked */
export function jsonForm(service: JsonService | undefined): AnswerForm {
  return {
    contentType: JSON_TYPE,
    translate: asJsonError,
    write: (refusal) => writeJsonError(refusal, service?.messageMember),
  };
}
