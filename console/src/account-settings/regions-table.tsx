/**
 * The defaults in all Regions, a page of them at a time: only Regions that are shown are asked.
 *
 * Those that are selected stay so over pages, and are managed together.
 */

import { useCollection } from '@cloudscape-design/collection-hooks';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import TextFilter from '@cloudscape-design/components/text-filter';
import type { Api } from '../api/api.ts';
import { asApiError } from '../api/api-error.ts';
import { ErrorAlert } from '../shell/error-alert.tsx';
import { hrefOf } from '../shell/route.ts';
import { breaksLaunches, nameOf, OPTIONS, type Option } from './defaults.ts';
import { type Known, useDefaultsIn, useRegionNames } from './regions.ts';

type Row = { region: string; known: Known | undefined };

const PAGE = 10;

export function RegionsTable({ api }: { api: Api }) {
  const { names, isLoading, error } = useRegionNames(api);
  const {
    items: shown,
    collectionProps,
    filterProps,
    filteredItemsCount,
    paginationProps,
  } = useCollection(names, {
    filtering: { filteringFunction: (name, text) => name.includes(text.trim()), noMatch: 'No Region is called so.' },
    pagination: { pageSize: PAGE },
    selection: { trackBy: (name) => name, keepSelection: true },
  });
  const known = useDefaultsIn(shown);
  const selected = collectionProps.selectedItems ?? [];
  if (error !== undefined) return <ErrorAlert header="The Regions cannot be listed" error={error} />;
  return (
    <Table<Row>
      items={shown.map((region) => ({ region, known: known.get(region) }))}
      columnDefinitions={COLUMNS}
      trackBy="region"
      loading={isLoading && names.length < 2}
      loadingText="Loading Regions"
      selectionType="multi"
      stickyColumns={{ first: 1 }}
      selectedItems={selected.map((region) => ({ region, known: known.get(region) }))}
      onSelectionChange={({ detail }) =>
        collectionProps.onSelectionChange?.(
          new CustomEvent('select', { detail: { selectedItems: detail.selectedItems.map(({ region }) => region) } }),
        )
      }
      ariaLabels={{
        selectionGroupLabel: 'Regions',
        allItemsSelectionLabel: () => 'All Regions of this page',
        itemSelectionLabel: (_selection, { region }) => region,
        tableLabel: 'IMDS defaults by Region',
      }}
      header={
        <Header
          variant="h2"
          counter={`(${selected.length > 0 ? `${selected.length}/` : ''}${names.length})`}
          actions={
            <Button
              disabled={selected.length === 0}
              href={hrefOf(api.region, 'account-settings/manage', { regions: selected.join(',') })}
            >
              Manage in selected Regions
            </Button>
          }
        >
          All Regions
        </Header>
      }
      filter={
        <TextFilter
          {...filterProps}
          filteringPlaceholder="Find a Region"
          filteringAriaLabel="Find a Region"
          countText={`${filteredItemsCount ?? 0} Regions`}
        />
      }
      pagination={<Pagination {...paginationProps} />}
      empty={<Box textAlign="center">No Region is called so.</Box>}
    />
  );
}

const COLUMNS: TableProps.ColumnDefinition<Row>[] = [
  {
    id: 'region',
    header: 'Region',
    isRowHeader: true,
    cell: ({ region }) => region,
  },
  ...OPTIONS.map(({ option, short }) => ({
    id: option,
    header: short,
    cell: ({ known }: Row) => <Cell option={option} known={known} />,
  })),
];

function Cell({ option, known }: { option: Option; known: Known | undefined }) {
  if (!known) return option === 'HttpEndpoint' ? <StatusIndicator type="loading">Loading</StatusIndicator> : null;
  if ('error' in known) {
    if (option !== 'HttpEndpoint') return null;
    return <StatusIndicator type="error">{asApiError(known.error).code}</StatusIndicator>;
  }
  const { defaults } = known.found;
  // What stands in brackets says the same again.
  const name = nameOf(option, defaults[option]).replace(/ \(.*/, '');
  if (option === 'HttpTokensEnforced' && breaksLaunches(defaults)) {
    return <StatusIndicator type="warning">{name}</StatusIndicator>;
  }
  return defaults[option] === undefined ? <Box color="text-body-secondary">{name}</Box> : name;
}
