/**
 * What each metadata option may be: from what a caller wrote to checked values.
 *
 * It promises that what comes out holds only options that were given, each with a legal value; an empty string was given
 * and is not legal. Which options may stand beside each other is decided elsewhere.
 *
 * rule: legal-values
 *   HttpTokens is optional or required, the hop limit a whole number from 1 to 64, everything else enabled or disabled.
 */

import { invalidMetadataOption } from '../aws-errors.ts';
import type { MetadataOptions, MetadataOptionsRequest } from '../model.ts';

/** Options that were given and are legal. An absent one was not given. */
export type GivenOptions = Partial<MetadataOptions>;

export const HTTP_TOKENS = ['optional', 'required'] as const;
export const SWITCH = ['enabled', 'disabled'] as const;
export const NO_PREFERENCE = 'no-preference';

const LEAST_HOPS = 1;
const MOST_HOPS = 64;

/**
 * The options that a request gives (aws-behaviour 3.2).
 *
 * @throws InvalidParameterValue for the first one that is not legal (3.4)
 */
export function readOptions(request: MetadataOptionsRequest): GivenOptions {
  return onlyGiven<MetadataOptions>({
    HttpTokens: readChoice('HttpTokens', request.HttpTokens, HTTP_TOKENS),
    HttpPutResponseHopLimit: readHopLimit(request.HttpPutResponseHopLimit),
    HttpEndpoint: readChoice('HttpEndpoint', request.HttpEndpoint, SWITCH),
    HttpProtocolIpv4: readChoice('HttpProtocolIpv4', request.HttpProtocolIpv4, SWITCH),
    HttpProtocolIpv6: readChoice('HttpProtocolIpv6', request.HttpProtocolIpv6, SWITCH),
    InstanceMetadataTags: readChoice('InstanceMetadataTags', request.InstanceMetadataTags, SWITCH),
  });
}

/** `value` if it is one of `choices` or absent. @throws InvalidParameterValue */
export function readChoice<C extends string>(
  option: string,
  value: string | undefined,
  choices: readonly C[],
): C | undefined {
  if (value === undefined) return undefined;
  const choice = choices.find((candidate) => candidate === value);
  if (choice === undefined) throw invalidMetadataOption(option, value, listed(choices));
  return choice;
}

export function isHopLimit(value: number): boolean {
  return Number.isInteger(value) && value >= LEAST_HOPS && value <= MOST_HOPS;
}

/** Leaves out what was not given, so that laying options over others changes only what was. */
export function onlyGiven<T extends object>(fields: { [K in keyof T]: T[K] | undefined }): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}

function readHopLimit(value: number | undefined): number | undefined {
  if (value === undefined || isHopLimit(value)) return value;
  throw invalidMetadataOption('HttpPutResponseHopLimit', value, `a value between ${LEAST_HOPS} and ${MOST_HOPS}`);
}

/** `either 'a' or 'b'` as AWS writes two; `'a', 'b' or 'c'` for more. */
function listed(choices: readonly string[]): string {
  const quoted = choices.map((choice) => `'${choice}'`);
  const either = choices.length === 2 ? 'either ' : '';
  return `${either}${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
}
