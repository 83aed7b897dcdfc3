/**
 * Which options need HttpEndpoint beside them. This is the one place that knows `--rules`.
 *
 *   request                                page      current
 *   HttpEndpoint=disabled and any other    rejected  rejected
 *   no HttpEndpoint, HttpTokens or hops    rejected  accepted where the resulting endpoint is enabled
 *   no HttpEndpoint, anything else         accepted where the resulting endpoint is enabled
 *
 * Reasons. The page asks for HttpEndpoint=enabled beside HttpTokens and beside the hop limit, and for no other option;
 * AWS documents InstanceMetadataTags alone. In 2019 AWS rejected HttpTokens alone in the words that we use, today it
 * accepts it (aws-behaviour 3.4): hence the two sets of rules. Options for an endpoint that is off would do nothing, and
 * AWS rejects them beside HttpEndpoint=disabled; a request that leaves the endpoint off is the same without saying so.
 *
 * rule: tokens-need-endpoint
 *   Whoever specifies HttpTokens or the hop limit must also set HttpEndpoint to enabled.
 */

import { httpEndpointNotEnabled } from '../aws-errors.ts';
import type { MetadataOptions, OptionRules, Switch } from '../model.ts';
import type { GivenOptions } from './values.ts';

type OtherOption = Exclude<keyof MetadataOptions, 'HttpEndpoint'>;

/** Of several, the error names the first. */
const OTHER_OPTIONS: readonly OtherOption[] = [
  'HttpTokens',
  'HttpPutResponseHopLimit',
  'HttpProtocolIpv4',
  'HttpProtocolIpv6',
  'InstanceMetadataTags',
];

const NAMED_BY_THE_PAGE: readonly OtherOption[] = ['HttpTokens', 'HttpPutResponseHopLimit'];

/**
 * @param given the options in the request
 * @param resulting the HttpEndpoint that the instance would have
 * @throws InvalidParameterValue in AWS's words of 2019
 */
export function checkEndpoint(given: GivenOptions, resulting: Switch, rules: OptionRules): void {
  const isGiven = (option: OtherOption) => given[option] !== undefined;
  const pointless = resulting === 'disabled' ? OTHER_OPTIONS.find(isGiven) : undefined;
  if (pointless) throw httpEndpointNotEnabled(pointless);
  const alone = given.HttpEndpoint === undefined ? NAMED_BY_THE_PAGE.find(isGiven) : undefined;
  if (alone && rules === 'page') throw httpEndpointNotEnabled(alone, '`--rules current` accepts it as AWS does today');
}
