/**
 * The instances of the account in this Region: filtered by the control plane, a page at a time, live.
 *
 * What is selected stays selected while rows come, go and change, and over pages.
 */

import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import CollectionPreferences from '@cloudscape-design/components/collection-preferences';
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import PropertyFilter, { type PropertyFilterProps } from '@cloudscape-design/components/property-filter';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useMemo, useState } from 'react';
import type { Api } from '../api/api.ts';
import { ModifyOptions } from '../modify/modify-options.tsx';
import { ErrorAlert } from '../shell/error-alert.tsx';
import { go, hrefOf, useRoute } from '../shell/route.ts';
import { useLoaded } from '../shell/use-loaded.ts';
import { useApi } from '../sign-in/session.tsx';
import { COLUMN_OPTIONS, columnDefinitions } from './columns.tsx';
import {
  filtersOf,
  propertiesFor,
  readFilter,
  suggestionsOf,
  withProperties,
  writeFilter,
} from './instance-filters.ts';
import { idsOf } from './instance-pages.ts';
import { StateChange } from './state-change.tsx';
import { PAGE_SIZES, type TablePreferences, useTablePreferences } from './table-preferences.ts';
import { type Instances, type SeenInstance, useInstances } from './use-instances.ts';

export default function InstancesPage() {
  const api = useApi();
  const { filter, setFilter } = useFilter(api.region);
  const table = useTablePreferences();
  const found = useInstances(api, filtersOf(filter), table.preferences.pageSize);
  const { selected, select } = useSelection(found.instances);
  return (
    <SpaceBetween size="m">
      {found.error !== undefined && <ErrorAlert header="The instances cannot be listed" error={found.error} />}
      <Table<SeenInstance>
        variant="full-page"
        stickyHeader={true}
        stickyHeaderVerticalOffset={0}
        enableKeyboardNavigation={true}
        header={<TableHeader api={api} selected={selected} onSelect={select} onReload={found.reload} />}
        filter={<Filter api={api} found={found} filter={filter} onChange={setFilter} />}
        pagination={<Pages found={found} />}
        preferences={<Preferences {...table} />}
        columnDefinitions={columnDefinitions(api.region)}
        columnDisplay={table.preferences.contentDisplay as { id: string; visible: boolean }[]}
        wrapLines={table.preferences.wrapLines}
        stickyColumns={{ first: 2 }}
        items={found.isLoading ? [] : found.instances}
        loading={found.isLoading}
        loadingText="Loading instances"
        trackBy="InstanceId"
        selectionType="multi"
        selectedItems={selected}
        onSelectionChange={({ detail }) => select(detail.selectedItems)}
        ariaLabels={{
          tableLabel: 'Instances',
          selectionGroupLabel: 'Select instances',
          allItemsSelectionLabel: () => 'Select all instances on this page',
          itemSelectionLabel: (_, { InstanceId }) => `Select ${InstanceId}`,
        }}
        empty={
          <Empty
            api={api}
            found={found}
            isFiltered={filter.tokens.length > 0}
            onClear={() => setFilter({ tokens: [], operation: 'and' })}
          />
        }
      />
    </SpaceBetween>
  );
}

/** In the address, so that a link keeps it, and going back takes it back. */
function useFilter(region: string) {
  const { query } = useRoute();
  const text = query.get('filter');
  const filter = useMemo(() => readFilter(text), [text]);
  const setFilter = (changed: PropertyFilterProps.Query) => {
    const { tokens, operation } = withProperties(changed);
    go(hrefOf(region, 'instances', tokens.length === 0 ? {} : { filter: writeFilter({ tokens, operation }) }));
  };
  return { filter, setFilter };
}

/** What is selected, as it is now where it is in sight. */
function useSelection(instances: readonly SeenInstance[]) {
  const [chosen, select] = useState<readonly SeenInstance[]>([]);
  const selected = useMemo(() => {
    const inSight = new Map(instances.map((instance) => [instance.InstanceId, instance]));
    return chosen.map((instance) => inSight.get(instance.InstanceId) ?? instance);
  }, [chosen, instances]);
  return { selected, select };
}

function TableHeader({
  api,
  selected,
  onSelect,
  onReload,
}: {
  api: Api;
  selected: readonly SeenInstance[];
  onSelect(instances: readonly SeenInstance[]): void;
  onReload(): void;
}) {
  const [isModifying, setModifying] = useState(false);
  const close = (left: ReadonlySet<string>) => {
    setModifying(false);
    onReload();
    // What failed can be tried again.
    if (left.size > 0) onSelect(selected.filter(({ InstanceId = '' }) => left.has(InstanceId)));
  };
  return (
    <>
      <Header
        variant="awsui-h1-sticky"
        counter={selected.length > 0 ? `(${selected.length} selected)` : ''}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button iconName="refresh" ariaLabel="Refresh" onClick={onReload} />
            {selected.length > 0 && <Button onClick={() => onSelect([])}>Clear selection</Button>}
            <StateChange instances={selected} onChanged={onReload} />
            <Button disabled={selected.length === 0} onClick={() => setModifying(true)}>
              Modify instance metadata options
            </Button>
            <Button variant="primary" href={hrefOf(api.region, 'launch')}>
              Launch instances
            </Button>
          </SpaceBetween>
        }
      >
        Instances
      </Header>
      {isModifying && <ModifyOptions ids={idsOf(selected)} onClose={close} />}
    </>
  );
}

function Filter({
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

function Pages({ found: { page, pages, isComplete, isLoading, goTo } }: { found: Instances }) {
  return (
    <Pagination
      currentPageIndex={page}
      pagesCount={pages}
      openEnd={!isComplete}
      disabled={isLoading}
      onChange={({ detail }) => goTo(Math.min(detail.currentPageIndex, pages))}
      ariaLabels={{
        paginationLabel: 'Pages of instances',
        nextPageLabel: 'Next page',
        previousPageLabel: 'Previous page',
        pageLabel: (number) => `Page ${number}`,
      }}
    />
  );
}

function Preferences({ preferences, keep }: TablePreferences) {
  return (
    <CollectionPreferences
      title="Preferences"
      confirmLabel="Confirm"
      cancelLabel="Cancel"
      preferences={preferences}
      onConfirm={({ detail }) => keep(detail)}
      pageSizePreference={{
        title: 'Instances on a page',
        options: PAGE_SIZES.map((value) => ({ value, label: String(value) })),
      }}
      wrapLinesPreference={{ label: 'Wrap lines', description: 'Show all of a text instead of one line.' }}
      contentDisplayPreference={{ title: 'Columns', options: COLUMN_OPTIONS }}
    />
  );
}

function Empty({
  api,
  found,
  isFiltered,
  onClear,
}: {
  api: Api;
  found: Instances;
  isFiltered: boolean;
  onClear(): void;
}) {
  const { page, isComplete, goTo } = found;
  const [title, advice, action] = !isFiltered
    ? [
        page === 1 ? 'No instances in this Region' : 'No more instances',
        'Launch one to see it here. Each instance gets a metadata service of its own, with the options that you choose.',
        <Button key="launch" href={hrefOf(api.region, 'launch')}>
          Launch instances
        </Button>,
      ]
    : isComplete
      ? [
          page === 1 ? 'No matches' : 'No more matches',
          'No instance in this Region is as the filter says.',
          <Button key="clear" onClick={onClear}>
            Clear filter
          </Button>,
        ]
      : [
          'No matches so far',
          'Thousands of instances were looked at, and there are more.',
          <Button key="on" onClick={() => goTo(page + 1)}>
            Search on
          </Button>,
        ];
  return (
    <Box textAlign="center" padding={{ vertical: 'l' }}>
      <SpaceBetween size="s">
        <Box variant="strong">{title}</Box>
        <Box variant="p" color="text-body-secondary">
          {advice}
        </Box>
        {action}
      </SpaceBetween>
    </Box>
  );
}
