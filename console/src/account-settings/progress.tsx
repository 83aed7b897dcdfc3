/**
 * Region by Region what is there, what will be there, and, while it is saved, how far it is.
 *
 * It is to be read before anything is saved: nothing is changed that does not stand here.
 */

import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table from '@cloudscape-design/components/table';
import { asApiError } from '../api/api-error.ts';
import { type Change, changed, nameOf, OPTIONS } from './defaults.ts';
import type { Known } from './regions.ts';
import type { Outcome, Outcomes } from './use-save.ts';

type Props = {
  regions: readonly string[];
  known: ReadonlyMap<string, Known>;
  change: Change;
  outcomes: Outcomes;
};

export function Progress({ regions, known, change, outcomes }: Props) {
  const all = [...outcomes.values()];
  const done = all.filter(({ status }) => status === 'saved' || status === 'failed').length;
  return (
    <SpaceBetween size="s">
      {all.length > 1 && (
        <ProgressBar
          label="Saving"
          value={(100 * done) / all.length}
          additionalInfo={`${done} of ${all.length} Regions`}
          status={
            done < all.length ? 'in-progress' : all.some(({ error }) => error !== undefined) ? 'error' : 'success'
          }
          resultText={`${all.filter(({ status }) => status === 'saved').length} of ${all.length} Regions changed`}
        />
      )}
      <Table
        header={<Header variant="h2">What will change</Header>}
        variant="container"
        items={regions.map((region) => ({ region, outcome: outcomes.get(region), known: known.get(region) }))}
        trackBy="region"
        wrapLines={true}
        ariaLabels={{ tableLabel: 'What will change' }}
        empty={<Box textAlign="center">No Region is chosen.</Box>}
        columnDefinitions={[
          { id: 'region', header: 'Region', isRowHeader: true, cell: ({ region }) => region },
          {
            id: 'changes',
            header: 'Change',
            cell: ({ known: each }) => <Changes known={each} change={change} />,
          },
          { id: 'status', header: 'Status', cell: ({ outcome }) => <Status outcome={outcome} /> },
        ]}
      />
    </SpaceBetween>
  );
}

function Changes({ known, change }: { known: Known | undefined; change: Change }) {
  if (!known) return <StatusIndicator type="loading">Loading</StatusIndicator>;
  if ('error' in known) return <StatusIndicator type="error">{asApiError(known.error).code}</StatusIndicator>;
  const before = known.found.defaults;
  const after = changed(before, change);
  const lines = OPTIONS.filter(({ option }) => before[option] !== after[option]).map(
    ({ option, label }) => `${label}: ${nameOf(option, before[option])} → ${nameOf(option, after[option])}`,
  );
  if (lines.length === 0) return <Box color="text-body-secondary">Nothing</Box>;
  return lines.map((line) => <div key={line}>{line}</div>);
}

function Status({ outcome }: { outcome: Outcome | undefined }) {
  switch (outcome?.status) {
    case undefined:
      return null;
    case 'waiting':
      return <StatusIndicator type="pending">Waiting</StatusIndicator>;
    case 'saving':
      return <StatusIndicator type="loading">Saving</StatusIndicator>;
    case 'saved':
      return <StatusIndicator>Saved</StatusIndicator>;
    case 'failed':
      return <StatusIndicator type="error">{asApiError(outcome.error).code}</StatusIndicator>;
  }
}
