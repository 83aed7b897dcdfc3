/**
 * The values that some keys can have at all, and the attributes that requests about metadata options can set.
 *
 * Facts only (aws-behaviour 3.2, 4.1). A key that is not here can have any value of its type.
 */

const TOKENS = ['optional', 'required'];
const SWITCH = ['enabled', 'disabled'];
const HOPS = Array.from({ length: 64 }, (_, index) => String(index + 1));
/** Of account defaults. */
const NO_PREFERENCE = 'no-preference';

/** By the key in lower case. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  'ec2:metadatahttptokens': TOKENS,
  'ec2:metadatahttpendpoint': SWITCH,
  'ec2:metadatahttpputresponsehoplimit': HOPS,
  'ec2:instancemetadatatags': SWITCH,
  'ec2:roledelivery': ['1.0', '2.0'],
  'ec2:attribute/httptokens': [...TOKENS, NO_PREFERENCE],
  'ec2:attribute/httpendpoint': [...SWITCH, NO_PREFERENCE],
  'ec2:attribute/httpputresponsehoplimit': ['-1', ...HOPS],
  'ec2:attribute/httpprotocolipv4': SWITCH,
  'ec2:attribute/httpprotocolipv6': SWITCH,
  'ec2:attribute/instancemetadatatags': [...SWITCH, NO_PREFERENCE],
  'ec2:attribute/httptokensenforced': [...SWITCH, NO_PREFERENCE],
};

/** Undefined where any value is possible. */
export function knownValues(key: string): readonly string[] | undefined {
  const lower = key.toLowerCase();
  return Object.hasOwn(VALUES, lower) ? VALUES[lower] : undefined;
}

const OF_DEFAULTS = ['HttpTokens', 'HttpEndpoint', 'HttpPutResponseHopLimit', 'InstanceMetadataTags'];

/** What the calls about metadata options can set. By the action in lower case. */
const ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  'ec2:modifyinstancemetadataoptions': [...OF_DEFAULTS, 'HttpProtocolIpv4', 'HttpProtocolIpv6'],
  'ec2:modifyinstancemetadatadefaults': [...OF_DEFAULTS, 'HttpTokensEnforced'],
};

/** Undefined for an action whose attributes are not known here. */
export function knownAttributes(action: string): readonly string[] | undefined {
  const lower = action.toLowerCase();
  return Object.hasOwn(ATTRIBUTES, lower) ? ATTRIBUTES[lower] : undefined;
}

/** Of an instance, and at a launch. By the attribute in lower case. */
const KEYS_OF_INSTANCES: Readonly<Record<string, string>> = {
  httptokens: 'ec2:MetadataHttpTokens',
  httpendpoint: 'ec2:MetadataHttpEndpoint',
  httpputresponsehoplimit: 'ec2:MetadataHttpPutResponseHopLimit',
  instancemetadatatags: 'ec2:InstanceMetadataTags',
};

/** `ec2:MetadataHttpTokens` for `ec2:Attribute/HttpTokens`, and the other way round: the same option where the key is not. */
export function counterpart(key: string): string | undefined {
  const lower = key.toLowerCase();
  const attribute = lower.replace(/^ec2:attribute\//, '');
  if (attribute !== lower)
    return Object.hasOwn(KEYS_OF_INSTANCES, attribute) ? KEYS_OF_INSTANCES[attribute] : undefined;
  const of = Object.values(KEYS_OF_INSTANCES).find((known) => known.toLowerCase() === lower);
  return of && `ec2:Attribute/${of.replace(/^ec2:(?:Metadata(?=Http))?/, '')}`;
}

/** Options of an existing instance: the value with which it is open, and the one with which it is not. */
export const STATE_KEYS: Readonly<Record<string, { open: string; closed: string }>> = {
  'ec2:metadatahttptokens': { open: 'optional', closed: 'required' },
  'ec2:metadatahttpendpoint': { open: 'enabled', closed: 'disabled' },
  'ec2:metadatahttpputresponsehoplimit': { open: '64', closed: '1' },
  'ec2:instancemetadatatags': { open: 'enabled', closed: 'disabled' },
};
