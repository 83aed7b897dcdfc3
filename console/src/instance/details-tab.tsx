/**
 * Details of an instance: what it is, where it is, its network and its tags.
 *
 * A dash stands for what it does not have.
 */

import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import type { ReactNode } from 'react';
import type { Instance } from '../api/services.ts';
import { timeOf } from '../instances/columns.tsx';
import { InstanceState } from '../instances/states.tsx';

export function DetailsTab({ instance }: { instance: Instance }) {
  const { Tags = [], NetworkInterfaces = [], Placement, IamInstanceProfile, SecurityGroups = [] } = instance;
  const ipv6 = NetworkInterfaces.flatMap(({ Ipv6Addresses = [] }) =>
    Ipv6Addresses.flatMap(({ Ipv6Address }) => Ipv6Address ?? []),
  );
  return (
    <SpaceBetween size="l">
      <Pairs
        title="Instance"
        pairs={{
          'Instance state': <InstanceState instance={instance} />,
          Type: instance.InstanceType,
          'AMI ID': instance.ImageId,
          'Launch time': instance.LaunchTime && timeOf(instance.LaunchTime),
          'Instance profile': IamInstanceProfile?.Arn,
          'Key pair': instance.KeyName,
          'Why it is in this state': instance.StateReason?.Message,
          Architecture: instance.Architecture,
        }}
      />
      <Pairs
        title="Network"
        pairs={{
          'Private IPv4 address': instance.PrivateIpAddress,
          'Public IPv4 address': instance.PublicIpAddress,
          'IPv6 addresses': ipv6.join(', '),
          'Private DNS name': instance.PrivateDnsName,
          'VPC ID': instance.VpcId,
          'Subnet ID': instance.SubnetId,
          'Security groups': SecurityGroups.map(({ GroupName, GroupId }) => `${GroupName} (${GroupId})`).join(', '),
          'Network interfaces': NetworkInterfaces.map(({ NetworkInterfaceId }) => NetworkInterfaceId).join(', '),
        }}
      />
      <Pairs
        title="Placement"
        pairs={{
          'Availability Zone':
            Placement?.AvailabilityZone && `${Placement.AvailabilityZone} (${Placement.AvailabilityZoneId})`,
          Tenancy: Placement?.Tenancy,
          'Placement group': Placement?.GroupName,
          Partition: Placement?.PartitionNumber,
        }}
      />
      <Table
        header={<Header variant="h2">Tags</Header>}
        items={Tags}
        trackBy="Key"
        wrapLines={true}
        ariaLabels={{ tableLabel: 'Tags' }}
        columnDefinitions={[
          { id: 'Key', header: 'Key', isRowHeader: true, cell: ({ Key }) => Key },
          { id: 'Value', header: 'Value', cell: ({ Value }) => Value },
        ]}
        empty={<Box textAlign="center">No tags. `aws ec2 create-tags` gives it some.</Box>}
      />
    </SpaceBetween>
  );
}

function Pairs({ title, pairs }: { title: string; pairs: Record<string, ReactNode> }) {
  return (
    <Container header={<Header variant="h2">{title}</Header>}>
      <KeyValuePairs
        columns={4}
        items={Object.entries(pairs).map(([label, value]) => ({ label, value: value || '–' }))}
      />
    </Container>
  );
}
