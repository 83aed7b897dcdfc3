/**
 * Runs the tables of decisions in cases/*.json, one file for each topic.
 *
 * A case has a request and one of three: a `condition` that `holds` or does not; a `policy`, attached in each of several
 * places beside one that allows everything; `policies`, a whole arrangement. A policy is written out, named from the file's
 * own `policies`, or a file of docs/policies. Expected is the decision, the type of policy that made it, and the Sid.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { contextOf, type Keys } from './context.ts';
import { type AttachedPolicy, evaluate, type Policies, type PolicyType, type Request } from './evaluate.ts';
import { compilePolicy } from './policy/compile.ts';
import { OPERATORS } from './policy/operators.ts';
import type { PolicyKind } from './policy/policy.ts';
import { readPolicy } from './policy/read.ts';
import type { RequestPrincipal } from './principals.ts';

type PolicyReference = string | object;
type Place = 'user' | 'role' | 'session' | 'boundary' | 'scp';

type Case = {
  name: string;
  as?: string;
  action?: string;
  resource?: string;
  context?: Keys;
  condition?: object;
  holds?: boolean;
  policy?: PolicyReference;
  attached?: Place[];
  policies?: {
    identity?: PolicyReference[];
    boundary?: PolicyReference;
    session?: PolicyReference[];
    trust?: PolicyReference;
    resource?: PolicyReference;
    /** Of the trust or resource policy; the caller's where absent. */
    owner?: string;
    scps?: PolicyReference[][];
  };
  expect?: Expected;
};

type Expected = { decision: string; type?: PolicyType; Sid?: string; why?: string };

type CaseFile = {
  about: string;
  action?: string;
  resource?: string;
  policies?: Record<string, object>;
  cases: Case[];
};

const ACCOUNT = '123456789012';
const VERSION = { Version: '2012-10-17' };
const ALLOW_ALL = { ...VERSION, Statement: { Sid: 'Everything', Effect: 'Allow', Action: '*', Resource: '*' } };

const PRINCIPALS: Record<string, RequestPrincipal> = {
  root: { type: 'root', arn: `arn:aws:iam::${ACCOUNT}:root`, account: ACCOUNT, id: ACCOUNT },
  alice: {
    type: 'user',
    arn: `arn:aws:iam::${ACCOUNT}:user/alice`,
    account: ACCOUNT,
    id: 'AIDAALICE0000000000',
    name: 'alice',
  },
  session: {
    type: 'assumed-role',
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/app/i-0123456789abcdef0`,
    roleArn: `arn:aws:iam::${ACCOUNT}:role/app`,
    account: ACCOUNT,
    id: 'AROAAPP000000000000:i-0123456789abcdef0',
  },
  stranger: {
    type: 'user',
    arn: 'arn:aws:iam::999999999999:user/eve',
    account: '999999999999',
    id: 'AIDAEVE000000000000',
    name: 'eve',
  },
  ec2: { type: 'service', arn: 'ec2.amazonaws.com', account: '', id: '' },
  nobody: { type: 'anonymous', arn: '', account: '', id: '' },
};

const folder = new URL('cases/', import.meta.url);
const files = readdirSync(folder).map(
  (name) => [name, JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as CaseFile] as const,
);

describe.each(files)('%s', (_, file) => {
  test.each(file.cases.flatMap((each) => arrangements(file, each)))('$title', ({ request, policies, expected }) => {
    const { decision, type, statement, why } = evaluate(request, policies);
    const decided = {
      decision,
      ...(type !== undefined && { type }),
      ...(statement?.statement.Sid !== undefined && { Sid: statement.statement.Sid }),
      ...('why' in expected && { why }),
    };
    expect(decided).toEqual(expected);
  });
});

type Arrangement = { title: string; request: Request; policies: Policies; expected: Expected };

function arrangements(file: CaseFile, each: Case): Arrangement[] {
  if (each.condition) return [{ title: each.name, ...requestOf(file, each), ...conditional(file, each) }];
  if (each.policies) return [{ title: each.name, ...requestOf(file, each), ...wholeOf(file, each) }];
  return (each.attached ?? ['user']).map((place) => ({
    title: `${each.name}, as ${place}`,
    ...requestOf(file, each, place === 'role' || place === 'session' ? 'session' : 'alice'),
    policies: attachedAt(place, (kind) => attach(file, each.policy ?? ALLOW_ALL, kind)),
    expected: expectedAt(place, each.expect ?? NOT_SAID),
  }));
}

function requestOf(file: CaseFile, each: Case, as = 'alice'): { request: Request } {
  const action = each.action ?? file.action ?? 'ec2:RunInstances';
  const resource = each.resource ?? file.resource ?? '*';
  const principal = PRINCIPALS[each.as ?? as];
  if (!principal) throw new Error(`${each.name}: there is no principal ${each.as}`);
  return { request: { principal, action, resource, context: contextOf(each.context ?? {}) } };
}

const NOT_SAID: Expected = { decision: 'the case does not say' };

/** A statement that allows everything under the condition. */
function conditional(file: CaseFile, { condition, holds }: Case) {
  const statement = { Sid: 'Tested', Effect: 'Allow', Action: '*', Resource: '*', Condition: condition };
  const expected: Expected = holds
    ? { decision: 'allowed', type: 'identity', Sid: 'Tested' }
    : { decision: 'implicitDeny', type: 'identity' };
  return { policies: { identity: [attach(file, { ...VERSION, Statement: statement }, 'identity')] }, expected };
}

/** The policy in one place, and everything allowed in the others. */
function attachedAt(place: Place, attachAs: (kind: PolicyKind) => AttachedPolicy): Policies {
  const all = attach({ about: '', cases: [] }, ALLOW_ALL, 'identity');
  if (place === 'user' || place === 'role') return { identity: [all, attachAs('identity')] };
  if (place === 'session') return { identity: [all], session: [all, attachAs('session')] };
  if (place === 'boundary') return { identity: [all], boundary: attachAs('boundary') };
  return {
    identity: [all],
    scps: [
      { name: 'r-root', policies: [all] },
      { name: 'ou-1', policies: [all, attachAs('scp')] },
    ],
  };
}

/** Who allows is always the identity's policy; who denies is the place. */
function expectedAt(place: Place, expected: Expected): Expected {
  if (expected.decision === 'allowed') return { decision: 'allowed', type: 'identity', Sid: 'Everything' };
  const type = place === 'user' || place === 'role' ? 'identity' : place;
  return { ...expected, type };
}

function wholeOf(file: CaseFile, { policies = {}, expect: expected = NOT_SAID }: Case) {
  const { identity = [], boundary, session, trust, resource, owner = ACCOUNT, scps } = policies;
  const named = (kind: PolicyKind) => (reference: PolicyReference) => attach(file, reference, kind);
  const ofResource = trust ?? resource;
  const kind = trust ? ('trust' as const) : ('resource' as const);
  return {
    policies: {
      identity: identity.map(named('identity')),
      ...(boundary !== undefined && { boundary: attach(file, boundary, 'boundary') }),
      ...(session && { session: session.map(named('session')) }),
      ...(ofResource !== undefined && { resource: { ...attach(file, ofResource, kind), kind, account: owner } }),
      ...(scps && {
        scps: scps.map((level, index) => ({ name: `level-${index}`, policies: level.map(named('scp')) })),
      }),
    },
    expected,
  };
}

function attach(file: CaseFile, reference: PolicyReference, kind: PolicyKind): AttachedPolicy {
  if (reference === 'everything') return attach(file, ALLOW_ALL, kind);
  const document = typeof reference === 'string' ? documentOf(file, reference) : reference;
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  return { name: typeof reference === 'string' ? reference : 'inline', policy: compilePolicy(readPolicy(text, kind)) };
}

function documentOf(file: CaseFile, name: string): object | string {
  if (name.startsWith('docs/')) return readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
  const document = file.policies?.[name];
  if (!document) throw new Error(`there is no policy ${name}`);
  return document;
}

// ─── What the tables must hold ───────────────────────────────────────────────────────────────────────────────────────

const all = files.flatMap(([, file]) => file.cases);

test.each(readdirSync(new URL('../../docs/policies/', import.meta.url)).filter((name) => name.endsWith('.json')))(
  'docs/policies/%s is asked, denies something and lets something pass',
  (name) => {
    const asked = all.filter(({ policy }) => policy === `docs/policies/${name}`).map((each) => each.expect?.decision);
    expect(asked).toContain('explicitDeny');
    expect(asked).toContain('allowed');
  },
);

test.each([...OPERATORS.keys(), 'Null'])('%s has cases for yes, no and a missing key', (operator) => {
  const asked = all.filter(({ name }) => name.startsWith(`${operator}: `)).map(({ name }) => name);
  for (const what of ['matches', 'does not match', 'missing key']) {
    expect(
      asked.some((name) => name.startsWith(`${operator}: ${what}`)),
      what,
    ).toBe(true);
  }
});
