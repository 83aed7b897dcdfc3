/**
 * The context of a request: what conditions can ask about, and of it what is the same for every service of AWS.
 *
 * Functions here and in ec2-context.ts return plain records of keys, spelled as AWS spells them; `contextOf` makes one
 * context of them. A key whose value is undefined is absent, which is not the same as empty or false: conditions treat a
 * missing key by rules of their own (aws-behaviour 4.3). Keys are compared without regard to case, tag keys included.
 */

import { isoSeconds } from '../clock.ts';
import type { RoleDelivery } from '../iam-model.ts';
import type { Tag } from '../model.ts';
import type { RequestPrincipal } from './principals.ts';

export type KeyValue = string | number | boolean | readonly string[] | undefined;
export type Keys = Readonly<Record<string, KeyValue>>;

/** One key with its values, and as AWS spells it. INVARIANT: there is at least one value. */
export type ContextEntry = { key: string; values: readonly string[] };

/** By the key in lower case. */
export type Context = ReadonlyMap<string, ContextEntry>;

/** Keys that come twice, which two tags may do that differ in case, have the values of both. */
export function contextOf(...records: readonly Keys[]): Context {
  return extendContext(new Map(), ...records);
}

/** A context with more keys; `context` itself stays as it is. */
export function extendContext(context: Context, ...records: readonly Keys[]): Context {
  const entries = new Map(context);
  for (const record of records) {
    for (const key in record) {
      const values = valuesOf(record[key]);
      if (values.length === 0) continue;
      const lower = key.toLowerCase();
      const before = entries.get(lower);
      entries.set(lower, before ? { key: before.key, values: merged(before.values, values) } : { key, values });
    }
  }
  return entries;
}

function valuesOf(value: KeyValue): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'object' ? value : [String(value)];
}

function merged(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])];
}

// ─── Who asks ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Where an account stands in its organization. */
export type OrganizationPlace = {
  /** `o-…`. */
  id: string;
  /** The ids from the root to the account's parent, for example `['r-ab12', 'ou-ab12-11111111']`. */
  path: readonly string[];
};

/** What is known of temporary credentials; absent for long-term ones. */
export type SessionFacts = {
  issuedAtMs: number;
  /** Seconds since a second factor was shown; absent without one. */
  multiFactorAgeSeconds?: number;
  sourceIdentity?: string;
  /** Of an instance's role: how the credentials were delivered, and to which instance. */
  instance?: { delivery: RoleDelivery; arn: string; vpcId?: string; privateIpv4?: string };
};

export type Caller = {
  principal: RequestPrincipal;
  session?: SessionFacts;
  organization?: OrganizationPlace;
};

const PRINCIPAL_TYPES: Readonly<Record<RequestPrincipal['type'], string | undefined>> = {
  root: 'Account',
  user: 'User',
  'assumed-role': 'AssumedRole',
  'federated-user': 'FederatedUser',
  service: undefined,
  anonymous: 'Anonymous',
};

/** The keys of who asks. `aws:PrincipalArn` of a session is its role. */
export function callerKeys({ principal, session, organization }: Caller): Keys {
  const isService = principal.type === 'service';
  const isAnonymous = principal.type === 'anonymous';
  return {
    'aws:PrincipalArn': isService || isAnonymous ? undefined : (principal.roleArn ?? principal.arn),
    'aws:PrincipalAccount': isService || isAnonymous ? undefined : principal.account,
    'aws:PrincipalType': PRINCIPAL_TYPES[principal.type],
    'aws:PrincipalIsAWSService': isService,
    'aws:PrincipalServiceName': isService ? principal.arn : undefined,
    'aws:PrincipalOrgID': organization?.id,
    'aws:PrincipalOrgPaths': organization && [orgPath(organization)],
    'aws:userid': isService ? undefined : principal.id,
    'aws:username': principal.type === 'user' ? principal.name : undefined,
    ...tagKeys('aws:PrincipalTag', principal.tags ?? []),
    ...(session && sessionKeys(session)),
  };
}

/** `aws:MultiFactorAuthPresent` is there with temporary credentials only, then also as false. */
function sessionKeys({ issuedAtMs, multiFactorAgeSeconds, sourceIdentity, instance }: SessionFacts): Keys {
  return {
    'aws:TokenIssueTime': isoSeconds(issuedAtMs),
    'aws:MultiFactorAuthPresent': multiFactorAgeSeconds !== undefined,
    'aws:MultiFactorAuthAge': multiFactorAgeSeconds,
    'aws:SourceIdentity': sourceIdentity,
    'ec2:RoleDelivery': instance?.delivery,
    'ec2:SourceInstanceARN': instance?.arn,
    'aws:Ec2InstanceSourceVpc': instance?.vpcId,
    'aws:Ec2InstanceSourcePrivateIPv4': instance?.privateIpv4,
  };
}

// ─── How, when and what ──────────────────────────────────────────────────────────────────────────────────────────────

export type Wire = {
  /** Without a zone or a port. */
  sourceIp?: string;
  /** Of a request that comes from within a VPC. */
  vpc?: { id: string; sourceIp: string };
  secureTransport: boolean;
  userAgent?: string;
  /** The Region that was called; services without Regions are in `us-east-1`. */
  region: string;
  nowMs: number;
};

/** The keys of the request as such. Nothing here calls AWS on behalf of somebody. */
export function wireKeys({ sourceIp, vpc, secureTransport, userAgent, region, nowMs }: Wire): Keys {
  return {
    'aws:SourceIp': sourceIp,
    'aws:SourceVpc': vpc?.id,
    'aws:VpcSourceIp': vpc?.sourceIp,
    'aws:SecureTransport': secureTransport,
    'aws:UserAgent': userAgent,
    'aws:RequestedRegion': region,
    'aws:CurrentTime': isoSeconds(nowMs),
    'aws:EpochTime': Math.floor(nowMs / 1000),
    'aws:ViaAWSService': false,
  };
}

/** The keys of whose the resource is. */
export function resourceOwnerKeys(account: string, organization?: OrganizationPlace): Keys {
  return {
    'aws:ResourceAccount': account,
    'aws:ResourceOrgID': organization?.id,
    'aws:ResourceOrgPaths': organization && [orgPath(organization)],
  };
}

/** The keys of the tags that a request gives; without tags there are none. */
export function requestTagKeys(tags: readonly Tag[]): Keys {
  return {
    ...tagKeys('aws:RequestTag', tags),
    'aws:TagKeys': tags.length > 0 ? tags.map(({ Key }) => Key) : undefined,
  };
}

/** `aws:ResourceTag/team` for a tag of the resource. @param prefix `aws:ResourceTag`, or a service's own name of it */
export function tagKeys(prefix: string, tags: readonly Tag[]): Keys {
  return Object.fromEntries(tags.map(({ Key, Value }) => [`${prefix}/${Key}`, Value]));
}

function orgPath({ id, path }: OrganizationPlace): string {
  return `${[id, ...path].join('/')}/`;
}
