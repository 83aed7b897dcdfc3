/**
 * What AWS would refuse of a change, by the option that it is about, while somebody chooses.
 *
 * It is the server's own rules that say so, in AWS's words, of each instance by itself; the server has the last word.
 */

import { checkEndpoint } from '../../../src/metadata-options/endpoint-first.ts';
import { checkEnforcement } from '../../../src/metadata-options/enforcement.ts';
import { checkIpv6 } from '../../../src/metadata-options/ipv6-needs-nitro.ts';
import { checkTagKeys } from '../../../src/metadata-options/tag-keys.ts';
import { readOptions } from '../../../src/metadata-options/values.ts';
import type {
  AccountMetadataDefaults,
  MetadataOptions,
  MetadataOptionsRequest,
  OptionRules,
  Tag,
} from '../../../src/model.ts';
import type { Instance } from '../api/services.ts';
import { sayNo } from '../launch/launch-problems.ts';
import type { Option } from '../options/option-words.ts';

/** What decides beside the request and the instance. */
export type Surroundings = {
  account: AccountMetadataDefaults;
  rules: OptionRules;
  /** Types that have the Xen hypervisor. */
  xenTypes: ReadonlySet<string>;
};

/** The words, and how many instances would refuse for that reason. */
export type Problem = { words: string; instances: number };

export type Problems = Partial<Record<Option, Problem>>;

export function problemsOf(
  request: MetadataOptionsRequest,
  instances: readonly Instance[],
  surroundings: Surroundings,
): Problems {
  const notLegal = sayNo(() => readOptions(request));
  // Everything else is chosen from lists.
  if (notLegal !== undefined) return { HttpPutResponseHopLimit: { words: notLegal, instances: instances.length } };
  const problems: Problems = {};
  for (const instance of instances) {
    for (const [option, words] of problemsOfOne(request, instance, surroundings)) {
      if (words === undefined) continue;
      const before = problems[option] ?? { words, instances: 0 };
      problems[option] = { ...before, instances: before.instances + 1 };
    }
  }
  return problems;
}

function problemsOfOne(
  request: MetadataOptionsRequest,
  { MetadataOptions: current, InstanceType, Tags = [] }: Instance,
  { account, rules, xenTypes }: Surroundings,
): [Option, string | undefined][] {
  const given = readOptions(request);
  const options = { ...(current as MetadataOptions), ...given };
  return [
    ['HttpEndpoint', sayNo(() => checkEndpoint(given, options.HttpEndpoint, rules))],
    [
      'HttpProtocolIpv6',
      sayNo(() => checkIpv6(options, { Hypervisor: xenTypes.has(String(InstanceType)) ? 'xen' : 'nitro' })),
    ],
    ['HttpTokens', sayNo(() => checkEnforcement(given.HttpTokens, account))],
    ['InstanceMetadataTags', sayNo(() => checkTagKeys(options, Tags as Tag[]))],
  ];
}
