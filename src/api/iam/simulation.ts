/**
 * Simulating: what the engine that judges every call would decide of a call that nobody makes.
 *
 * Only what is given counts: policies, a resource's policy, and context keys. SCPs and what is known of instances are not
 * looked up, as at AWS for policies that are given.
 */

import type { ContextEntry as ContextInput, EvaluationResult, Statement as StatementShape } from '@aws-sdk/client-iam';
import { invalidIamInput } from '../../aws-errors.ts';
import { type Context, contextOf, type Keys } from '../../iam/context.ts';
import { type AttachedPolicy, evaluate, type MatchedStatement, type Policies } from '../../iam/evaluate.ts';
import { compilePolicy } from '../../iam/policy/compile.ts';
import type { PolicyKind, Statement } from '../../iam/policy/policy.ts';
import { readPolicy } from '../../iam/policy/read.ts';
import type { RequestPrincipal } from '../../iam/principals.ts';
import type { AccountCall } from '../call.ts';
import { readText } from './names.ts';
import { type PageRequest, pageOf } from './pages.ts';

export type SimulationInput = PageRequest & {
  ActionNames?: string[] | undefined;
  ResourceArns?: string[] | undefined;
  ResourcePolicy?: string | undefined;
  ResourceOwner?: string | undefined;
  ContextEntries?: ContextInput[] | undefined;
};

type Simulated = {
  principal: RequestPrincipal;
  policies: Policies;
  /** What is known of the principal. */
  known?: Keys;
};

const LONGEST_POLICY = 131_072;

/** Policies of a request, named after their places: `PolicyInputList.1`. @throws MalformedPolicyDocument, ValidationError */
export function readPolicies(
  parameter: string,
  texts: readonly string[] | undefined,
  kind: PolicyKind,
): AttachedPolicy[] {
  return (texts ?? []).map((given, index) => {
    const text = readText(parameter, given, { longest: LONGEST_POLICY });
    return { name: `${parameter}.${index + 1}`, policy: compilePolicy(readPolicy(text, kind)) };
  });
}

/** At most one. @throws as `readPolicies`, InvalidInput */
export function readBoundaryInput(texts: readonly string[] | undefined): Pick<Policies, 'boundary'> {
  const [boundary, second] = readPolicies('PermissionsBoundaryPolicyInputList', texts, 'boundary');
  if (second) throw invalidIamInput('Only one permissions boundary can be simulated.');
  return boundary ? { boundary } : {};
}

export type SimulationPage = { EvaluationResults: EvaluationResult[]; IsTruncated: boolean; Marker?: string };

/** Each action on each resource, in the order of the request. @throws InvalidInput, ValidationError, MalformedPolicyDocument */
export function simulate(
  call: AccountCall,
  input: SimulationInput,
  { principal, policies, known = {} }: Simulated,
): SimulationPage {
  const actions = (input.ActionNames ?? []).map(readAction);
  const resources = input.ResourceArns?.length ? input.ResourceArns : ['*'];
  const context = contextOf(known, readContext(input.ContextEntries));
  const all: Policies = { ...policies, ...resourcePolicyOf(call, input) };
  const pairs = actions.flatMap((action) => resources.map((resource) => ({ action, resource })));
  const numbered = pairs.map((pair, index) => ({ ...pair, key: String(index).padStart(6, '0') }));
  const { items, ...page } = pageOf(call, numbered, input, ({ key }) => key);
  return { EvaluationResults: items.map((pair) => resultOf({ ...pair, principal, context }, all)), ...page };
}

function readAction(action: string): string {
  if (/^[\w-]{1,63}:\w{1,64}$/.test(action)) return action;
  throw invalidIamInput(`Invalid Action: '${action.slice(0, 128)}'`);
}

function readContext(entries: readonly ContextInput[] = []): Keys {
  return Object.fromEntries(
    entries.map(({ ContextKeyName, ContextKeyValues }) => [
      readText('ContextEntries.member.contextKeyName', ContextKeyName, { shortest: 5, longest: 256 }),
      ContextKeyValues ?? [],
    ]),
  );
}

function resourcePolicyOf(
  { scope }: AccountCall,
  { ResourcePolicy, ResourceOwner }: SimulationInput,
): Pick<Policies, 'resource'> {
  if (ResourcePolicy === undefined) return {};
  const [policy] = readPolicies('ResourcePolicy', [ResourcePolicy], 'resource');
  const account = /\b\d{12}\b/.exec(ResourceOwner ?? '')?.[0] ?? scope.account;
  return policy ? { resource: { ...policy, name: 'ResourcePolicy', kind: 'resource', account } } : {};
}

// ─── Results ─────────────────────────────────────────────────────────────────────────────────────────────────────────

type Question = { principal: RequestPrincipal; action: string; resource: string; context: Context };

function resultOf(question: Question, policies: Policies): EvaluationResult {
  const { decision, matched } = evaluate(question, policies);
  const { boundary } = policies;
  const inBoundary = matched.filter(({ type }) => type === 'boundary').map(({ statement }) => statement.Effect);
  return {
    EvalActionName: question.action,
    EvalResourceName: question.resource,
    EvalDecision: decision,
    MatchedStatements: matched.map(describeMatch),
    MissingContextValues: missingKeys(policies, question.context),
    ...(boundary && {
      PermissionsBoundaryDecisionDetail: {
        AllowedByPermissionsBoundary: inBoundary.includes('Allow') && !inBoundary.includes('Deny'),
      },
    }),
  };
}

function describeMatch({ from, statement }: MatchedStatement): StatementShape {
  const place = ({ line, column }: Statement['start']) => ({ Line: line, Column: column });
  return {
    SourcePolicyId: from.name,
    // What AWS answers; its model has other words.
    SourcePolicyType: 'IAM Policy' as never,
    StartPosition: place(statement.start),
    EndPosition: place(statement.end),
  };
}

/** What the policies ask about and the request does not say. */
function missingKeys({ identity, boundary, resource }: Policies, context: Context): string[] {
  const asked = [...identity, ...(boundary ? [boundary] : []), ...(resource ? [resource] : [])].flatMap(({ policy }) =>
    policy.policy.Statement.flatMap(keysIn),
  );
  const known = new Map(asked.map((key) => [key.toLowerCase(), key]));
  return [...known].filter(([key]) => !context.has(key)).map(([, key]) => key);
}

function keysIn({ Condition, Resource = [], NotResource = [] }: Statement): string[] {
  const texts = [...Resource, ...NotResource, ...Condition.flatMap(({ values }) => values)].map(({ text }) => text);
  const variables = texts.flatMap((text) =>
    [...text.matchAll(/\$\{([\w-]+:[^},]+)/g)].map(([, key = '']) => key.trim()),
  );
  return [...Condition.map(({ key }) => key), ...variables];
}
