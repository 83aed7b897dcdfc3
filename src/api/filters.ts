/**
 * Filters of Describe actions: `Name` with `Values`, wildcards `*` and `?`, `\` before a character that is meant itself.
 *
 * Several filters must all hold, of several values one; names and values are case-sensitive (API/DescribeInstances).
 * Each action has a table of the filters that it knows; any other name is an error, never ignored.
 */

import { invalidFilter, invalidParameterValue, missingParameter } from '../aws-errors.ts';
import type { Tag } from '../model.ts';

export type Filter = { Name?: string | undefined; Values?: string[] | undefined };

/** By filter name: the values of an item, of which one must match. */
export type FilterTable<T> = Record<string, (item: T) => readonly (string | number | boolean | undefined)[]>;

const MOST_VALUES = 200;

/** The filters that every taggable resource has beside its own: `tag:KEY`, `tag-key`. */
const TAG_PREFIX = 'tag:';

/**
 * A predicate for the items that all filters let through.
 *
 * @throws InvalidParameterValue for a filter that the table lacks or with too many values
 */
export function filterBy<T extends { Tags?: Tag[] | undefined }>(
  filters: Filter[] | undefined,
  table: FilterTable<T>,
): (item: T) => boolean {
  const checks = (filters ?? []).map((filter) => compile(filter, table));
  return (item) => checks.every((check) => check(item));
}

/** A filter's name and values. @throws MissingParameter, InvalidParameterValue */
export function readFilter(filter: Filter): { name: string; values: string[] } {
  if (filter.Name === undefined) throw missingParameter('Filter.Name');
  const values = filter.Values ?? [];
  if (values.length > MOST_VALUES) {
    throw invalidParameterValue(`The maximum number of filter values specified on a single call is ${MOST_VALUES}`);
  }
  return { name: filter.Name, values };
}

/** Whether a filter value means only itself, so that a database may compare it. */
export function isExact(value: string): boolean {
  return !/[*?\\]/.test(value);
}

function compile<T extends { Tags?: Tag[] | undefined }>(filter: Filter, table: FilterTable<T>): (item: T) => boolean {
  const { name, values } = readFilter(filter);
  const valuesOf = valuesFor(name, table);
  return (item) =>
    valuesOf(item).some((value) => value !== undefined && values.some((pattern) => matches(pattern, String(value))));
}

function valuesFor<T extends { Tags?: Tag[] | undefined }>(
  name: string,
  table: FilterTable<T>,
): FilterTable<T>[string] {
  if (name.startsWith(TAG_PREFIX)) {
    const key = name.slice(TAG_PREFIX.length);
    return (item) => (item.Tags ?? []).filter((tag) => tag.Key === key).map((tag) => tag.Value);
  }
  if (name === 'tag-key') return (item) => (item.Tags ?? []).map((tag) => tag.Key);
  const valuesOf = Object.hasOwn(table, name) ? table[name] : undefined;
  if (!valuesOf) throw invalidFilter(name);
  return valuesOf;
}

/**
 * Whether `text` matches `pattern`. On a mismatch it goes back to the last `*` only, so that the time is bounded by the
 * product of both lengths whatever the pattern.
 */
export function matches(pattern: string, text: string): boolean {
  const parts = tokens(pattern);
  let p = 0;
  let t = 0;
  let star = -1;
  let resume = 0;
  while (t < text.length) {
    const part = parts[p];
    if (part?.kind === 'any') {
      star = p++;
      resume = t;
    } else if (part && (part.kind === 'one' || part.char === text[t])) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return parts.slice(p).every((part) => part.kind === 'any');
}

type Token = { kind: 'any' } | { kind: 'one' } | { kind: 'char'; char: string };

function tokens(pattern: string): Token[] {
  const parts: Token[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i] as string;
    if (char === '*') parts.push({ kind: 'any' });
    else if (char === '?') parts.push({ kind: 'one' });
    else if (char === '\\' && i + 1 < pattern.length) parts.push({ kind: 'char', char: pattern[++i] as string });
    else parts.push({ kind: 'char', char });
  }
  return parts;
}
