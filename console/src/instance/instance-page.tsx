/**
 * An instance: what it is, its metadata options, its metadata as it sees it, and who has asked for it.
 *
 * All of it is live, and which of it is shown is in the address.
 */

import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import Tabs from '@cloudscape-design/components/tabs';
import { useState } from 'react';
import type { Api } from '../api/api.ts';
import { ApiError } from '../api/api-error.ts';
import type { Instance } from '../api/services.ts';
import { nameOf, readInstance } from '../instances/instance-pages.ts';
import { type ListedInstance, readListed } from '../instances/own-instances.ts';
import { StateChange } from '../instances/state-change.tsx';
import { ModifyOptions } from '../modify/modify-options.tsx';
import type { PageProps } from '../pages.ts';
import { ErrorAlert } from '../shell/error-alert.tsx';
import { go, hrefOf, useRoute } from '../shell/route.ts';
import { useLive } from '../shell/use-live.ts';
import { useApi } from '../sign-in/session.tsx';
import { DetailsTab } from './details-tab.tsx';
import { MetadataTab } from './metadata-tab.tsx';
import { OptionsTab } from './options-tab.tsx';
import { RequestsTab } from './requests-tab.tsx';

const EVERY_MS = 2000;

export default function InstancePage({ parameters: { InstanceId = '' } }: PageProps) {
  const api = useApi();
  const { data, error, reload } = useLive((signal) => readAll(api, InstanceId, signal), [api, InstanceId], EVERY_MS);
  // What it was before it was gone helps nobody, and nothing can be done to it; else what was read last stays.
  const shown = isGone(error) ? undefined : data;
  const failure = shown ? `${InstanceId} cannot be read at the moment` : `${InstanceId} cannot be shown`;
  return (
    <SpaceBetween size="m">
      {error !== undefined && <ErrorAlert header={failure} error={error} />}
      {shown && <Shown api={api} {...shown} onReload={reload} />}
      {!data && error === undefined && <Spinner size="large" />}
    </SpaceBetween>
  );
}

function isGone(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'InvalidInstanceID.NotFound';
}

type All = { instance: Instance; listed?: ListedInstance | undefined };

/** What our own API says of it beside is left out where this caller may not know. */
async function readAll(api: Api, InstanceId: string, signal: AbortSignal): Promise<All> {
  const [instance, listed] = await Promise.all([
    readInstance(api, InstanceId, signal),
    readListed(api, [InstanceId], signal).then(
      (listed) => listed.get(InstanceId),
      () => undefined,
    ),
  ]);
  return { instance, listed };
}

function Shown({ api, instance, listed, onReload }: All & { api: Api; onReload(): void }) {
  const { InstanceId = '' } = instance;
  const [isModifying, setModifying] = useState(false);
  const { tab, open } = useTab(api.region, InstanceId);
  const modify = <Button onClick={() => setModifying(true)}>Modify instance metadata options</Button>;
  return (
    <SpaceBetween size="m">
      <Header
        variant="h1"
        description={nameOf(instance)}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button iconName="refresh" ariaLabel="Refresh" onClick={onReload} />
            <StateChange instances={[instance]} onChanged={onReload} />
            {modify}
          </SpaceBetween>
        }
      >
        {InstanceId}
      </Header>
      <Tabs
        ariaLabel="About the instance"
        activeTabId={tab}
        onChange={({ detail }) => open(detail.activeTabId)}
        tabs={[
          { id: 'details', label: 'Details', content: <DetailsTab instance={instance} /> },
          { id: 'options', label: 'Metadata options', content: <OptionsTab instance={instance} listed={listed} /> },
          { id: 'metadata', label: 'Metadata', content: <MetadataTab api={api} instance={instance} /> },
          { id: 'requests', label: 'Recent metadata requests', content: <RequestsTab api={api} instance={instance} /> },
        ]}
      />
      {isModifying && (
        <ModifyOptions
          ids={[InstanceId]}
          onClose={() => {
            setModifying(false);
            onReload();
          }}
        />
      )}
    </SpaceBetween>
  );
}

const TABS = ['details', 'options', 'metadata', 'requests'];

/** In the address, so that a link leads to it; one that is none is the first. */
function useTab(region: string, InstanceId: string) {
  const { query } = useRoute();
  const open = (tab: string) => go(hrefOf(region, `instances/${InstanceId}`, { tab }));
  const named = query.get('tab') ?? '';
  return { tab: TABS.includes(named) ? named : 'details', open };
}
