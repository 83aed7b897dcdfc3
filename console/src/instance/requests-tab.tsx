/**
 * Who has asked an instance's metadata service lately, how, from how far, and what they got. Live.
 *
 * What clients write of themselves is shown as text, whatever it is.
 */

import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table from '@cloudscape-design/components/table';
import Toggle from '@cloudscape-design/components/toggle';
import { useState } from 'react';
import type { MetadataRequest, MetadataRequestCounts, RefusalReason } from '../../../src/host-model.ts';
import type { Api } from '../api/api.ts';
import type { Instance } from '../api/services.ts';
import { timeOf } from '../instances/columns.tsx';
import { readRequests } from '../instances/own-instances.ts';
import { ErrorAlert } from '../shell/error-alert.tsx';
import { useLive } from '../shell/use-live.ts';

const EVERY_MS = 1000;

export function RequestsTab({ api, instance }: { api: Api; instance: Instance }) {
  const { InstanceId = '', MetadataOptions } = instance;
  const { data, error } = useLive((signal) => readRequests(api, InstanceId, signal), [api, InstanceId], EVERY_MS);
  const [isV1Only, setV1Only] = useState(false);
  if (error !== undefined) return <ErrorAlert header="The requests cannot be read" error={error} />;
  if (!data) return <Spinner />;
  const { Counts, Requests } = data;
  const shown = Requests.filter(({ Version }) => !isV1Only || Version === 1).reverse();
  return (
    <SpaceBetween size="l">
      <Totals counts={Counts} />
      <AboutHops counts={Counts} limit={MetadataOptions?.HttpPutResponseHopLimit ?? 1} isAsked={Requests.length > 0} />
      <Table<MetadataRequest>
        header={
          <Header
            variant="h2"
            counter={`(${shown.length})`}
            description="The last 200, the latest first."
            actions={
              <Toggle checked={isV1Only} onChange={({ detail }) => setV1Only(detail.checked)}>
                IMDSv1 only
              </Toggle>
            }
          >
            Recent metadata requests
          </Header>
        }
        items={shown}
        trackBy={({ Number: number }) => String(number)}
        wrapLines={true}
        ariaLabels={{ tableLabel: 'Recent metadata requests' }}
        columnDefinitions={[
          { id: 'Time', header: 'Time (UTC)', cell: ({ Time }) => timeOf(Time).replace(' UTC', ''), minWidth: 165 },
          { id: 'Version', header: 'Version', cell: ({ Version }) => versionOf(Version), minWidth: 115 },
          {
            id: 'Path',
            header: 'Request',
            isRowHeader: true,
            cell: ({ Method, Path }) => (Path ? `${Method} ${Path}` : 'no HTTP request'),
            minWidth: 190,
          },
          { id: 'Status', header: 'Status', cell: (request) => <Status request={request} />, minWidth: 140 },
          { id: 'UserAgent', header: 'User agent', cell: ({ UserAgent }) => UserAgent ?? '–', minWidth: 150 },
          { id: 'Hops', header: 'Hops', cell: (request) => <Hops request={request} />, minWidth: 130 },
          { id: 'SourceIp', header: 'Source IP', cell: ({ SourceIp }) => SourceIp ?? '–' },
        ]}
        empty={
          <Box textAlign="center">
            {isV1Only && Requests.length > 0
              ? 'None of these was IMDSv1.'
              : `Nobody has asked since ${timeOf(Counts.Since)}.`}
          </Box>
        }
      />
    </SpaceBetween>
  );
}

function versionOf(version: 1 | 2 | undefined) {
  if (version === undefined) return '–';
  return version === 1 ? <StatusIndicator type="warning">IMDSv1</StatusIndicator> : 'IMDSv2';
}

function Totals({ counts }: { counts: MetadataRequestCounts }) {
  const {
    Since,
    NoToken,
    LastNoTokenTime,
    NoTokenRejected,
    LastNoTokenRejectedTime,
    Token,
    TokenPut,
    TokenPutOutOfReach,
  } = counts;
  return (
    <Container
      header={
        <Header variant="h2" description={`Since ${timeOf(Since)}; a restart begins anew.`}>
          Requests in all
        </Header>
      }
    >
      <KeyValuePairs
        columns={4}
        items={[
          { label: 'IMDSv1, answered', value: withLast(NoToken, LastNoTokenTime) },
          { label: 'IMDSv1, got 401', value: withLast(NoTokenRejected, LastNoTokenRejectedTime) },
          { label: 'IMDSv2, answered', value: Token },
          {
            label: 'Session tokens given out',
            value:
              TokenPutOutOfReach > 0 ? `${TokenPut}, of which ${TokenPutOutOfReach} cannot have arrived` : TokenPut,
          },
        ]}
      />
    </Container>
  );
}

function withLast(count: number, last: string | undefined): string {
  return last === undefined ? String(count) : `${count}, the last at ${timeOf(last)}`;
}

function AboutHops({
  counts: { Hops },
  limit,
  isAsked,
}: {
  counts: MetadataRequestCounts;
  limit: number;
  isAsked: boolean;
}) {
  const furthest = Hops.at(-1)?.Hops;
  if (furthest === undefined) {
    if (!isAsked) return null;
    return (
      <Alert type="info">How many hops away clients are is not known here: instances are no network namespaces.</Alert>
    );
  }
  if (furthest > limit) {
    return (
      <Alert type="warning" header={`Somebody asks from ${furthest} hops away`}>
        HttpPutResponseHopLimit is {limit}: a session token travels no further than that. With {furthest} it reaches
        them.
      </Alert>
    );
  }
  return (
    <Alert type="info">
      Requests come from up to {furthest === 1 ? '1 hop' : `${furthest} hops`} away, and HttpPutResponseHopLimit is{' '}
      {limit}: session tokens reach all who ask. One hop is the instance itself; a container behind a bridge is two
      away.
    </Alert>
  );
}

const REASONS: Record<RefusalReason, string> = {
  'endpoint-disabled': 'the endpoint is disabled',
  'token-required': 'no session token, and HttpTokens is required',
  'token-not-valid': 'the session token is not good',
  forwarded: 'X-Forwarded-For is there',
  'token-lifetime': 'no lifetime of 1 to 21600 seconds',
  'put-elsewhere': 'a PUT to another path',
  method: 'not such a method',
  'not-found': 'not there',
  malformed: 'no HTTP request',
  fault: 'a fault that was set',
};

/** Beside an indicator words are not broken in the middle. */
function Status({ request: { Status: status, Reason } }: { request: MetadataRequest }) {
  const type = status === 200 ? 'success' : Reason === 'not-found' ? 'info' : 'error';
  return (
    <>
      <StatusIndicator type={type}>{status ?? 'no answer'}</StatusIndicator> {Reason && REASONS[Reason]}
    </>
  );
}

function Hops({
  request: { Hops: hops, HttpPutResponseHopLimit: limit, Status: status },
}: {
  request: MetadataRequest;
}) {
  if (hops === undefined) return <>–</>;
  if (limit === undefined || status !== 200) return <>{hops}</>;
  if (hops <= limit) return <>{`${hops} of ${limit}`}</>;
  return (
    <>
      <StatusIndicator type="error">{hops}</StatusIndicator> {`the limit was ${limit}: the token did not arrive`}
    </>
  );
}
