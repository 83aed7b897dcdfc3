/**
 * The call that is tried against a policy, as it is filled in. It is made into a described call in the worker, which knows
 * the actions and their condition keys.
 */

import type { Tag } from '../../../src/model.ts';

/** What is chosen of metadata options; an empty string says nothing of the option. */
export type TriedOptions = {
  HttpEndpoint: string;
  HttpTokens: string;
  HttpPutResponseHopLimit: string;
  HttpProtocolIpv6: string;
  InstanceMetadataTags: string;
};

/** `instance-1.0` is an instance's role with credentials that came through IMDSv1. */
export type PrincipalKind = 'user' | 'role' | 'instance-2.0' | 'instance-1.0' | 'root';

export type Trial = {
  action: string;
  principal: PrincipalKind;
  /** Of the user or role. */
  name: string;
  /** In the request. */
  options: TriedOptions;
  /** Of the instance that is there already. */
  existing: TriedOptions;
  InstanceType: string;
  /** Its name; empty for none. */
  profile: string;
  /** Of the instance that is to be launched. */
  tags: readonly Tag[];
  /** An ARN; empty for one as the action has it. */
  resource: string;
  /** Condition keys that are given outright. */
  context: readonly Tag[];
  /** Nothing is allowed but by the policy itself. */
  alone: boolean;
};

const NOTHING: TriedOptions = {
  HttpEndpoint: '',
  HttpTokens: '',
  HttpPutResponseHopLimit: '',
  HttpProtocolIpv6: '',
  InstanceMetadataTags: '',
};

export const LAUNCH = 'ec2:RunInstances';
export const MODIFY = 'ec2:ModifyInstanceMetadataOptions';
export const MODIFY_DEFAULTS = 'ec2:ModifyInstanceMetadataDefaults';

export const FIRST_TRIAL: Trial = {
  action: LAUNCH,
  principal: 'user',
  name: 'alice',
  options: NOTHING,
  existing: NOTHING,
  InstanceType: 't3.micro',
  profile: '',
  tags: [],
  resource: '',
  context: [],
  alone: false,
};

/** The options of which something was said, the hop limit as a number. */
export function saidOptions({
  HttpPutResponseHopLimit: hops,
  ...others
}: TriedOptions): Record<string, string | number> {
  const said = Object.entries(others).filter(([, value]) => value !== '');
  return { ...Object.fromEntries(said), ...(hops.trim() !== '' && { HttpPutResponseHopLimit: Number(hops) }) };
}

/** Without rows in which nothing was written. */
export function filledIn(rows: readonly Tag[]): Tag[] {
  return rows.filter(({ Key }) => Key.trim() !== '');
}
