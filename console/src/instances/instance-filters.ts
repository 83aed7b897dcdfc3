/**
 * The table's filter: properties that DescribeInstances has filters for, so that it is the control plane that filters.
 *
 *   { propertyKey: 'instance-type', operator: '^', value: 't3' }  ──>  { Name: 'instance-type', Values: ['t3*'] }
 *
 * The filter is kept in the address. What is typed without a property is an id where it looks like one, else a part of the
 * name.
 */

import type { PropertyFilterProps } from '@cloudscape-design/components/property-filter';
import type { Instance } from '../api/services.ts';
import type { Filter } from './instance-pages.ts';

type Query = PropertyFilterProps.Query;
type Token = PropertyFilterProps.Token;
type Property = PropertyFilterProps.FilteringProperty;

const SWITCH = ['enabled', 'disabled'];

/** Filters whose values are few: by name, what they are called and the values. */
const CHOICES: Record<string, [label: string, values: string[]]> = {
  'instance-state-name': [
    'Instance state',
    ['pending', 'running', 'stopping', 'stopped', 'shutting-down', 'terminated'],
  ],
  'metadata-options.http-endpoint': ['HttpEndpoint', SWITCH],
  'metadata-options.http-tokens': ['HttpTokens', ['optional', 'required']],
  'metadata-options.http-protocol-ipv4': ['HttpProtocolIpv4', SWITCH],
  'metadata-options.http-protocol-ipv6': ['HttpProtocolIpv6', SWITCH],
  'metadata-options.instance-metadata-tags': ['InstanceMetadataTags', SWITCH],
  'metadata-options.state': ['Options state', ['pending', 'applied']],
};

/** Filters that take any text: what they are called, and what an instance has of it, for suggestions. */
const TEXTS: Record<string, [label: string, textOf: (instance: Instance) => string | undefined]> = {
  'instance-id': ['Instance ID', ({ InstanceId }) => InstanceId],
  'instance-type': ['Type', ({ InstanceType }) => InstanceType],
  'image-id': ['AMI ID', ({ ImageId }) => ImageId],
  'iam-instance-profile.name': [
    'Instance profile',
    ({ IamInstanceProfile }) => IamInstanceProfile?.Arn?.split('/').at(-1),
  ],
  'metadata-options.http-put-response-hop-limit': [
    'HttpPutResponseHopLimit',
    ({ MetadataOptions }) => MetadataOptions?.HttpPutResponseHopLimit?.toString(),
  ],
  'availability-zone': ['Availability Zone', ({ Placement }) => Placement?.AvailabilityZone],
  'key-name': ['Key pair', ({ KeyName }) => KeyName],
  'private-ip-address': ['Private IPv4 address', ({ PrivateIpAddress }) => PrivateIpAddress],
  'subnet-id': ['Subnet ID', ({ SubnetId }) => SubnetId],
  'vpc-id': ['VPC ID', ({ VpcId }) => VpcId],
};

const TEXT_OPERATORS = ['=', ':', '^'];

/** @param tagKeys that instances have; `Name` is there in any case */
export function propertiesFor(tagKeys: readonly string[]): Property[] {
  const choices = Object.entries(CHOICES).map(([key, [label]]) =>
    property(key, label, [{ operator: '=', tokenType: 'enum' }]),
  );
  const texts = Object.entries(TEXTS).map(([key, [label]]) => property(key, label, TEXT_OPERATORS));
  const tags = [...new Set(['Name', ...tagKeys])].map((key) => ({
    ...property(`tag:${key}`, key === 'Name' ? 'Name' : `Tag: ${key}`, TEXT_OPERATORS),
    group: 'tags',
  }));
  return [...choices, ...texts, ...tags, { ...property('tag-key', 'Tag key', TEXT_OPERATORS), group: 'tags' }];
}

function property(key: string, label: string, operators: Property['operators']): Property {
  return { key, propertyLabel: label, groupValuesLabel: `${label}: values`, ...(operators && { operators }) };
}

/** Values to choose from: all where they are few, else those that instances in sight have. */
export function suggestionsOf(instances: readonly Instance[]): PropertyFilterProps.FilteringOption[] {
  const choices = Object.entries(CHOICES).flatMap(([key, [, values]]) =>
    values.map((value) => ({ propertyKey: key, value })),
  );
  const seen = instances.flatMap((instance) => [
    ...Object.entries(TEXTS).map(([propertyKey, [, textOf]]) => ({ propertyKey, value: textOf(instance) ?? '' })),
    ...(instance.Tags ?? []).flatMap(({ Key = '', Value = '' }) => [
      { propertyKey: `tag:${Key}`, value: Value },
      { propertyKey: 'tag-key', value: Key },
    ]),
  ]);
  const distinct = new Map(seen.filter(({ value }) => value !== '').map((option) => [JSON.stringify(option), option]));
  return [...choices, ...distinct.values()];
}

/** The filters of the request. Of the values of one token one must match, and every token must. */
export function filtersOf({ tokens }: Query): Filter[] {
  return tokens.map(({ propertyKey = '', operator, value }) => ({
    Name: propertyKey,
    Values: [value].flat().map((each) => pattern(operator, String(each ?? ''))),
  }));
}

/** What `*`, `?` and a backslash mean to EC2 nobody means who types them here. */
function pattern(operator: string, value: string): string {
  const literal = value.replaceAll(/[*?\\]/g, '\\$&');
  if (operator === ':') return `*${literal}*`;
  return operator === '^' ? `${literal}*` : literal;
}

/** With a property for each token. */
export function withProperties(query: Query): Query {
  return {
    operation: 'and',
    tokens: query.tokens.map((token) => (token.propertyKey === undefined ? guess(token) : token)),
  };
}

function guess({ value }: Token): Token {
  const text = String(value);
  const starts: [string, string][] = [
    ['i-', 'instance-id'],
    ['ami-', 'image-id'],
  ];
  const [, propertyKey = 'tag:Name'] = starts.find(([start]) => text.startsWith(start)) ?? [];
  return { propertyKey, operator: propertyKey === 'tag:Name' ? ':' : '^', value: text };
}

// ─── In the address ──────────────────────────────────────────────────────────────────────────────────────────────────

export function writeFilter({ tokens }: Query): string {
  return JSON.stringify(tokens.map(({ propertyKey, operator, value }) => [propertyKey, operator, value]));
}

/** @returns no filter where the address has none that can be read */
export function readFilter(text: string | null): Query {
  return { operation: 'and', tokens: readTokens(text) };
}

function readTokens(text: string | null): Token[] {
  try {
    const read = JSON.parse(text ?? '[]') as unknown;
    return Array.isArray(read)
      ? read.filter(isToken).map(([propertyKey, operator, value]) => ({ propertyKey, operator, value }))
      : [];
  } catch {
    return [];
  }
}

function isToken(read: unknown): read is [string, string, string | string[]] {
  if (!Array.isArray(read) || typeof read[0] !== 'string' || !TEXT_OPERATORS.includes(read[1])) return false;
  return [read[2]].flat().every((value: unknown) => typeof value === 'string');
}
