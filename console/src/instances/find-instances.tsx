/**
 * The box above the table with which instances are found, and its filter in the address, so that a link keeps it and going
 * back takes it back.
 */

import PropertyFilter, { type PropertyFilterProps } from '@cloudscape-design/components/property-filter';
import { useMemo } from 'react';
import type { Api } from '../api/api.ts';
import { go, hrefOf, useRoute } from '../shell/route.ts';
import { useLoaded } from '../shell/use-loaded.ts';
import { propertiesFor, readFilter, suggestionsOf, withProperties, writeFilter } from './instance-filters.ts';
import type { Instances } from './use-instances.ts';

export function useFilter(region: string) {
  const { query } = useRoute();
  const text = query.get('filter');
  const filter = useMemo(() => readFilter(text), [text]);
  const setFilter = (changed: PropertyFilterProps.Query) => {
    const { tokens, operation } = withProperties(changed);
    go(hrefOf(region, 'instances', tokens.length === 0 ? {} : { filter: writeFilter({ tokens, operation }) }));
  };
  return { filter, setFilter };
}

export function FindInstances({
  api,
  found,
  filter,
  onChange,
}: {
  api: Api;
  found: Instances;
  filter: PropertyFilterProps.Query;
  onChange(query: PropertyFilterProps.Query): void;
}) {
  const { data: tagKeys = [] } = useLoaded(
    async (signal) => {
      const Filters = [{ Name: 'resource-type', Values: ['instance'] }];
      const { Tags = [] } = await api.ec2('DescribeTags', { Filters, MaxResults: 1000 }, { signal });
      return Tags.flatMap(({ Key }) => Key ?? []);
    },
    [api],
  );
  const ofFilter = filter.tokens.flatMap(({ propertyKey = '' }) =>
    propertyKey.startsWith('tag:') ? propertyKey.slice(4) : [],
  );
  const { length } = found.instances;
  return (
    <PropertyFilter
      query={filter}
      onChange={({ detail }) => onChange(detail)}
      filteringProperties={propertiesFor([...tagKeys, ...ofFilter])}
      filteringOptions={suggestionsOf(found.instances)}
      freeTextFiltering={{ operators: [':'] }}
      customGroupsText={[{ group: 'tags', properties: 'Tags', values: 'Tag values' }]}
      readOnlyOperations={true}
      virtualScroll={true}
      expandToViewport={true}
      filteringPlaceholder="Find instances by state, type, tag, metadata option …"
      filteringAriaLabel="Find instances"
      countText={
        found.isLoading
          ? ''
          : `${length}${found.isComplete && found.pages === 1 ? '' : '+'} ${length === 1 ? 'match' : 'matches'}`
      }
      loading={found.isLoading}
    />
  );
}
