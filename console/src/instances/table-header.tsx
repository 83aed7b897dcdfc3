/**
 * The heading of the table: how many instances are selected, and what can be done with them.
 *
 * A table has a page of them, so that selecting all that match is a button of its own.
 */

import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { Api } from '../api/api.ts';
import { asApiError } from '../api/api-error.ts';
import { ModifyOptions } from '../modify/modify-options.tsx';
import { useNotifications } from '../shell/notifications.tsx';
import { hrefOf } from '../shell/route.ts';
import { type Filter, idsOf, readInstancePage } from './instance-pages.ts';
import { StateChange } from './state-change.tsx';
import type { Instances, SeenInstance } from './use-instances.ts';

type Props = {
  api: Api;
  Filters: Filter[];
  found: Instances;
  selected: readonly SeenInstance[];
  onSelect(instances: readonly SeenInstance[]): void;
};

export function TableHeader({ api, Filters, found, selected, onSelect }: Props) {
  const { reload } = found;
  const [isModifying, setModifying] = useState(false);
  const close = (left: ReadonlySet<string>) => {
    setModifying(false);
    reload();
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
            <Button iconName="refresh" ariaLabel="Refresh" onClick={reload} />
            <SelectMatching api={api} Filters={Filters} found={found} selected={selected} onSelect={onSelect} />
            {selected.length > 0 && <Button onClick={() => onSelect([])}>Clear selection</Button>}
            <StateChange instances={selected} onChanged={reload} />
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

/** So many are selected at once at most, which is also what EC2 starts or stops in one request. */
const MOST = 1000;

/** Where all of the page are selected and there are other pages. */
function SelectMatching({ api, Filters, found, selected, onSelect }: Props) {
  const { notify } = useNotifications();
  const [isBusy, setBusy] = useState(false);
  const ids = new Set(idsOf(selected));
  const isWhole = found.instances.length > 0 && idsOf(found.instances).every((id) => ids.has(id));
  if (!isWhole || (found.pages === 1 && found.isComplete) || selected.length >= MOST) return null;
  const selectAll = async () => {
    setBusy(true);
    try {
      const { signal } = new AbortController();
      const { instances, next } = await readInstancePage(api, { Filters, size: MOST, signal });
      onSelect(instances);
      if (next) notify({ type: 'info', content: `Selected the first ${instances.length}; there are more that match.` });
    } catch (error) {
      const { code, words } = asApiError(error);
      notify({ type: 'error', header: 'The instances cannot be selected', content: `${code}: ${words}` });
    }
    setBusy(false);
  };
  return (
    <Button loading={isBusy} onClick={() => void selectAll()}>
      Select all that match
    </Button>
  );
}
