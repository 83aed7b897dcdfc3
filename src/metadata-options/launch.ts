/**
 * The metadata options of a new instance: each one decided on its own by the first that has something to say of it.
 *
 *   what the launch says  >  the account's default in the Region  >  the AMI  >  built in
 *
 * Then the result as a whole has to be allowed. It promises a complete set of legal options, or an AwsError.
 *
 * rule: option-precedence
 *   A launch overrides the account's default, which overrides the AMI, which overrides what is built in; each option is
 *   decided separately.
 */

import type { InstanceType } from '../catalogue/instance-types.ts';
import type {
  AccountMetadataDefaults,
  Image,
  MetadataOptions,
  MetadataOptionsRequest,
  OptionRules,
  Tag,
} from '../model.ts';
import { checkEndpoint } from './endpoint-first.ts';
import { checkEnforcement } from './enforcement.ts';
import { checkIpv6 } from './ipv6-needs-nitro.ts';
import { checkTagKeys } from './tag-keys.ts';
import { type GivenOptions, readOptions } from './values.ts';

export type Launch = {
  request: MetadataOptionsRequest;
  account: AccountMetadataDefaults;
  image: Pick<Image, 'ImdsSupport'>;
  instanceType: Pick<InstanceType, 'Hypervisor'>;
  /** Those that the instance is launched with. */
  tags: readonly Pick<Tag, 'Key'>[];
  rules: OptionRules;
};

/** Only the IPv4 endpoint answers, and IMDSv1 may be used (aws-behaviour 3.2, 3.3). */
const BUILT_IN: MetadataOptions = {
  HttpTokens: 'optional',
  HttpPutResponseHopLimit: 1,
  HttpEndpoint: 'enabled',
  HttpProtocolIpv4: 'enabled',
  HttpProtocolIpv6: 'disabled',
  InstanceMetadataTags: 'disabled',
};

/**
 * The options of an instance to be launched (aws-behaviour 3.3).
 *
 * @throws InvalidParameterValue, UnsupportedOperation in the words of 3.4
 */
export function launchOptions({ request, account, image, instanceType, tags, rules }: Launch): MetadataOptions {
  const given = readOptions(request);
  // A launch template's options will stand before `given`.
  const options = { ...valuesOf(launchDefaults({ account, image })), ...given };
  checkEndpoint(given, options.HttpEndpoint, rules);
  checkIpv6(options, instanceType);
  checkEnforcement(options.HttpTokens, account);
  checkTagKeys(options, tags);
  return options;
}

/** Who decides an option that the launch leaves open. */
export type DefaultSource = 'account' | 'AMI' | 'built in';

/** For each option what it is where the launch does not say, and who says so. */
export type LaunchDefaults = {
  [Option in keyof MetadataOptions]: { value: MetadataOptions[Option]; from: DefaultSource };
};

/** @param account its defaults, in the Region of the launch */
export function launchDefaults({ account, image }: Pick<Launch, 'account' | 'image'>): LaunchDefaults {
  // Who stands later decides.
  return { ...from('built in', BUILT_IN), ...from('AMI', ofImage(image)), ...from('account', ofAccount(account)) };
}

function from<Options extends GivenOptions>(source: DefaultSource, options: Options) {
  const entries = Object.entries(options).map(([option, value]) => [option, { value, from: source }]);
  return Object.fromEntries(entries) as {
    [O in keyof Options]: { value: NonNullable<Options[O]>; from: DefaultSource };
  };
}

function valuesOf(defaults: LaunchDefaults): MetadataOptions {
  const entries = Object.entries(defaults).map(([option, { value }]) => [option, value]);
  return Object.fromEntries(entries) as MetadataOptions;
}

function ofAccount({ HttpTokensEnforced, ...defaults }: AccountMetadataDefaults): GivenOptions {
  return defaults;
}

/** rule: imds-support. An AMI with ImdsSupport v2.0 requires IMDSv2, with a hop limit of 2. */
function ofImage({ ImdsSupport }: Launch['image']): GivenOptions {
  return ImdsSupport === 'v2.0' ? { HttpTokens: 'required', HttpPutResponseHopLimit: 2 } : {};
}
