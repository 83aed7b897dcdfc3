/**
 * The metadata options of an existing instance after a change.
 *
 * It promises a complete set of legal options, or an AwsError; `current` itself is never changed. A request without any
 * option changes nothing and is no error: AWS demands only the instance's id (aws-behaviour 3.2; 3.4 leaves it open).
 *
 * rule: keep-omitted-options
 *   An option that the request does not name keeps its value. Account defaults and the AMI have no say any more.
 */

import type { InstanceType } from '../catalogue/instance-types.ts';
import type { AccountMetadataDefaults, MetadataOptions, MetadataOptionsRequest, OptionRules, Tag } from '../model.ts';
import { checkEndpoint } from './endpoint-first.ts';
import { checkEnforcement } from './enforcement.ts';
import { checkIpv6 } from './ipv6-needs-nitro.ts';
import { checkTagKeys } from './tag-keys.ts';
import { readOptions } from './values.ts';

/** What the decision needs to know of the instance and its account. */
export type Circumstances = {
  account: AccountMetadataDefaults;
  instanceType: Pick<InstanceType, 'Hypervisor'>;
  tags: readonly Pick<Tag, 'Key'>[];
  rules: OptionRules;
};

/** @throws InvalidParameterValue, UnsupportedOperation in the words of aws-behaviour 3.4 */
export function modifyOptions(
  current: MetadataOptions,
  request: MetadataOptionsRequest,
  { account, instanceType, tags, rules }: Circumstances,
): MetadataOptions {
  const given = readOptions(request);
  const options = { ...current, ...given };
  checkEndpoint(given, options.HttpEndpoint, rules);
  checkIpv6(options, instanceType);
  checkEnforcement(given.HttpTokens, account);
  checkTagKeys(options, tags);
  return options;
}
