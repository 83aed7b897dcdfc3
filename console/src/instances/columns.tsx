/**
 * The columns of the table of instances, and which of them are shown at first.
 *
 * Metadata options have AWS's names, with the words of AWS's console below them.
 */

import Box from '@cloudscape-design/components/box';
import type { CollectionPreferencesProps } from '@cloudscape-design/components/collection-preferences';
import Link from '@cloudscape-design/components/link';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { TableProps } from '@cloudscape-design/components/table';
import type { ReactNode } from 'react';
import { OPTION_NAMES, OPTIONS, type Option } from '../options/option-words.ts';
import { hrefOf } from '../shell/route.ts';
import { nameOf } from './instance-pages.ts';
import { InstanceState, OptionsState } from './states.tsx';
import type { SeenInstance } from './use-instances.ts';

type Column = {
  id: string;
  /** In the preferences too. */
  label: string;
  header?: ReactNode;
  cell(instance: SeenInstance): ReactNode;
  isHidden?: true;
};

const optionColumn = (option: Option): Column => ({
  id: option,
  label: `${option} (${OPTION_NAMES[option]})`,
  header: <TwoLines first={option} second={OPTION_NAMES[option]} />,
  cell: ({ MetadataOptions }) => MetadataOptions?.[option],
});

const COLUMNS: readonly Column[] = [
  { id: 'InstanceType', label: 'Type', cell: ({ InstanceType }) => InstanceType },
  { id: 'State', label: 'Instance state', cell: (instance) => <InstanceState instance={instance} /> },
  optionColumn('HttpTokens'),
  {
    id: 'IMDSv1',
    label: 'IMDSv1 requests',
    header: <TwoLines first="IMDSv1 requests" second="since counting began" />,
    cell: (instance) => <V1Use instance={instance} />,
  },
  ...OPTIONS.filter((option) => option !== 'HttpTokens').map(optionColumn),
  {
    id: 'OptionsState',
    label: 'State of the metadata options',
    header: <TwoLines first="State" second="of the metadata options" />,
    cell: (instance) => <OptionsState instance={instance} />,
  },
  { id: 'LaunchTime', label: 'Launch time', cell: ({ LaunchTime }) => LaunchTime && timeOf(LaunchTime) },
  {
    id: 'IamInstanceProfile',
    label: 'Instance profile',
    cell: ({ IamInstanceProfile }) => IamInstanceProfile?.Arn?.split('/').at(-1) ?? '–',
  },
  { id: 'ImageId', label: 'AMI ID', cell: ({ ImageId }) => ImageId, isHidden: true },
  {
    id: 'AvailabilityZone',
    label: 'Availability Zone',
    cell: ({ Placement }) => Placement?.AvailabilityZone,
    isHidden: true,
  },
  {
    id: 'PrivateIpAddress',
    label: 'Private IPv4 address',
    cell: ({ PrivateIpAddress }) => PrivateIpAddress ?? '–',
    isHidden: true,
  },
  { id: 'KeyName', label: 'Key pair', cell: ({ KeyName }) => KeyName ?? '–', isHidden: true },
];

/** Pixels: one long name must not push all else out of sight. Wrapped lines, and the page of the instance, have all of it. */
const WIDEST = 320;

/** @param region that links lead to */
export function columnDefinitions(region: string): TableProps.ColumnDefinition<SeenInstance>[] {
  return [
    { id: 'Name', header: 'Name', cell: (instance) => nameOf(instance) || '–', minWidth: 120, maxWidth: WIDEST },
    {
      id: 'InstanceId',
      header: 'Instance ID',
      isRowHeader: true,
      minWidth: 190,
      cell: ({ InstanceId = '' }) => <Link href={hrefOf(region, `instances/${InstanceId}`)}>{InstanceId}</Link>,
    },
    ...COLUMNS.map(({ id, label, header = label, cell }) => ({ id, header, cell, maxWidth: WIDEST })),
  ];
}

export const COLUMN_OPTIONS: CollectionPreferencesProps.ContentDisplayOption[] = [
  { id: 'Name', label: 'Name' },
  { id: 'InstanceId', label: 'Instance ID', alwaysVisible: true },
  ...COLUMNS.map(({ id, label }) => ({ id, label })),
];

export const FIRST_COLUMNS: CollectionPreferencesProps.ContentDisplayItem[] = COLUMN_OPTIONS.map(({ id }) => ({
  id,
  visible: COLUMNS.find((column) => column.id === id)?.isHidden !== true,
}));

function TwoLines({ first, second }: { first: string; second: string }) {
  return (
    <>
      {first}
      <Box variant="small" display="block">
        {second}
      </Box>
    </>
  );
}

function V1Use({ instance: { MetadataRequests: counts } }: { instance: SeenInstance }) {
  if (!counts) return <>–</>;
  const { NoToken, NoTokenRejected } = counts;
  if (NoToken > 0) return <StatusIndicator type="warning">{`${NoToken} answered`}</StatusIndicator>;
  if (NoTokenRejected > 0) return <StatusIndicator type="error">{`${NoTokenRejected} got 401`}</StatusIndicator>;
  return <>none</>;
}

/** As everybody reads it, wherever they are. */
export function timeOf(time: Date | string): string {
  return new Date(time)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC');
}
