/**
 * The instances of the account in this Region: filtered by the control plane, a page at a time, live.
 *
 * What is selected stays selected while rows come, go and change, and over pages.
 */

import CollectionPreferences from '@cloudscape-design/components/collection-preferences';
import Pagination from '@cloudscape-design/components/pagination';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useMemo, useState } from 'react';
import { ErrorAlert } from '../shell/error-alert.tsx';
import { useApi } from '../sign-in/session.tsx';
import { COLUMN_OPTIONS, columnDefinitions } from './columns.tsx';
import { FindInstances, useFilter } from './find-instances.tsx';
import { filtersOf } from './instance-filters.ts';
import { NoInstances } from './no-instances.tsx';
import { TableHeader } from './table-header.tsx';
import { PAGE_SIZES, type TablePreferences, useTablePreferences } from './table-preferences.ts';
import { type Instances, type SeenInstance, useInstances } from './use-instances.ts';

export default function InstancesPage() {
  const api = useApi();
  const { filter, setFilter } = useFilter(api.region);
  const table = useTablePreferences();
  const Filters = filtersOf(filter);
  const found = useInstances(api, Filters, table.preferences.pageSize);
  const { selected, select } = useSelection(found.instances);
  return (
    <SpaceBetween size="m">
      {found.error !== undefined && <ErrorAlert header="The instances cannot be listed" error={found.error} />}
      <Table<SeenInstance>
        variant="full-page"
        stickyHeader={true}
        enableKeyboardNavigation={true}
        header={<TableHeader api={api} Filters={Filters} found={found} selected={selected} onSelect={select} />}
        filter={<FindInstances api={api} found={found} filter={filter} onChange={setFilter} />}
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
          <NoInstances
            region={api.region}
            found={found}
            isFiltered={filter.tokens.length > 0}
            onClear={() => setFilter({ tokens: [], operation: 'and' })}
          />
        }
      />
    </SpaceBetween>
  );
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
