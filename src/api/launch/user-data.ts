/**
 * The user data of a launch: Base64 as the request has it, of bytes that metadata will answer with.
 */

import { invalidParameterValue, invalidUserDataMalformed } from '../../aws-errors.ts';

const LONGEST_USER_DATA = 16_384;

/**
 * @returns Base64 without blanks; undefined for none
 * @throws InvalidUserData.Malformed, InvalidParameterValue
 */
export function readUserData(text: string | undefined): string | undefined {
  const base64 = text?.replaceAll(/\s/g, '') ?? '';
  if (base64 === '') return undefined;
  const bytes = Buffer.from(base64, 'base64').length;
  if (bytes > LONGEST_USER_DATA) throw invalidParameterValue(`User data is limited to ${LONGEST_USER_DATA} bytes`);
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) throw invalidUserDataMalformed();
  return base64;
}
