/**
 * What tests and benchmarks of the store need: made-up instances that are valid, alike, and different where a test says so.
 */

import { randomInt } from 'node:crypto';
import { newId, newMacAddress } from '../ids.ts';
import type { Instance, MetadataOptions, Scope } from '../model.ts';
import type { Store } from './store.ts';

export const SCOPE: Scope = { account: '123456789012', region: 'us-east-1' };

/** Another account in the same Region, and the same account in another Region. */
export const OTHER_SCOPES: readonly Scope[] = [
  { account: '210987654321', region: 'us-east-1' },
  { account: '123456789012', region: 'eu-west-1' },
];

const OPTIONS: MetadataOptions = {
  HttpTokens: 'required',
  HttpPutResponseHopLimit: 2,
  HttpEndpoint: 'enabled',
  HttpProtocolIpv4: 'enabled',
  HttpProtocolIpv6: 'disabled',
  InstanceMetadataTags: 'disabled',
};

/** A running instance of SCOPE on the host `local`, with `changes`; its MetadataOptions are changed one by one. */
export function sampleInstance({
  MetadataOptions,
  ...changes
}: Partial<Omit<Instance, 'MetadataOptions'>> & { MetadataOptions?: Partial<MetadataOptions> } = {}): Instance {
  return {
    ...SCOPE,
    InstanceId: newId('i'),
    ReservationId: newId('r'),
    AmiLaunchIndex: 0,
    ImageId: 'ami-0abcdef1234567890',
    InstanceType: 't3.micro',
    Architecture: 'x86_64',
    RootDeviceName: '/dev/xvda',
    LaunchTime: '2026-11-23T10:00:00Z',
    AvailabilityZone: 'us-east-1a',
    SubnetId: 'subnet-0123456789abcdef0',
    VpcId: 'vpc-0123456789abcdef0',
    NetworkInterfaces: [
      {
        NetworkInterfaceId: newId('eni'),
        DeviceIndex: 0,
        MacAddress: newMacAddress(),
        SubnetId: 'subnet-0123456789abcdef0',
        VpcId: 'vpc-0123456789abcdef0',
        PrivateIpAddress: `172.31.${randomInt(256)}.${randomInt(256)}`,
        Ipv6Addresses: [],
        Groups: ['sg-0123456789abcdef0'],
      },
    ],
    Monitoring: 'disabled',
    State: 'running',
    StateTransitionReason: '',
    tokenGeneration: 1,
    revision: 1,
    optionsRevision: 1,
    appliedRevision: 1,
    host: 'local',
    ...changes,
    MetadataOptions: { ...OPTIONS, ...MetadataOptions },
  };
}

/** A new, empty store that ends with the running test; `reopen` closes it and opens it again on what it has kept. */
export type OpenStore = () => Promise<{ store: Store; reopen: () => Promise<Store> }>;

/** Adds instances to a store in one transaction. */
export async function launch(store: Store, ...instances: Instance[]): Promise<void> {
  await store.transaction((tx) => tx.instances.insert(instances));
}

/** Strings that have harmed databases, queries and patterns. */
export const HOSTILE: readonly string[] = [
  "'",
  '"',
  "'; DROP TABLE instances; --",
  '%',
  '_',
  '\\',
  '*',
  '?1',
  ':name',
  '',
  ' ',
  ' leading and trailing ',
  'line\nbreak\r\n\t',
  '\u0001\u001f\u007f',
  'ä',
  'a\u0308',
  'Ünïcödé ＡＷＳ',
  '日本語',
  '\u{1f600}\u{10ffff}',
  '\ufeff\u202e\u2028',
  '{"json": [1]}',
  '</Value>&amp;',
  'constructor',
  '__proto__',
  'x'.repeat(20_000),
];
