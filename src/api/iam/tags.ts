/**
 * Tags in IAM: what a key and a value may be, and tagging what there is.
 *
 * Keys differ when they differ in more than case, unlike EC2's.
 */

import { invalidIamInput, quotaExceeded, validationError, validationErrors } from '../../aws-errors.ts';
import { requestTagKeys } from '../../iam/context.ts';
import type { Tag } from '../../model.ts';
import type { Documents } from '../../store/store.ts';
import type { AccountCall } from '../call.ts';
import { type EntityKind, type Kind, open, save } from './entities.ts';
import { readText } from './names.ts';
import { type PageRequest, pageOf } from './pages.ts';

const MOST_TAGS = 50;
const PATTERN = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

type TagInput = { Key?: string | undefined; Value?: string | undefined };
export type TaggedKind = Exclude<EntityKind, 'iam-group'>;

/** The tags that a request gives, checked. @throws ValidationError, InvalidInput, LimitExceeded */
export function readIamTags(given: readonly TagInput[] | undefined): Tag[] {
  const tags = (given ?? []).map(({ Key, Value }, index) => ({
    Key: readKey(Key, `Tags.${index + 1}.member.key`),
    Value: readPattern(Value ?? '', `Tags.${index + 1}.member.value`, 256),
  }));
  if (new Set(tags.map(({ Key }) => Key.toLowerCase())).size < tags.length) {
    throw invalidIamInput('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
  }
  if (tags.length > MOST_TAGS) throw quotaExceeded('TagsPerResource', MOST_TAGS);
  return tags;
}

function readKey(given: string | undefined, at: string): string {
  const key = readPattern(readText(at, given, { longest: 128 }), at, 128);
  if (/^aws:/i.test(key)) throw invalidIamInput(`System tags cannot be added or removed: ${key}`);
  return key;
}

function readPattern(text: string, at: string, longest: number): string {
  readText(at, text, { shortest: 0, longest });
  if (PATTERN.test(text)) return text;
  const must = 'satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+';
  throw validationErrors([{ value: text, at, must }]);
}

/** Adds or replaces. @throws as `open`, as `readIamTags` */
export async function tag<K extends TaggedKind>(
  call: AccountCall,
  kind: Kind<K>,
  name: string | undefined,
  given: readonly TagInput[] | undefined,
): Promise<void> {
  const tags = readIamTags(given);
  const entity = await open(call, kind, name, requestTagKeys(tags));
  await save(call, kind, withTags(entity, tags));
}

export function withTags<K extends TaggedKind>(entity: Documents[K], added: readonly Tag[]): Documents[K] {
  const merged = new Map([...entity.Tags, ...added].map((each) => [each.Key.toLowerCase(), each]));
  if (merged.size > MOST_TAGS) throw quotaExceeded('TagsPerResource', MOST_TAGS);
  return { ...entity, Tags: [...merged.values()] };
}

/** Keys that nothing has are no mistake. @throws as `open` */
export async function untag<K extends TaggedKind>(
  call: AccountCall,
  kind: Kind<K>,
  name: string | undefined,
  given: readonly string[] | undefined,
): Promise<void> {
  const keys = readTagKeys(given);
  const entity = await open(call, kind, name, { 'aws:TagKeys': keys });
  await save(call, kind, withoutTags(entity, keys));
}

export function withoutTags<K extends TaggedKind>(entity: Documents[K], keys: readonly string[]): Documents[K] {
  const gone = new Set(keys.map((key) => key.toLowerCase()));
  return { ...entity, Tags: entity.Tags.filter(({ Key }) => !gone.has(Key.toLowerCase())) };
}

/** @throws ValidationError */
export function readTagKeys(given: readonly string[] | undefined): string[] {
  const keys = (given ?? []).map((key) => readText('TagKeys', key, { longest: 128 }));
  if (keys.length > MOST_TAGS) throw validationError(`At most ${MOST_TAGS} tag keys can be given.`);
  return keys;
}

export type TagPage = { Tags: Tag[]; IsTruncated: boolean; Marker?: string };

/** @throws as `open`, ValidationError */
export async function listTags<K extends TaggedKind>(
  call: AccountCall,
  kind: Kind<K>,
  name: string | undefined,
  request: PageRequest,
): Promise<TagPage> {
  return pageOfTags(call, (await open(call, kind, name)).Tags, request);
}

export function pageOfTags(call: AccountCall, tags: readonly Tag[], request: PageRequest): TagPage {
  const { items, ...page } = pageOf(call, tags, request, ({ Key }) => Key);
  return { Tags: items, ...page };
}
