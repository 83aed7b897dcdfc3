/**
 * What comes of a change, instance by instance: pending, then applied, and those that failed with AWS's words, to be tried
 * again.
 */

import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import Table from '@cloudscape-design/components/table';
import { useState } from 'react';
import { asApiError } from '../api/api-error.ts';
import { ErrorAlert } from '../shell/error-alert.tsx';
import type { Modification, Step, Steps } from './use-modification.ts';

const SHOWN: Record<Step['at'], [StatusIndicatorProps.Type, string]> = {
  waiting: ['pending', 'Waiting'],
  'not-asked': ['stopped', 'Not asked'],
  sending: ['in-progress', 'Asking'],
  pending: ['in-progress', 'pending: its host has not applied it yet'],
  applied: ['success', 'applied'],
  'next-start': ['pending', 'pending until it starts'],
  gone: ['stopped', 'terminated meanwhile'],
  failed: ['error', 'Failed'],
};

const UNSETTLED: readonly Step['at'][] = ['waiting', 'sending', 'pending'];

/** Whether something is still to come. */
export function isUnderWay(steps: Steps): boolean {
  return [...steps.values()].some(({ at }) => UNSETTLED.includes(at));
}

export function Progress({
  modification,
  onRetry,
}: {
  modification: Modification;
  onRetry(ids: readonly string[]): void;
}) {
  const { steps } = modification;
  return (
    <SpaceBetween size="l">
      {steps.size === 1 ? <One steps={steps} /> : <Many steps={steps} />}
      <Failures steps={steps} isSending={modification.isSending} onRetry={onRetry} />
    </SpaceBetween>
  );
}

function One({ steps }: { steps: Steps }) {
  const [first] = steps;
  if (!first) return null;
  const [id, { at }] = first;
  const [type, text] = SHOWN[at];
  return (
    <div aria-live="polite">
      <Box variant="awsui-key-label">{id}</Box>
      <StatusIndicator type={type}>{text}</StatusIndicator>
    </div>
  );
}

function Many({ steps }: { steps: Steps }) {
  const count = (...at: Step['at'][]) => [...steps.values()].filter((step) => at.includes(step.at)).length;
  const settled = steps.size - count(...UNSETTLED);
  const failed = count('failed');
  const parts = [
    `${count('applied')} applied`,
    ...said(count('pending'), 'pending'),
    ...said(count('waiting', 'sending'), 'to be asked'),
    ...said(count('not-asked'), 'not asked'),
    ...said(count('next-start'), 'pending until they start'),
    ...said(count('gone'), 'terminated meanwhile'),
    ...said(failed, 'failed'),
  ];
  const isOver = settled === steps.size;
  return (
    <ProgressBar
      value={(100 * settled) / steps.size}
      status={!isOver ? 'in-progress' : failed + count('not-asked') > 0 ? 'error' : 'success'}
      label={`${steps.size} instances`}
      additionalInfo={isOver ? undefined : parts.join(', ')}
      resultText={parts.join(', ')}
    />
  );
}

function said(count: number, what: string): string[] {
  return count === 0 ? [] : [`${count} ${what}`];
}

type Failure = { id: string; error: unknown };

function Failures({
  steps,
  isSending,
  onRetry,
}: {
  steps: Steps;
  isSending: boolean;
  onRetry(ids: readonly string[]): void;
}) {
  const failures = [...steps].flatMap(([id, step]): Failure[] =>
    step.at === 'failed' ? [{ id, error: step.error }] : [],
  );
  // Which are not to be tried again: what fails later is chosen by itself.
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [first] = failures;
  if (!first) return null;
  const chosen = failures.filter(({ id }) => !left.has(id));
  const choose = (selected: readonly Failure[]) => {
    const ids = new Set(selected.map(({ id }) => id));
    setLeft(new Set(failures.flatMap(({ id }) => (ids.has(id) ? [] : [id]))));
  };
  return (
    <SpaceBetween size="m">
      <ErrorAlert header={`${first.id} was not changed`} error={first.error} />
      {failures.length > 1 && (
        <Table<Failure>
          variant="embedded"
          header={
            <Header
              variant="h3"
              counter={`(${failures.length})`}
              actions={
                <Button disabled={isSending || chosen.length === 0} onClick={() => onRetry(chosen.map(({ id }) => id))}>
                  {`Try ${chosen.length} again`}
                </Button>
              }
            >
              Not changed
            </Header>
          }
          items={failures}
          trackBy="id"
          wrapLines={true}
          selectionType="multi"
          selectedItems={chosen}
          onSelectionChange={({ detail }) => choose(detail.selectedItems)}
          ariaLabels={{
            tableLabel: 'Instances that were not changed',
            selectionGroupLabel: 'To be tried again',
            allItemsSelectionLabel: () => 'Try all again',
            itemSelectionLabel: (_, { id }) => `Try ${id} again`,
          }}
          columnDefinitions={[
            { id: 'InstanceId', header: 'Instance ID', isRowHeader: true, width: 210, cell: ({ id }) => id },
            { id: 'why', header: 'Why', cell: ({ error }) => wordsOf(error) },
          ]}
        />
      )}
      {failures.length === 1 && steps.size > 1 && <Button onClick={() => onRetry([first.id])}>Try again</Button>}
    </SpaceBetween>
  );
}

function wordsOf(error: unknown): string {
  const { code, words } = asApiError(error);
  return `${code}: ${words}`;
}
