/**
 * Every category of metadata: where it is, since when, and its value (aws-behaviour 2). Adding a category is adding a row.
 *
 * A row without a value does not exist for that instance: it answers 404, and no listing shows it. A row whose value is
 * a list of pairs is a directory with one category for each pair. Listings are not written anywhere: `tree.ts` derives
 * them from these rows.
 */

import { privateHostName, publicHostName } from '../catalogue/host-names.ts';
import { findInstanceType } from '../catalogue/instance-types.ts';
import { availabilityZoneId, dnsDomainOf, partitionOf } from '../catalogue/regions.ts';
import type { RoleDelivery } from '../iam-model.ts';
import { visibleEvents } from '../instance-events.ts';
import type { DesiredInstance, Instance, InstanceEvent, NetworkInterface, SshSignerProof } from '../model.ts';
import {
  maintenance,
  rebalanceRecommendation,
  spotInstanceAction,
  spotTerminationTime,
  targetLifecycleState,
} from './events.ts';
import { identityCredentials, identityInfo } from './identity-credentials.ts';
import { identityDocument } from './identity-document.ts';
import type { IdentitySignatures } from './identity-signatures.ts';
import { activeKeys } from './managed-ssh-keys.ts';
import { groupNames, networkInterfaceCategories } from './network-interface-categories.ts';
import { profileInfo, roleCredentials } from './role-credentials.ts';

/** Text, bytes, what is made when it is asked for, members of a directory, or nothing. */
export type Value = string | Buffer | Live | readonly (readonly [name: string, value: string | Live])[] | undefined;

/** Made for each request, because it depends on when and how it is asked for, or costs more than a listing may. */
export type Live = (asked: Asked) => { text: string; modifiedMs?: number };

/** `delivery` is 2.0 where the request carried a session token. */
export type Asked = { nowMs: number; delivery: RoleDelivery };

/** `since` is the day from which versions show it. AWS documents it; `1.0` stands where it does not. */
export type Category<Of> = readonly [path: string, since: string, value: (of: Of) => Value];

/** All that values are made from. `events` are those that are visible. */
type Facts = {
  desired: DesiredInstance;
  instance: Instance;
  primary: NetworkInterface;
  events: readonly InstanceEvent[];
  nowMs: number;
  signatures: IdentitySignatures | undefined;
  sshSigner: SshSignerProof | undefined;
};

/** When the instance is looked at, and what its Region's keys have signed for it; nothing, before they are known. */
export type Moment = {
  nowMs: number;
  signatures?: IdentitySignatures | undefined;
  sshSigner?: SshSignerProof | undefined;
};

/** One category of one instance, with its value. */
export type Leaf = { path: string; since: string; value: string | Buffer | Live };

const CATEGORIES: readonly Category<Facts>[] = [
  ['dynamic/fws/instance-monitoring', '2009-04-04', ({ instance }) => instance.Monitoring],
  ['dynamic/instance-identity/document', '2009-04-04', ({ instance }) => identityDocument(instance)],
  ['dynamic/instance-identity/dsa2048', '2009-04-04', ({ signatures }) => signed(signatures?.dsa2048)],
  ['dynamic/instance-identity/pkcs7', '2009-04-04', ({ signatures }) => signed(signatures?.pkcs7)],
  ['dynamic/instance-identity/rsa2048', '2009-04-04', ({ signatures }) => signed(signatures?.rsa2048)],
  ['dynamic/instance-identity/signature', '2009-04-04', ({ signatures }) => signed(signatures?.signature)],

  ['meta-data/ami-id', '1.0', ({ instance }) => instance.ImageId],
  ['meta-data/ami-launch-index', '1.0', ({ instance }) => `${instance.AmiLaunchIndex}`],
  ['meta-data/ami-manifest-path', '1.0', () => '(unknown)'],
  ['meta-data/autoscaling/target-lifecycle-state', '2021-07-15', ({ events }) => targetLifecycleState(events)],
  ['meta-data/block-device-mapping', '2007-12-15', ({ instance }) => blockDevices(instance)],
  ['meta-data/events/maintenance/history', '2018-08-17', ({ events }) => maintenance(events, 'history')],
  ['meta-data/events/maintenance/scheduled', '2018-08-17', ({ events }) => maintenance(events, 'scheduled')],
  ['meta-data/events/recommendations/rebalance', '2020-10-27', ({ events }) => rebalanceRecommendation(events)],
  ['meta-data/hibernation/configured', '1.0', ({ instance }) => instance.HibernationConfigured?.toString()],
  ['meta-data/hostname', '1.0', ({ instance, primary }) => privateHostName(instance, primary)],
  ['meta-data/iam/info', '2012-01-12', ({ desired }) => infoOfProfile(desired)],
  ['meta-data/iam/security-credentials', '2012-01-12', ({ desired }) => credentialsOfRole(desired)],
  ['meta-data/identity-credentials/ec2/info', '2018-05-23', ({ desired }) => ownInfo(desired)],
  [
    'meta-data/identity-credentials/ec2/security-credentials/ec2-instance',
    '2018-05-23',
    ({ desired }) => ownCredentials(desired),
  ],
  ['meta-data/instance-action', '2008-09-01', () => 'none'],
  ['meta-data/instance-id', '1.0', ({ instance }) => instance.InstanceId],
  ['meta-data/instance-life-cycle', '2019-10-01', ({ instance }) => instance.InstanceLifecycle ?? 'on-demand'],
  ['meta-data/instance-type', '2007-08-29', ({ instance }) => instance.InstanceType],
  ['meta-data/ipv6', '2021-01-03', ({ primary }) => primary.Ipv6Addresses[0]],
  ['meta-data/local-hostname', '2007-01-19', ({ instance, primary }) => privateHostName(instance, primary)],
  ['meta-data/local-ipv4', '1.0', ({ primary }) => primary.PrivateIpAddress],
  ['meta-data/mac', '2011-01-01', ({ primary }) => primary.MacAddress],
  [
    'meta-data/managed-ssh-keys/active-keys',
    '1.0',
    ({ instance, nowMs }) => activeKeys(instance.ManagedSshKeys, nowMs),
  ],
  ['meta-data/managed-ssh-keys/signer-cert', '1.0', ({ sshSigner }) => sshSigner?.certificates],
  [
    'meta-data/managed-ssh-keys/signer-ocsp',
    '1.0',
    ({ sshSigner }) => sshSigner && Object.entries(sshSigner.ocspResponses),
  ],
  ['meta-data/metrics/vhostmd', '2011-05-01', () => '<?xml version="1.0" encoding="UTF-8"?>'],
  ['meta-data/placement/availability-zone', '2008-02-01', ({ instance }) => instance.AvailabilityZone],
  [
    'meta-data/placement/availability-zone-id',
    '2019-10-01',
    ({ instance }) => availabilityZoneId(instance.AvailabilityZone),
  ],
  ['meta-data/placement/group-name', '2020-08-24', ({ instance }) => instance.Placement?.GroupName],
  ['meta-data/placement/host-id', '2020-08-24', ({ instance }) => instance.Placement?.HostId],
  [
    'meta-data/placement/partition-number',
    '2020-08-24',
    ({ instance }) => instance.Placement?.PartitionNumber?.toString(),
  ],
  ['meta-data/placement/region', '2020-08-24', ({ instance }) => instance.region],
  ['meta-data/profile', '1.0', () => 'default-hvm'],
  ['meta-data/public-hostname', '2007-01-19', ({ instance, primary }) => publicHostName(instance, primary)],
  ['meta-data/public-ipv4', '2007-01-19', ({ primary }) => primary.PublicIp],
  ['meta-data/public-keys/0/openssh-key', '1.0', ({ desired }) => opensshKey(desired)],
  ['meta-data/reservation-id', '1.0', ({ instance }) => instance.ReservationId],
  ['meta-data/security-groups', '1.0', ({ desired, primary }) => groupNames(desired, primary).join('\n')],
  ['meta-data/services/domain', '2014-02-25', ({ instance }) => dnsDomainOf(instance.region)],
  ['meta-data/services/partition', '2015-10-20', ({ instance }) => partitionOf(instance.region)],
  ['meta-data/spot/instance-action', '2016-11-15', ({ events }) => spotInstanceAction(events)],
  ['meta-data/spot/termination-time', '2014-11-05', ({ events }) => spotTerminationTime(events)],
  ['meta-data/system', '2022-09-24', ({ instance }) => findInstanceType(instance.InstanceType)?.Hypervisor],
  ['meta-data/tags/instance', '2021-03-23', ({ desired }) => metadataTags(desired)],

  ['user-data', '1.0', ({ instance }) => userData(instance)],
];

/** What a listing shows instead of the name of a directory. */
export type ListedNames = ReadonlyMap<string, string>;

/** `public-keys/` lists each key's number with its name; clients split at the `=` and ask for the number. */
export function listedNames({ KeyPair }: DesiredInstance): ListedNames {
  return new Map(KeyPair && [['meta-data/public-keys/0', `0=${KeyPair.KeyName}`]]);
}

/** Every category that the instance has at a moment. */
export function leavesOf(desired: DesiredInstance, { nowMs, signatures, sshSigner }: Moment): Leaf[] {
  const { instance } = desired;
  const [primary] = instance.NetworkInterfaces;
  const events = visibleEvents(instance.Events, nowMs);
  return [
    ...leaves('', CATEGORIES, { desired, instance, primary, events, nowMs, signatures, sshSigner }),
    ...instance.NetworkInterfaces.flatMap((nic) =>
      leaves(`meta-data/network/interfaces/macs/${nic.MacAddress}/`, networkInterfaceCategories, { desired, nic }),
    ),
  ];
}

function leaves<Of>(under: string, categories: readonly Category<Of>[], of: Of): Leaf[] {
  return categories.flatMap(([path, since, evaluate]): Leaf[] => {
    const value = evaluate(of);
    if (value === undefined) return [];
    if (!Array.isArray(value)) return [{ path: under + path, since, value: value as Leaf['value'] }];
    return value.map(([name, member]) => ({ path: `${under}${path}/${name}`, since, value: member }));
  });
}

/**
 * rule: tags-in-metadata
 *   An instance's tags are in its metadata only while InstanceMetadataTags is enabled.
 *
 * Their keys are fit for paths, because EC2 checks them while the option is enabled (aws-behaviour 2).
 */
function metadataTags({ instance, Tags }: DesiredInstance): [string, string][] {
  if (instance.MetadataOptions.InstanceMetadataTags !== 'enabled') return [];
  return Tags.map(({ Key, Value }) => [Key, Value]);
}

/** The image and the root device are the same device here; the others are those that were there at the launch. */
function blockDevices({ RootDeviceName, BlockDevices = [] }: Instance): [string, string][] {
  return [
    ['ami', RootDeviceName],
    ...BlockDevices.map(({ VirtualName, DeviceName }): [string, string] => [VirtualName, DeviceName]),
    ['root', RootDeviceName],
  ];
}

/** Signing costs as much as a hundred answers, so it waits until somebody asks. */
function signed(sign: (() => string) | undefined): Live | undefined {
  return sign && (() => ({ text: sign() }));
}

function ownInfo({ instance, credentialsKey }: DesiredInstance): Live | undefined {
  return credentialsKey === undefined ? undefined : ({ nowMs }) => identityInfo(instance, nowMs);
}

function ownCredentials({ instance, credentialsKey }: DesiredInstance): Live | undefined {
  return credentialsKey === undefined ? undefined : (asked) => identityCredentials(instance, credentialsKey, asked);
}

function infoOfProfile({ instance, profile }: DesiredInstance): Live | undefined {
  return profile && (({ nowMs }) => profileInfo(instance, profile, nowMs));
}

/** Listed by its name also where it does not trust EC2: what its credentials then say is why there are none. */
function credentialsOfRole({ instance, profile }: DesiredInstance): [string, Live][] {
  const role = profile?.role;
  return role ? [[role.RoleName, (asked) => roleCredentials(instance, { profile, role }, asked)]] : [];
}

/** Beside SSH keys that were pushed, the one value that ends in a line feed (aws-behaviour 2). */
function opensshKey({ KeyPair }: DesiredInstance): string | undefined {
  return KeyPair && `${KeyPair.PublicKey} ${KeyPair.KeyName}\n`;
}

function userData({ UserData }: Instance): Buffer | undefined {
  return UserData === undefined ? undefined : Buffer.from(UserData, 'base64');
}
