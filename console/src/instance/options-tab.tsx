/**
 * The metadata options of an instance, each with what it means; their State, which goes from pending to applied while one
 * looks; and where the metadata service answers.
 */

import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import type { Instance } from '../api/services.ts';
import type { ListedInstance } from '../instances/own-instances.ts';
import { meaningOfState, OptionsState } from '../instances/states.tsx';
import { meaningOf, OPTION_NAMES, OPTIONS, type Option } from '../options/option-words.ts';

type Props = { instance: Instance; listed: ListedInstance | undefined };

export function OptionsTab({ instance, listed }: Props) {
  const { MetadataOptions } = instance;
  return (
    <SpaceBetween size="l">
      <div aria-live="polite">
        <Container>
          <SpaceBetween direction="horizontal" size="s">
            <Box variant="awsui-key-label">State</Box>
            <OptionsState instance={instance} />
            <span>{meaningOfState(instance)}</span>
          </SpaceBetween>
        </Container>
      </div>
      {MetadataOptions?.HttpEndpoint === 'disabled' && (
        <Alert type="info">While the metadata service is disabled, the other options have no effect.</Alert>
      )}
      <Table<Option>
        header={<Header variant="h2">Metadata options</Header>}
        items={OPTIONS}
        trackBy={(option) => option}
        wrapLines={true}
        ariaLabels={{ tableLabel: 'Metadata options' }}
        columnDefinitions={[
          {
            id: 'option',
            header: 'Option',
            isRowHeader: true,
            cell: (option) => (
              <>
                {OPTION_NAMES[option]}
                <Box variant="small" display="block">
                  {option}
                </Box>
              </>
            ),
          },
          { id: 'value', header: 'Value', cell: (option) => MetadataOptions?.[option] ?? '–' },
          { id: 'meaning', header: 'What it means', cell: (option) => meaningOf(option, MetadataOptions?.[option]) },
        ]}
      />
      {listed && <Where listed={listed} />}
    </SpaceBetween>
  );
}

function Where({ listed: { Endpoints, Substrate, HopLimitEnforced } }: { listed: ListedInstance }) {
  const { ipv4, ipv6, netns } = Endpoints;
  return (
    <Container header={<Header variant="h2">Where the metadata service answers</Header>}>
      <KeyValuePairs
        columns={4}
        items={[
          { label: 'IPv4 endpoint', value: ipv4 ?? 'none at the moment' },
          { label: 'IPv6 endpoint', value: ipv6 ?? 'none at the moment' },
          { label: 'Reached from', value: netns ? `network namespace ${netns}` : 'this machine' },
          { label: 'Hop limit', value: HopLimitEnforced ? 'enforced' : `not enforced on the ${Substrate} substrate` },
        ]}
      />
    </Container>
  );
}
