/**
 * DescribeTags: one row for each tag of each resource, in order of resource and key.
 *
 * Filters are checked on what was read, so a page may hold fewer than asked for, even none, while NextToken says that
 * more may follow. Where a filter names resources exactly, only their tags are read.
 */

import type { DescribeTagsRequest, DescribeTagsResult, TagDescription } from '@aws-sdk/client-ec2';
import type { Tag } from '../../../model.ts';
import type { TaggedResource } from '../../../store/store.ts';
import { action, type Call } from '../../call.ts';
import { type Filter, type FilterTable, filterBy, isExact, readFilter } from '../../filters.ts';
import { nextToken, readPageAfter } from '../../pagination.ts';
import { resourceTypeOf } from '../../tags.ts';

type Row = TaggedResource & Tag;
type Position = Pick<Row, 'ResourceId' | 'Key'>;
type Page = { limit: number; after?: Position };

/** API/DescribeTags. */
export const describeTags = action<DescribeTagsRequest, DescribeTagsResult>(async (input, call) => {
  const letsThrough = filterBy<Row & { Tags: Tag[] }>(input.Filters, FILTERS);
  const ids = namedResources(input.Filters);
  const page = readPageAfter(call.action, input, isPosition);
  await call.permit(['*'], input.DryRun);
  const rows = ids === undefined ? await call.tx.tags.page(call.scope, page) : await rowsOf(ids, page, call);
  const last = rows.length === page.limit ? rows.at(-1) : undefined;
  return {
    Tags: rows.filter((row) => letsThrough({ ...row, Tags: [row] })).map(describeTag),
    ...nextToken(call.action, last && { ResourceId: last.ResourceId, Key: last.Key }),
  };
});

/** A page as the store's, of these resources only. */
async function rowsOf(ids: string[], { limit, after }: Page, { tx, scope }: Call): Promise<Row[]> {
  const tags = await tx.tags.of(scope, ids);
  return ids
    .toSorted()
    .flatMap((ResourceId): Row[] => {
      const ResourceType = resourceTypeOf(ResourceId) ?? '';
      return (tags.get(ResourceId) ?? []).map((tag) => ({ ResourceId, ResourceType, ...tag }));
    })
    .filter((row) => after === undefined || isAfter(row, after))
    .slice(0, limit);
}

function isPosition(value: unknown): value is Position {
  const { ResourceId, Key } = Object(value) as Partial<Record<keyof Position, unknown>>;
  return typeof ResourceId === 'string' && typeof Key === 'string';
}

function isAfter(row: Row, { ResourceId, Key }: Position): boolean {
  return row.ResourceId > ResourceId || (row.ResourceId === ResourceId && row.Key > Key);
}

/** The ids of a `resource-id` filter without wildcards. */
function namedResources(filters: Filter[] | undefined): string[] | undefined {
  const named = (filters ?? [])
    .map(readFilter)
    .find(({ name, values }) => name === 'resource-id' && values.every(isExact));
  return named && [...new Set(named.values)];
}

function describeTag({ Key, Value, ResourceId, ResourceType }: Row): TagDescription {
  return { Key, Value, ResourceId, ResourceType: ResourceType as NonNullable<TagDescription['ResourceType']> };
}

/** Filter names of API/DescribeTags; `tag:KEY` goes by itself. */
const FILTERS: FilterTable<Row> = {
  key: ({ Key }) => [Key],
  'resource-id': ({ ResourceId }) => [ResourceId],
  'resource-type': ({ ResourceType }) => [ResourceType],
  value: ({ Value }) => [Value],
};
