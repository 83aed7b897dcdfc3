/**
 * User data of an instance, as a request gives it and as an Instance keeps it. What is in it is nobody's business here.
 */

import { invalidParameterValue, invalidUserDataMalformed } from '../aws-errors.ts';

/** Bytes before they become base64 (aws-behaviour 2). */
const LONGEST_USER_DATA = 16_384;
/** Four characters for three bytes; the padding of the last ones may be missing. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2,3}={0,2})?$/;

/**
 * @param given base64, which may be broken into lines, or the bytes themselves
 * @returns base64 without blanks; undefined for none, which is what an empty value means
 * @throws InvalidParameterValue for more than 16,384 bytes, InvalidUserData.Malformed
 */
export function readUserData(given: string | Uint8Array | undefined): string | undefined {
  const bytes = typeof given === 'string' ? decode(given) : Buffer.from(given ?? []);
  if (bytes.length > LONGEST_USER_DATA) throw tooLong();
  return bytes.length === 0 ? undefined : bytes.toString('base64');
}

function decode(text: string): Buffer {
  const base64 = text.replaceAll(/\s/g, '');
  const bytes = Buffer.from(base64, 'base64');
  // Before the form is looked at, so that nothing long is.
  if (bytes.length > LONGEST_USER_DATA) throw tooLong();
  if (!BASE64.test(base64)) throw invalidUserDataMalformed();
  return bytes;
}

function tooLong(): Error {
  return invalidParameterValue(`User data is limited to ${LONGEST_USER_DATA} bytes`);
}
