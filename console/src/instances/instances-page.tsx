/** The instances of the account in this Region. */

import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Table from '@cloudscape-design/components/table';
import type { Instance } from '../api/services.ts';
import { ErrorAlert } from '../shell/error-alert.tsx';
import { hrefOf } from '../shell/route.ts';
import { useLoaded } from '../shell/use-loaded.ts';
import { useApi } from '../sign-in/session.tsx';

const PAGE = 100;

export default function InstancesPage() {
  const api = useApi();
  const { data, error, isLoading } = useLoaded(
    (signal) => api.ec2('DescribeInstances', { MaxResults: PAGE }, { signal }),
    [api],
  );
  if (error) return <ErrorAlert header="The instances cannot be listed" error={error} />;
  const instances = (data?.Reservations ?? []).flatMap(({ Instances = [] }) => Instances);
  return (
    <Table<Instance>
      variant="full-page"
      header={
        <Header
          variant="awsui-h1-sticky"
          actions={
            <Button variant="primary" href={hrefOf(api.region, 'launch')}>
              Launch instances
            </Button>
          }
        >
          Instances
        </Header>
      }
      loading={isLoading}
      loadingText="Loading instances"
      items={instances}
      trackBy="InstanceId"
      empty={<Box textAlign="center">No instances in this Region. Launch one to see it here.</Box>}
      columnDefinitions={[
        { id: 'Name', header: 'Name', cell: nameOf },
        { id: 'InstanceId', header: 'Instance ID', cell: ({ InstanceId }) => InstanceId, isRowHeader: true },
        { id: 'State', header: 'Instance state', cell: ({ State }) => State?.Name },
        { id: 'InstanceType', header: 'Type', cell: ({ InstanceType }) => InstanceType },
        { id: 'HttpTokens', header: 'HttpTokens', cell: ({ MetadataOptions }) => MetadataOptions?.HttpTokens },
        { id: 'HttpEndpoint', header: 'HttpEndpoint', cell: ({ MetadataOptions }) => MetadataOptions?.HttpEndpoint },
        { id: 'OptionsState', header: 'Options state', cell: ({ MetadataOptions }) => MetadataOptions?.State },
      ]}
    />
  );
}

function nameOf({ Tags = [] }: Instance): string {
  return Tags.find(({ Key }) => Key === 'Name')?.Value ?? '';
}
