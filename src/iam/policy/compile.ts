/**
 * Compiles a policy into what can be asked thousands of times in a second; whoever keeps policies keeps them compiled.
 *
 * Statements that name their actions in full are found by the action, so that a policy about other things costs next to
 * nothing. Everything else is tried in the order action, resource, condition. Compiling never throws, and a
 * compiled policy always gives the same answers.
 */

import type { Context } from '../context.ts';
import { type CompiledCondition, compileCondition } from './conditions.ts';
import { compileArn } from './patterns.ts';
import { hasVariables, type Located, type Policy, type Statement } from './policy.ts';
import { takeApartFixed } from './variables.ts';
import { matcherOf } from './wildcards.ts';

/** What is asked of every statement. */
export type Question = {
  /** In lower case: `ec2:runinstances`. */
  action: string;
  /** As given: an ARN, or `*` for an action without resources. */
  resource: string;
  /** The ARN in its six parts; absent for what is none. */
  arn?: readonly string[];
  context: Context;
};

export type CompiledStatement = {
  statement: Statement;
  /** Its place in the policy, from 0. */
  index: number;
  isAction: (action: string) => boolean;
  isResource: Ask;
  conditions: readonly CompiledCondition[];
};

export type CompiledPolicy = {
  policy: Policy;
  /** All of them, for who wants to know why one does not apply. */
  statements: readonly CompiledStatement[];
  /** The statements that apply, in their order; whom they are about is not asked here. */
  matching(question: Question): CompiledStatement[];
};

type Ask = (question: Question) => boolean;

export function compilePolicy(policy: Policy): CompiledPolicy {
  const variables = hasVariables(policy);
  const statements = policy.Statement.map((statement, index) => compileStatement(statement, index, variables));
  const about = indexByAction(statements);
  // One call asks about one action on many resources. Only the last answer is kept, so nobody can make it grow.
  let last = { action: '', statements: about('') };
  const matching = (question: Question) => {
    if (question.action !== last.action) last = { action: question.action, statements: about(question.action) };
    return last.statements.filter((statement) => applies(statement, question));
  };
  return { policy, statements, matching };
}

/** The statements about an action, in their order: those that name it in full are found without asking the others. */
function indexByAction(statements: readonly CompiledStatement[]): (action: string) => readonly CompiledStatement[] {
  const byAction = new Map<string, CompiledStatement[]>();
  const others: CompiledStatement[] = [];
  for (const compiled of statements) {
    const named = namedActions(compiled.statement);
    if (!named) others.push(compiled);
    for (const action of named ?? []) {
      const known = byAction.get(action);
      if (known) known.push(compiled);
      else byAction.set(action, [compiled]);
    }
  }
  return (action) => {
    const named = byAction.get(action) ?? [];
    return [...named, ...others.filter(({ isAction }) => isAction(action))].sort((a, b) => a.index - b.index);
  };
}

function applies({ isResource, conditions }: CompiledStatement, question: Question): boolean {
  if (!isResource(question)) return false;
  for (const holds of conditions) if (!holds(question.context)) return false;
  return true;
}

/** The actions of a statement in lower case, if it names each of them in full. */
function namedActions({ Action }: Statement): Set<string> | undefined {
  if (!Action || Action.some(({ text }) => /[*?]/.test(text))) return undefined;
  return new Set(Action.map(({ text }) => text.toLowerCase()));
}

function compileStatement(statement: Statement, index: number, variables: boolean): CompiledStatement {
  return {
    statement,
    index,
    isAction: compileActions(statement),
    isResource: compileResources(statement, variables),
    conditions: statement.Condition.map((condition) => compileCondition(condition, variables)),
  };
}

/** Names of services and actions are compared without regard to case, and have no variables. */
function compileActions({ Action, NotAction }: Statement): CompiledStatement['isAction'] {
  const matchers = (Action ?? NotAction ?? []).map(({ text }) => matcherOf(takeApartFixed(text.toLowerCase())));
  const wanted = Action !== undefined;
  return (action) => matchers.some((matches) => matches(action)) === wanted;
}

/** Without the element, as in a trust policy, a statement is about whatever it is attached to. */
function compileResources({ Resource, NotResource }: Statement, variables: boolean): Ask {
  const patterns = Resource ?? NotResource;
  if (patterns === undefined) return anything;
  return any(
    patterns.map((pattern) => compileResource(pattern, variables)),
    Resource !== undefined,
  );
}

function compileResource({ text }: Located, variables: boolean): Ask {
  const matches = compileArn(text, variables, 'anything');
  return matches ? ({ resource, arn, context }) => arn !== undefined && matches(resource, arn, context) : anything;
}

const anything: Ask = () => true;

/** One of the tests is true; with `wanted` false, none is. */
function any(tests: readonly Ask[], wanted: boolean): Ask {
  const [first] = tests;
  if (first && tests.length === 1) return wanted ? first : (question) => !first(question);
  return (question) => {
    for (const test of tests) if (test(question)) return wanted;
    return !wanted;
  };
}
