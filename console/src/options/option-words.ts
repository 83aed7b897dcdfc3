/**
 * What the metadata options of an instance are called in AWS's console, and what each value means, in a sentence.
 *
 * AWS's console has other words where options are chosen for a launch or as a default; those that are alike there are here too.
 */

import type { MetadataOptions } from '../../../src/model.ts';

export type Option = keyof MetadataOptions;

/** In the order in which they are shown. */
export const OPTIONS: readonly Option[] = [
  'HttpEndpoint',
  'HttpTokens',
  'HttpPutResponseHopLimit',
  'HttpProtocolIpv4',
  'HttpProtocolIpv6',
  'InstanceMetadataTags',
];

export const OPTION_NAMES: Record<Option, string> = {
  HttpEndpoint: 'Instance metadata service',
  HttpTokens: 'IMDSv2',
  HttpPutResponseHopLimit: 'Metadata response hop limit',
  HttpProtocolIpv4: 'Metadata IPv4 endpoint',
  HttpProtocolIpv6: 'Metadata IPv6 endpoint',
  InstanceMetadataTags: 'Allow tags in instance metadata',
};

/** Of options that are chosen from a list, what each value is called. */
export const VALUE_NAMES: Record<Exclude<Option, 'HttpPutResponseHopLimit'>, Record<string, string>> = {
  HttpEndpoint: { enabled: 'Enable', disabled: 'Disable' },
  HttpTokens: { optional: 'Optional', required: 'Required' },
  HttpProtocolIpv4: { enabled: 'Enable', disabled: 'Disable' },
  HttpProtocolIpv6: { enabled: 'Enable', disabled: 'Disable' },
  InstanceMetadataTags: { enabled: 'Enable', disabled: 'Disable' },
};

/** Where it is not about one instance but about a launch or a default, AWS's console calls values so. */
export const SWITCH_NAMES = { enabled: 'Enabled', disabled: 'Disabled' };
export const VERSION_NAMES = { optional: 'V1 and V2 (token optional)', required: 'V2 only (token required)' };

const MEANINGS: Record<Exclude<Option, 'HttpPutResponseHopLimit'>, Record<string, string>> = {
  HttpEndpoint: {
    enabled: 'The metadata service answers.',
    disabled: 'Every request gets 403, whichever version it is.',
  },
  HttpTokens: {
    optional: 'Requests without a session token, IMDSv1, are answered too.',
    required: 'Requests without a session token, IMDSv1, get 401.',
  },
  HttpProtocolIpv4: { enabled: 'It is at 169.254.169.254.', disabled: 'Nothing answers at 169.254.169.254.' },
  HttpProtocolIpv6: { enabled: 'It is at [fd00:ec2::254].', disabled: 'Nothing answers at [fd00:ec2::254].' },
  InstanceMetadataTags: {
    enabled: "The instance's tags are at /latest/meta-data/tags/instance/.",
    disabled: 'Tags are not in the metadata.',
  },
};

/** @param value as DescribeInstances has it */
export function meaningOf(option: Option, value: string | number | undefined): string {
  if (option !== 'HttpPutResponseHopLimit') return MEANINGS[option][String(value)] ?? '';
  if (Number(value) === 1) return 'A session token reaches programs on the instance, and no container behind a bridge.';
  return `A session token travels ${value} hops: to programs on the instance, and to what is up to ${Number(value) - 1} behind it.`;
}
