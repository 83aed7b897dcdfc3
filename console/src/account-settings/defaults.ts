/**
 * The account's defaults for metadata options as AWS's console names them, and a change of them, before it is sent.
 *
 * A change holds only what somebody chose: what it does not name stays. What comes of it and what AWS would refuse of it,
 * the server's own rule says.
 */

import { AwsError } from '../../../src/aws-errors.ts';
import { type AccountDefaultsRequest, modifyDefaults } from '../../../src/metadata-options/account-defaults.ts';
import { NO_PREFERENCE } from '../../../src/metadata-options/values.ts';
import type { AccountMetadataDefaults } from '../../../src/model.ts';
import { SWITCH_NAMES, VERSION_NAMES } from '../options/option-words.ts';

export { NO_PREFERENCE };

export type Option = keyof AccountMetadataDefaults;

/** The defaults in one Region. */
export type RegionDefaults = {
  defaults: AccountMetadataDefaults;
  /** A declarative policy has them, and what it says to who would change them. */
  managed?: { message: string | undefined };
};

type OptionNames = {
  option: Option;
  label: string;
  /** For a column of a table. */
  short: string;
  description: string;
  values: Record<string, string>;
};

/** In the order of AWS's console, with its labels. A hop limit is a number, and has no names. */
export const OPTIONS: readonly OptionNames[] = [
  {
    option: 'HttpEndpoint',
    label: 'Instance metadata service',
    short: 'Metadata service',
    description: 'Whether new instances have a metadata endpoint that answers.',
    values: SWITCH_NAMES,
  },
  {
    option: 'HttpTokens',
    label: 'Metadata version',
    short: 'Version',
    description: 'Whether requests without a session token, IMDSv1, are answered.',
    values: VERSION_NAMES,
  },
  {
    option: 'HttpPutResponseHopLimit',
    label: 'Metadata response hop limit',
    short: 'Hop limit',
    description: 'How many hops the answer with a session token may travel; containers often need 2.',
    values: {},
  },
  {
    option: 'InstanceMetadataTags',
    label: 'Access to tags in metadata',
    short: 'Tags',
    description: 'Whether an instance finds its own tags in its metadata.',
    values: SWITCH_NAMES,
  },
  {
    option: 'HttpTokensEnforced',
    label: 'IMDSv2 enforcement',
    short: 'Enforcement',
    description: 'While enabled, no instance is launched with, or changed to, V1 and V2.',
    values: SWITCH_NAMES,
  },
];

/** What a value is called; of an absent one that nothing is preferred. */
export function nameOf(option: Option, value: AccountMetadataDefaults[Option]): string {
  if (value === undefined) return 'No preference';
  return OPTIONS.find((each) => each.option === option)?.values[value] ?? String(value);
}

/** By option what was chosen: a value, `no-preference`, or the hop limit as it was typed. */
export type Change = Partial<Record<Option, string>>;

/** What all have, with undefined for no preference; `differs` where they do not agree. */
export function sharedValue(option: Option, all: readonly AccountMetadataDefaults[]): string | undefined | 'differs' {
  const [first, ...others] = all.map((defaults) => defaults[option]);
  if (others.some((value) => value !== first)) return 'differs';
  return first === undefined ? undefined : String(first);
}

/** The change with one option chosen; what is so everywhere already is no change. */
export function choose(
  change: Change,
  { option, value }: { option: Option; value: string },
  all: readonly AccountMetadataDefaults[],
): Change {
  const { [option]: _before, ...others } = change;
  const isSo = value === (sharedValue(option, all) ?? NO_PREFERENCE);
  return isSo || value === '' ? others : { ...others, [option]: value };
}

export function requestOf({ HttpPutResponseHopLimit: hops, ...others }: Change): AccountDefaultsRequest {
  if (hops === undefined) return others;
  return { ...others, HttpPutResponseHopLimit: hops === NO_PREFERENCE ? -1 : Number(hops) };
}

/** What AWS would say to the change, in its words; undefined for nothing. Only the hop limit is typed. */
export function problemOf(change: Change): string | undefined {
  if (change.HttpPutResponseHopLimit?.trim() === '') return 'Enter a whole number from 1 to 64.';
  try {
    modifyDefaults({}, requestOf(change));
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return error.message;
    throw error;
  }
}

/** The defaults after the change. @throws AwsError where there is a problem */
export function changed(defaults: AccountMetadataDefaults, change: Change): AccountMetadataDefaults {
  return modifyDefaults(defaults, requestOf(change));
}

/** Launches that leave the version open would be refused, unless their AMI requires IMDSv2 (aws-behaviour 3.4). */
export function breaksLaunches({ HttpTokens, HttpTokensEnforced }: AccountMetadataDefaults): boolean {
  return HttpTokensEnforced === 'enabled' && HttpTokens !== 'required';
}

const FLAGS: readonly [Option, string][] = [
  ['HttpEndpoint', '--http-endpoint'],
  ['HttpTokens', '--http-tokens'],
  ['HttpPutResponseHopLimit', '--http-put-response-hop-limit'],
  ['InstanceMetadataTags', '--instance-metadata-tags'],
  ['HttpTokensEnforced', '--http-tokens-enforced'],
];

/** The words of the `aws` command that makes the change. */
export function modifyDefaultsCommand(change: Change, region: string): string[] {
  const request = requestOf(change);
  const flags = FLAGS.flatMap(([option, flag]) => {
    const value = request[option];
    return value === undefined ? [] : [flag, String(value)];
  });
  return ['aws', 'ec2', 'modify-instance-metadata-defaults', '--region', region, ...flags];
}
