/**
 * What the declarative policy that is in effect for an account makes of its defaults for metadata options.
 *
 * The policy has passed `read-declarative-policy.ts`; here its settings get EC2's names and values.
 */

import type { AccountMetadataDefaults } from '../model.ts';
import type { EffectivePolicy } from './policy-inheritance.ts';
import { HTTP_TOKENS, isHopLimit, onlyGiven, SWITCH } from './values.ts';

/** Defaults that the account cannot change; `message` is what its policy says about that. */
export type ManagedDefaults = { defaults: AccountMetadataDefaults; message?: string };

/**
 * rule: declarative-policy-defaults
 *   While a declarative policy has metadata defaults, they are the account's in every Region, all of them: what it does
 *   not name, or has no preference for, is not set. A launch may still say otherwise, unless it is enforced.
 *
 * @returns undefined where the policy says nothing of metadata
 */
export function managedDefaults({ ec2_attributes }: EffectivePolicy): ManagedDefaults | undefined {
  const { instance_metadata_defaults: said, exception_message: message } = groupOf(ec2_attributes);
  if (said === undefined) return undefined;
  const settings = groupOf(said);
  const hopLimit = Number(settings.http_put_response_hop_limit);
  const defaults = onlyGiven<AccountMetadataDefaults>({
    HttpTokens: chosen(HTTP_TOKENS, settings.http_tokens),
    HttpPutResponseHopLimit: isHopLimit(hopLimit) ? hopLimit : undefined,
    HttpEndpoint: chosen(SWITCH, settings.http_endpoint),
    InstanceMetadataTags: chosen(SWITCH, settings.instance_metadata_tags),
    HttpTokensEnforced: chosen(SWITCH, settings.http_tokens_enforced),
  });
  return { defaults, ...(typeof message === 'string' && { message }) };
}

function groupOf(value: EffectivePolicy[string] | undefined): EffectivePolicy {
  return typeof value === 'object' && !Array.isArray(value) ? (value as EffectivePolicy) : {};
}

/** No preference is none of the choices. */
function chosen<C extends string>(choices: readonly C[], value: unknown): C | undefined {
  return choices.find((choice) => choice === value);
}
