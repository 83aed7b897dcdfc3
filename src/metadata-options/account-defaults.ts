/**
 * An account's defaults for the metadata options of launches in one Region, after a change.
 *
 * Existing instances are never touched. HttpTokensEnforced may be enabled while the default is not `required`: launches
 * then fail unless they say so themselves (aws-behaviour 3.4).
 *
 * rule: account-defaults
 *   `no-preference`, or a hop limit of -1, takes a default away; what the request does not name stays; what is not set is
 *   left out when the defaults are read.
 */

import { invalidMetadataOption } from '../aws-errors.ts';
import type { AccountMetadataDefaults } from '../model.ts';
import { HTTP_TOKENS, isHopLimit, NO_PREFERENCE, onlyGiven, readChoice, SWITCH } from './values.ts';

/** The defaults as a caller wrote them: nothing checked but the wire type. */
export type AccountDefaultsRequest = {
  HttpTokens?: string | undefined;
  HttpPutResponseHopLimit?: number | undefined;
  HttpEndpoint?: string | undefined;
  InstanceMetadataTags?: string | undefined;
  HttpTokensEnforced?: string | undefined;
};

const NO_HOP_PREFERENCE = -1;
const TOKENS_OR_NOTHING = [...HTTP_TOKENS, NO_PREFERENCE] as const;
const SWITCH_OR_NOTHING = [...SWITCH, NO_PREFERENCE] as const;

/** @throws InvalidParameterValue for the first value that is not legal */
export function modifyDefaults(
  current: AccountMetadataDefaults,
  request: AccountDefaultsRequest,
): AccountMetadataDefaults {
  const given = {
    HttpTokens: readChoice('HttpTokens', request.HttpTokens, TOKENS_OR_NOTHING),
    HttpPutResponseHopLimit: readHopLimit(request.HttpPutResponseHopLimit),
    HttpEndpoint: readSwitch('HttpEndpoint', request),
    InstanceMetadataTags: readSwitch('InstanceMetadataTags', request),
    HttpTokensEnforced: readSwitch('HttpTokensEnforced', request),
  };
  return onlyGiven<AccountMetadataDefaults>({
    HttpTokens: choose(given.HttpTokens, current.HttpTokens),
    HttpPutResponseHopLimit: choose(given.HttpPutResponseHopLimit, current.HttpPutResponseHopLimit),
    HttpEndpoint: choose(given.HttpEndpoint, current.HttpEndpoint),
    InstanceMetadataTags: choose(given.InstanceMetadataTags, current.InstanceMetadataTags),
    HttpTokensEnforced: choose(given.HttpTokensEnforced, current.HttpTokensEnforced),
  });
}

function readSwitch(
  name: 'HttpEndpoint' | 'InstanceMetadataTags' | 'HttpTokensEnforced',
  request: AccountDefaultsRequest,
) {
  return readChoice(name, request[name], SWITCH_OR_NOTHING);
}

function readHopLimit(value: number | undefined): number | undefined | typeof NO_PREFERENCE {
  if (value === NO_HOP_PREFERENCE) return NO_PREFERENCE;
  if (value === undefined || isHopLimit(value)) return value;
  throw invalidMetadataOption('HttpPutResponseHopLimit', value, 'a value between 1 and 64, or -1 for no preference,');
}

/** What a default is after the change; undefined is none. */
function choose<T>(given: T | typeof NO_PREFERENCE | undefined, current: T | undefined): T | undefined {
  if (given === undefined) return current;
  return given === NO_PREFERENCE ? undefined : given;
}
