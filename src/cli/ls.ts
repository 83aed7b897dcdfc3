/**
 * `openimds ls`: the instances of an account in a Region, with every metadata option and where the metadata services are.
 *
 * A table for people, the whole answer or a part of it for programs. No name or tag of an instance can act on a terminal.
 */

import type { ListedInstance } from '../api/actions/openimds/list-instances.ts';
import { named } from './attach.ts';
import { instancePages, regionOf, type Target } from './control-plane.ts';
import { type ShowOptions, show } from './output.ts';
import { printable } from './printable.ts';

export async function listInstances(target: Target, options: ShowOptions): Promise<number> {
  const Instances: ListedInstance[] = [];
  for await (const page of instancePages(target)) Instances.push(...page);
  process.stdout.write(`${await show({ Instances }, options, () => table(Instances))}\n`);
  return 0;
}

/** A column: its heading, and what it says of an instance. */
type Column = [heading: string, value: (instance: ListedInstance) => string];

/** Shown where any instance has something to say there. */
const ATTACHED_TO: Column = [
  'Attached to',
  ({ Attachment }) =>
    Attachment ? `${named(Attachment.Netns)}${Attachment.Status === 'attached' ? '' : ` (${Attachment.Status})`}` : '',
];
const NAME: Column = ['Name', ({ Tags }) => Tags.find(({ Key }) => Key === 'Name')?.Value ?? ''];

/** AWS's names, shortened where the whole table would not fit on a screen; `Options` is MetadataOptions.State. */
const COLUMNS: Column[] = [
  ['Instance', (instance) => instance.InstanceId],
  ['State', (instance) => instance.State],
  ['Type', (instance) => instance.InstanceType],
  ['Options', ({ MetadataOptions }) => MetadataOptions.State],
  ['HttpEndpoint', ({ MetadataOptions }) => MetadataOptions.HttpEndpoint],
  ['HttpTokens', ({ MetadataOptions }) => MetadataOptions.HttpTokens],
  ['HopLimit', ({ MetadataOptions }) => String(MetadataOptions.HttpPutResponseHopLimit)],
  ['Ipv4', ({ MetadataOptions }) => MetadataOptions.HttpProtocolIpv4],
  ['Ipv6', ({ MetadataOptions }) => MetadataOptions.HttpProtocolIpv6],
  ['Tags', ({ MetadataOptions }) => MetadataOptions.InstanceMetadataTags],
  ['Metadata service', ({ Endpoints }) => [Endpoints.ipv4, Endpoints.ipv6].filter(Boolean).join(' ') || '-'],
];

function table(instances: ListedInstance[]): string {
  if (instances.length === 0) {
    return `No instances in ${printable(regionOf(process.env))}. Launch one:\n  openimds aws ec2 run-instances --image-id ami-0abcdef1234567890 --instance-type t3.large`;
  }
  const more = [ATTACHED_TO, NAME].filter(([, value]) => instances.some((instance) => value(instance) !== ''));
  const columns = [...COLUMNS, ...more];
  const rows = instances.map((instance) => columns.map(([, value]) => printable(value(instance))));
  const lines = aligned([columns.map(([heading]) => heading), ...rows]);
  const unenforced = instances.find((instance) => !instance.HopLimitEnforced);
  if (unenforced) lines.push('', `The hop limit is not enforced on the ${printable(unenforced.Substrate)} substrate.`);
  lines.push(...outOfReachIn(instances));
  lines.push(...withoutTokensIn(instances));
  lines.push(...faultsIn(instances));
  return lines.join('\n');
}

/** Why instances that run have no metadata service where they are attached. */
function outOfReachIn(instances: ListedInstance[]): string[] {
  const lines = instances.flatMap(({ InstanceId, Endpoints: { obstacle } }) =>
    obstacle === undefined ? [] : [`${InstanceId} is out of reach: ${printable(obstacle)}.`],
  );
  return lines.length > 0 ? ['', ...lines] : [];
}

/** So that nobody wonders why a metadata service does not answer as it should. */
function faultsIn(instances: ListedInstance[]): string[] {
  const ids = instances.flatMap(({ InstanceId, State, Faults }) =>
    Faults && State !== 'terminated' ? [InstanceId] : [],
  );
  const [first] = ids;
  if (first === undefined) return [];
  const who = ids.length === 1 ? `${first} has faults` : `${first} and ${ids.length - 1} more have faults`;
  return ['', `${who}, for tests of clients: openimds fault show ${first}`];
}

/** Who would not be answered any more if tokens were required. */
function withoutTokensIn(instances: ListedInstance[]): string[] {
  const ids = instances.flatMap(({ InstanceId, State, MetadataOptions, MetadataRequests }) =>
    State === 'running' && MetadataOptions.HttpTokens === 'optional' && MetadataRequests?.NoToken ? [InstanceId] : [],
  );
  const [first] = ids;
  if (first === undefined) return [];
  const who = ids.length === 1 ? `${first} is` : `${first} and ${ids.length - 1} more are`;
  return ['', `${who} asked with IMDSv1: openimds requests ${first}`];
}

/** Cells of a column begin under each other. */
export function aligned(rows: string[][]): string[] {
  const widths =
    rows[0]?.map((_, column) => rows.reduce((most, row) => Math.max(most, row[column]?.length ?? 0), 0)) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
