/**
 * What the members of Organizations' inputs may be: AWS's bounds and patterns, and its reasons when they are not met.
 *
 * The SDK's schemas have neither; they are in AWS's API reference, from which this is written down. A member that is
 * not named is ignored, as AWS does. Each reader takes a member's value and name and throws InvalidInputException, or
 * SerializationException where the JSON type is another.
 */

import { type InvalidInputReason, invalidInput, serializationException } from '../../aws-errors.ts';
import type { Tag } from '../../model.ts';

type Read<T> = (value: unknown, name: string) => T;

export type Members = Readonly<Record<string, Read<unknown>>>;

export type Input<M extends Members> = { [K in keyof M]: ReturnType<M[K]> };

/** @param body what the JSON says; nothing at all is an input without members */
export function readMembers<M extends Members>(body: unknown, members: M): Input<M> {
  const given = objectOf(body ?? {}, 'the body');
  return Object.fromEntries(Object.entries(members).map(([name, read]) => [name, read(given[name], name)])) as Input<M>;
}

export function optional<T>(read: Read<T>): Read<T | undefined> {
  return (value, name) => (isAbsent(value) ? undefined : read(value, name));
}

function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

function objectOf(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw serializationException(`\`${name}\` is not an object`);
}

// ─── Text, choices, numbers, lists ───────────────────────────────────────────────────────────────────────────────────

type Bounds = { min?: number; max?: number; pattern?: RegExp; reason?: InvalidInputReason };

function text({ min = 0, max = Number.POSITIVE_INFINITY, pattern, reason = 'INVALID_PATTERN' }: Bounds): Read<string> {
  return (value, name) => {
    if (isAbsent(value)) throw invalidInput('INPUT_REQUIRED', name);
    if (typeof value !== 'string') throw serializationException(`\`${name}\` is not a string`);
    if (value.length < min) throw invalidInput('MIN_LENGTH_EXCEEDED', name);
    if (value.length > max) throw invalidInput('MAX_LENGTH_EXCEEDED', name);
    if (pattern && !pattern.test(value)) throw invalidInput(reason, name);
    return value;
  };
}

function choice<C extends string>(choices: readonly C[], reason: InvalidInputReason = 'INVALID_ENUM'): Read<C> {
  const read = text({});
  return (value, name) => {
    const given = read(value, name);
    const chosen = choices.find((candidate) => candidate === given);
    if (chosen === undefined) throw invalidInput(reason, name);
    return chosen;
  };
}

function count(min: number, max: number): Read<number> {
  return (value, name) => {
    if (typeof value !== 'number' || !Number.isInteger(value)) {
      throw serializationException(`\`${name}\` is not an integer`);
    }
    if (value < min) throw invalidInput('MIN_VALUE_EXCEEDED', name);
    if (value > max) throw invalidInput('MAX_VALUE_EXCEEDED', name);
    return value;
  };
}

function list<T>(element: Read<T>): Read<T[]> {
  return (value, name) => {
    if (isAbsent(value)) throw invalidInput('INPUT_REQUIRED', name);
    if (!Array.isArray(value)) throw serializationException(`\`${name}\` is not a list`);
    return value.map((each, index) => element(each, `${name}[${index}]`));
  };
}

// ─── The members ─────────────────────────────────────────────────────────────────────────────────────────────────────

const ACCOUNT = '\\d{12}';
const ROOT = 'r-[0-9a-z]{4,32}';
const OU = 'ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}';
const POLICY = 'p-[0-9a-zA-Z_]{8,128}';

function oneOf(...patterns: string[]): RegExp {
  return new RegExp(`^(?:${patterns.join('|')})$`);
}

export const accountId = text({ max: 12, pattern: oneOf(ACCOUNT) });
export const rootId = text({ max: 34, pattern: oneOf(ROOT) });
export const organizationalUnitId = text({ max: 68, pattern: oneOf(OU) });
export const parentId = text({ max: 100, pattern: oneOf(ROOT, OU) });
export const childId = text({ max: 100, pattern: oneOf(ACCOUNT, OU) });
export const policyId = text({ max: 130, pattern: oneOf(POLICY) });
export const policyTargetId = text({
  max: 100,
  pattern: oneOf(ROOT, OU, ACCOUNT),
  reason: 'INVALID_PATTERN_TARGET_ID',
});
export const taggableResourceId = text({ max: 130, pattern: oneOf(ROOT, OU, ACCOUNT, POLICY) });
export const createAccountRequestId = text({ max: 36, pattern: /^car-[a-z0-9]{8,32}$/ });

/** Names are anything; AWS's reference says ASCII in one place, and has a pattern of any character in another. */
export const organizationalUnitName = text({ min: 1, max: 128 });
export const policyName = text({ min: 1, max: 128 });
export const policyDescription = text({ max: 512 });
export const policyContent = text({ min: 1 });
export const accountName = text({ min: 1, max: 50, pattern: /^[ -~]+$/ });
export const email = text({ min: 6, max: 64, pattern: /^[^\s@]+@[^\s@]+\.[^\s@]+$/ });
export const roleName = text({ max: 64, pattern: /^[\w+=,.@-]{1,64}$/ });

export const featureSet = choice(['ALL', 'CONSOLIDATED_BILLING']);
export const userAccessToBilling = choice(['ALLOW', 'DENY']);
export const childType = choice(['ACCOUNT', 'ORGANIZATIONAL_UNIT']);
export const createAccountStates = list(choice(['IN_PROGRESS', 'SUCCEEDED', 'FAILED']));

/** All of AWS's, in its order. Only the first and those that are in `PolicyType` are offered. */
const AUTHORIZATION_POLICIES = ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY'] as const;
const MANAGEMENT_POLICIES = [
  'TAG_POLICY',
  'BACKUP_POLICY',
  'AISERVICES_OPT_OUT_POLICY',
  'CHATBOT_POLICY',
  'DECLARATIVE_POLICY_EC2',
  'SECURITYHUB_POLICY',
  'INSPECTOR_POLICY',
  'UPGRADE_ROLLOUT_POLICY',
  'BEDROCK_POLICY',
  'S3_POLICY',
  'NETWORK_SECURITY_DIRECTOR_POLICY',
] as const;
export const policyType = choice([...AUTHORIZATION_POLICIES, ...MANAGEMENT_POLICIES], 'INVALID_ENUM_POLICY_TYPE');
export const effectivePolicyType = choice(MANAGEMENT_POLICIES, 'INVALID_ENUM_POLICY_TYPE');

/** Of every list that comes in pages. */
export const PAGE = { MaxResults: optional(count(1, 20)), NextToken: optional(text({ max: 100_000 })) } as const;

const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const tagKey = text({ min: 1, max: 128, pattern: TAG_TEXT });
const tagValue = text({ max: 256, pattern: TAG_TEXT });

/** Tags to put; keys that AWS keeps for itself, and one key twice, are refused. */
export const tags: Read<Tag[]> = (value, name) => {
  const read = list((each, at): Tag => {
    const { Key, Value } = objectOf(each, at);
    return { Key: ownKey(tagKey(Key, `${at}.Key`), `${at}.Key`), Value: tagValue(Value, `${at}.Value`) };
  })(value, name);
  if (new Set(read.map(({ Key }) => Key)).size < read.length) throw invalidInput('DUPLICATE_TAG_KEY', name);
  return read;
};

export const tagKeys = list((value, name) => ownKey(tagKey(value, name), name));

function ownKey(key: string, name: string): string {
  if (/^aws:/i.test(key)) throw invalidInput('INVALID_SYSTEM_TAGS_PARAMETER', name);
  return key;
}
