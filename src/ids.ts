/**
 * Identifiers in AWS's forms: a prefix and 17 hexadecimal digits, UUIDs for requests, and access keys.
 *
 * All randomness comes from node:crypto. Checking the form of an id is here too, because "malformed" and "not found"
 * are different errors at AWS.
 */

import { randomBytes, randomInt, randomUUID } from 'node:crypto';

export type IdPrefix =
  | 'i'
  | 'r'
  | 'ami'
  | 'vpc'
  | 'subnet'
  | 'sg'
  | 'eni'
  | 'key'
  | 'vol'
  | 'eipalloc'
  | 'iip-assoc'
  | 'instance-event';

/** A new id, for example `i-0123456789abcdef0`: `-0` and 16 random hexadecimal digits, as AWS makes them. */
export function newId(prefix: IdPrefix): string {
  return `${prefix}-0${randomBytes(8).toString('hex')}`;
}

/** Whether `id` has the form that AWS gives to ids with this prefix: 8 (before 2018) or 17 hexadecimal digits. */
export function isWellFormedId(prefix: IdPrefix, id: string): boolean {
  return new RegExp(`^${prefix}-(?:[0-9a-f]{8}|[0-9a-f]{17})$`).test(id);
}

export function newRequestId(): string {
  return randomUUID();
}

const LETTERS_AND_DIGITS = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** For example `sir-86k84j6p`: AWS gives these ids 8 characters of any letter. */
export function newSpotInstanceRequestId(): string {
  return `sir-${drawn(LETTERS_AND_DIGITS, 8)}`;
}

const DIGITS = '0123456789';

/** An id of Organizations' is a prefix and a number of lower-case letters and digits. */
export function newOrganizationsId(prefix: 'o' | 'r' | 'p' | 'car'): string {
  return `${prefix}-${drawn(LETTERS_AND_DIGITS, { o: 10, r: 4, p: 10, car: 32 }[prefix])}`;
}

/** For example `ou-ab12-cdefgh34`: the first part is the root's. */
export function newOrganizationalUnitId(rootId: string): string {
  return `ou-${rootId.slice('r-'.length)}-${drawn(LETTERS_AND_DIGITS, 8)}`;
}

/** Twelve digits, of which the first is no 0: whoever takes an id for a number loses none. */
export function newAccountId(): string {
  return `${randomInt(1, 10)}${drawn(DIGITS, 11)}`;
}

function drawn(characters: string, length: number): string {
  return Array.from({ length }, () => characters[randomInt(characters.length)]).join('');
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** What the unique ids of IAM begin with: users, groups, roles, managed policies, instance profiles. */
export type IamIdPrefix = 'AIDA' | 'AGPA' | 'AROA' | 'ANPA' | 'AIPA';

/** For example `AIDAJQABLZS4A3QDU576Q`: the prefix and 17 characters. */
export function newIamId(prefix: IamIdPrefix): string {
  return prefix + base32(17);
}

function base32(length: number): string {
  return Array.from(randomBytes(length), (byte) => BASE32[byte % 32]).join('');
}

/** A new long-term access key: `AKIA` and 16 characters, with a secret of 40 characters. */
export function newAccessKey(): { AccessKeyId: string; SecretAccessKey: string } {
  return { AccessKeyId: `AKIA${base32(16)}`, SecretAccessKey: randomBytes(30).toString('base64') };
}

/** A locally administered unicast MAC address as EC2 shows them: lower case, with colons, beginning with `02` or `06`. */
export function newMacAddress(): string {
  return ['02', ...Array.from(randomBytes(5), (byte) => byte.toString(16).padStart(2, '0'))].join(':');
}
