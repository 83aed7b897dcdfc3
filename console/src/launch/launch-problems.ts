/**
 * What AWS would refuse of a launch, by the field that it is about, while somebody fills it in.
 *
 * Of metadata options it is the server's own rules that say so, in AWS's words; the server has the last word in any case.
 */

import { AwsError, architectureMismatch } from '../../../src/aws-errors.ts';
import { checkEndpoint } from '../../../src/metadata-options/endpoint-first.ts';
import { checkEnforcement } from '../../../src/metadata-options/enforcement.ts';
import { checkIpv6 } from '../../../src/metadata-options/ipv6-needs-nitro.ts';
import { type LaunchDefaults, launchDefaults } from '../../../src/metadata-options/launch.ts';
import { checkTagKeys } from '../../../src/metadata-options/tag-keys.ts';
import { type GivenOptions, readOptions } from '../../../src/metadata-options/values.ts';
import type { AccountMetadataDefaults, Architecture, MetadataOptions, OptionRules, Tag } from '../../../src/model.ts';
import { type LaunchForm, optionsOf, tagsOf, userDataOf } from './launch-form.ts';

/** What decides beside the form. */
export type Surroundings = { account: AccountMetadataDefaults; rules: OptionRules };

export type Problems = Partial<Record<keyof MetadataOptions | 'image' | 'type' | 'count' | 'UserData', string>> & {
  /** By the key of the tag. */
  tags?: ReadonlyMap<string, string>;
};

const MOST_INSTANCES = 1000;
const LONGEST_USER_DATA = 16_384;

/** For each metadata option what it will be if nothing is chosen, and who says so. */
export function defaultsFor({ image }: LaunchForm, { account }: Surroundings): LaunchDefaults {
  return launchDefaults({ account, image: image?.ImdsSupport === 'v2.0' ? { ImdsSupport: 'v2.0' } : {} });
}

/** What is asked for and missing is a problem as well; whether to show it already is for the page to decide. */
export function problemsOf(form: LaunchForm, surroundings: Surroundings): Problems {
  return {
    ...(form.image ? {} : { image: 'Choose an Amazon Machine Image.' }),
    ...problemOfType(form),
    ...problemOfCount(form.count),
    ...problemOfUserData(form),
    ...problemsOfOptions(form, surroundings),
  };
}

function problemOfType({ image, type }: LaunchForm): Problems {
  if (!type) return { type: 'Choose an instance type.' };
  const supported = (type.ProcessorInfo?.SupportedArchitectures ?? []) as Architecture[];
  const architecture = image?.Architecture as Architecture | undefined;
  if (architecture === undefined || supported.includes(architecture)) return {};
  return { type: architectureMismatch(supported, architecture).message };
}

function problemOfCount(count: string): Problems {
  const number = Number(count);
  if (Number.isInteger(number) && number >= 1 && number <= MOST_INSTANCES) return {};
  return { count: `Enter a whole number from 1 to ${MOST_INSTANCES}.` };
}

function problemOfUserData(form: LaunchForm): Problems {
  const encoded = userDataOf(form);
  if (encoded === undefined) return {};
  const bytes = decodedLength(encoded);
  if (bytes === undefined) return { UserData: 'Invalid BASE64 encoding of user data.' };
  return bytes > LONGEST_USER_DATA ? { UserData: `User data is limited to ${LONGEST_USER_DATA} bytes` } : {};
}

function decodedLength(encoded: string): number | undefined {
  try {
    return atob(encoded).length;
  } catch {
    return undefined;
  }
}

function problemsOfOptions(form: LaunchForm, surroundings: Surroundings): Problems {
  const request = optionsOf(form);
  const HttpPutResponseHopLimit = sayNo(() => readOptions(request));
  // Everything else is chosen from lists, so nothing but the hop limit can be no value.
  if (HttpPutResponseHopLimit !== undefined) return { HttpPutResponseHopLimit };
  const given: GivenOptions = readOptions(request);
  const options: MetadataOptions = { ...valuesOf(defaultsFor(form, surroundings)), ...given };
  // Bare metal has no hypervisor, and is Nitro.
  const Hypervisor = form.type?.Hypervisor === 'xen' ? 'xen' : 'nitro';
  return withoutNothing({
    HttpEndpoint: sayNo(() => checkEndpoint(given, options.HttpEndpoint, surroundings.rules)),
    HttpProtocolIpv6: sayNo(() => checkIpv6(options, { Hypervisor })),
    HttpTokens: sayNo(() => checkEnforcement(options.HttpTokens, surroundings.account)),
    tags: problemsOfTags(tagsOf(form), options),
  });
}

function problemsOfTags(tags: readonly Tag[], options: MetadataOptions): Problems['tags'] {
  const problems = tags.flatMap((tag, index) => {
    const isTwice = tags.findIndex(({ Key }) => Key === tag.Key) < index;
    const words = isTwice ? `Duplicate tag key '${tag.Key}' specified.` : sayNo(() => checkTagKeys(options, [tag]));
    return words === undefined ? [] : [[tag.Key, words] as const];
  });
  return problems.length === 0 ? undefined : new Map(problems);
}

function valuesOf(defaults: LaunchDefaults): MetadataOptions {
  return Object.fromEntries(Object.entries(defaults).map(([option, { value }]) => [option, value])) as MetadataOptions;
}

/** The words with which a rule refuses; undefined where it does not. */
function sayNo(check: () => unknown): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return error.message;
    throw error;
  }
}

function withoutNothing(problems: Problems): Problems {
  return Object.fromEntries(Object.entries(problems).filter(([, words]) => words !== undefined));
}
