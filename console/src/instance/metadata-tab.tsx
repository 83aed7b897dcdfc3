/**
 * The metadata of an instance as the instance gets it with a session token: a tree to browse, whose values appear as it is
 * opened. Secrets of credentials never come as far as this.
 */

import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import Grid from '@cloudscape-design/components/grid';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import TreeView from '@cloudscape-design/components/tree-view';
import { useCallback, useEffect, useState } from 'react';
import type { MetadataEntry, MetadataView } from '../../../src/host-model.ts';
import type { Api } from '../api/api.ts';
import type { Instance } from '../api/services.ts';
import { inParallel } from '../modify/in-parallel.ts';
import { ErrorAlert } from '../shell/error-alert.tsx';

const ROOT = '/latest/';

export function MetadataTab({ api, instance }: { api: Api; instance: Instance }) {
  const { InstanceId = '', State } = instance;
  if (State?.Name !== 'running') {
    return <Alert type="info">An instance has a metadata service while it runs; this one is {State?.Name}.</Alert>;
  }
  // Other options can mean another tree.
  return <Tree key={JSON.stringify(instance.MetadataOptions)} api={api} InstanceId={InstanceId} />;
}

function Tree({ api, InstanceId }: { api: Api; InstanceId: string }) {
  const { views, error, open } = useViews(api, InstanceId);
  const [expanded, setExpanded] = useState<readonly string[]>([`${ROOT}meta-data/`]);
  const [shown, setShown] = useState<string>();
  const refresh = useCallback(() => {
    for (const path of [ROOT, ...expanded]) open(path);
  }, [expanded, open]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once; what is opened later is asked for then
  useEffect(refresh, []);
  const toggle = (path: string, isExpanded: boolean) => {
    setExpanded((before) => (isExpanded ? [...before, path] : before.filter((other) => other !== path)));
    if (isExpanded) open(path);
  };
  const root = views.get(ROOT);
  if (root?.Reason === 'endpoint-disabled') return <Disabled />;
  return (
    <SpaceBetween size="m">
      {error !== undefined && <Failure error={error} onRetry={refresh} />}
      {!root && error === undefined && <Spinner />}
      {root && (
        <Grid gridDefinition={[{ colspan: { default: 12, s: 7 } }, { colspan: { default: 12, s: 5 } }]}>
          <Container
            header={
              <Header
                variant="h2"
                description="As the instance gets it with a session token."
                actions={<Button iconName="refresh" ariaLabel="Read the metadata again" onClick={refresh} />}
              >
                {ROOT}
              </Header>
            }
          >
            <TreeView<MetadataEntry>
              ariaLabel="Metadata"
              items={root.Entries ?? []}
              getItemId={({ Path }) => Path}
              getItemChildren={({ Path }) => childrenOf(Path, views)}
              expandedItems={expanded}
              onItemToggle={({ detail }) => toggle(detail.id, detail.expanded)}
              connectorLines="vertical"
              renderItem={(entry) => ({
                content: isDirectory(entry) ? (
                  entry.Name
                ) : (
                  <Leaf entry={entry} view={views.get(entry.Path)} onShow={setShown} />
                ),
                announcementLabel: entry.Name,
              })}
            />
          </Container>
          <Value path={shown} view={shown === undefined ? undefined : views.get(shown)} />
        </Grid>
      )}
    </SpaceBetween>
  );
}

/** What was read stays, and can be read again. */
function Failure({ error, onRetry }: { error: unknown; onRetry(): void }) {
  return (
    <SpaceBetween size="s">
      <ErrorAlert header="The metadata cannot be read" error={error} />
      <Button onClick={onRetry}>Try again</Button>
    </SpaceBetween>
  );
}

function isDirectory({ Path }: MetadataEntry): boolean {
  return Path.endsWith('/');
}

/** Before they are known there is something to be opened already. */
function childrenOf(path: string, views: ReadonlyMap<string, MetadataView>): MetadataEntry[] | undefined {
  if (!path.endsWith('/')) return undefined;
  const view = views.get(path);
  return view ? view.Entries : [{ Name: 'Loading …', Path: `${path}…` }];
}

/** Characters of a value in the tree. */
const PREVIEW = 60;

function Leaf({
  entry,
  view,
  onShow,
}: {
  entry: MetadataEntry;
  view: MetadataView | undefined;
  onShow(path: string): void;
}) {
  const { Name, Path } = entry;
  if (Path.endsWith('…')) return <>{Name}</>;
  const [line = ''] = (view?.Value ?? '').split('\n', 1);
  return (
    <span className="leaf">
      <Button variant="inline-link" onClick={() => onShow(Path)}>
        {Name}
      </Button>{' '}
      <Box variant="span" color="text-body-secondary">
        {line.length > PREVIEW || line !== view?.Value ? `${line.slice(0, PREVIEW)}${view ? ' …' : ''}` : line}
      </Box>
    </span>
  );
}

function Value({ path, view }: { path: string | undefined; view: MetadataView | undefined }) {
  return (
    <div className="stays-in-view" aria-live="polite">
      <Container header={<Header variant="h2">Value</Header>}>
        {path === undefined || view?.Value === undefined ? (
          <Box color="text-body-secondary">Choose a name in the tree to see all of its value here.</Box>
        ) : (
          <SpaceBetween size="s">
            <Box variant="code">{path}</Box>
            <section className="value" aria-label="Value">
              {view.Value}
            </section>
            {view.ValueEncoding === 'base64' && <Box variant="small">It is no text; this is it in base64.</Box>}
            <CopyToClipboard
              copyButtonText="Copy"
              copySuccessText="Copied"
              copyErrorText="Copying failed: select the text instead"
              textToCopy={view.Value}
            />
          </SpaceBetween>
        )}
      </Container>
    </div>
  );
}

function Disabled() {
  return (
    <Alert type="warning" header="The metadata service is disabled">
      HttpEndpoint is disabled: the instance gets 403 for every request. Modify instance metadata options to enable it.
    </Alert>
  );
}

/** What was read so far, by path; `open` reads a directory and the values in it. */
function useViews(api: Api, InstanceId: string) {
  const [views, setViews] = useState<ReadonlyMap<string, MetadataView>>(new Map());
  const [error, setError] = useState<unknown>();
  const read = useCallback(
    async (Path: string): Promise<MetadataView> => {
      const view = await api.own<MetadataView>('GET', `instances/${InstanceId}/metadata`, { query: { Path } });
      setViews((before) => new Map(before).set(Path, view));
      return view;
    },
    [api, InstanceId],
  );
  const open = useCallback(
    (path: string) => {
      const readAll = async () => {
        const { Entries = [] } = await read(path);
        await inParallel(
          Entries.filter((entry) => !isDirectory(entry)),
          async ({ Path }) => void (await read(Path)),
        );
      };
      readAll().then(() => setError(undefined), setError);
    },
    [read],
  );
  return { views, error, open };
}
