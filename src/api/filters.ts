/**
 * Filters of Describe actions: `Name` with `Values`, wildcards `*` and `?`, `\` before a character that is meant itself.
 *
 * Several filters must all hold, of several values one; names and values are case-sensitive (API/DescribeInstances).
 * Each action has a table of the filters that it knows; any other name is an error, never ignored.
 */

import { filterLimitExceeded, invalidFilter, missingParameter } from '../aws-errors.ts';
import type { Fixed } from '../iam/policy/variables.ts';
import { matcherOf, type TextMatcher } from '../iam/policy/wildcards.ts';
import type { Tag } from '../model.ts';

export type Filter = { Name?: string | undefined; Values?: string[] | undefined };

/** By filter name: the values of an item, of which one must match. */
export type FilterTable<T> = Record<string, (item: T) => readonly (string | number | boolean | undefined)[]>;

/** In one request; and of a value, more than any value that is matched has characters. */
const MOST_FILTERS = 50;
const MOST_VALUES = 200;
const LONGEST_VALUE = 512;

/** The filters that every taggable resource has beside its own: `tag:KEY`, `tag-key`. */
const TAG_PREFIX = 'tag:';

/**
 * A predicate for the items that all filters let through.
 *
 * @throws InvalidParameterValue for a filter that the table lacks, FilterLimitExceeded
 */
export function filterBy<T extends { Tags?: Tag[] | undefined }>(
  filters: Filter[] | undefined,
  table: FilterTable<T>,
): (item: T) => boolean {
  if (filters && filters.length > MOST_FILTERS) throw filterLimitExceeded(`${MOST_FILTERS} filters in a request`);
  const checks = (filters ?? []).map((filter) => compile(filter, table));
  return (item) => checks.every((check) => check(item));
}

/** A filter's name and values. @throws MissingParameter, FilterLimitExceeded */
export function readFilter(filter: Filter): { name: string; values: string[] } {
  if (filter.Name === undefined) throw missingParameter('Filter.Name');
  const values = filter.Values ?? [];
  if (values.length > MOST_VALUES) throw filterLimitExceeded(`${MOST_VALUES} values of a filter`);
  if (values.some((value) => value.length > LONGEST_VALUE)) {
    throw filterLimitExceeded(`${LONGEST_VALUE} characters of a filter's value`);
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
  const matchers = values.map(matcher);
  return (item) => valuesOf(item).some((value) => value !== undefined && matchers.some((fits) => fits(String(value))));
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

/** Whether `text` matches `pattern`. */
export function matches(pattern: string, text: string): boolean {
  return matcher(pattern)(text);
}

/** Unlike in a policy, what follows a backslash is meant itself. */
function matcher(pattern: string): TextMatcher {
  const pieces: Fixed[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i] as string;
    if (char === '*' || char === '?') pieces.push({ wildcard: char });
    else if (char === '\\' && i + 1 < pattern.length) pieces.push({ text: pattern[++i] as string });
    else pieces.push({ text: char });
  }
  return matcherOf(pieces);
}
