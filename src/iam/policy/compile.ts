/**
 * Compiles a policy into what can be asked thousands of times in a second; whoever keeps policies keeps them compiled.
 *
 * Statements that name their actions in full are found by the action, so that a policy about other things costs next to
 * nothing. Everything else is tried in the order action, resource, condition. Compiling never throws, and a compiled
 * policy never changes.
 */

import type { Context } from '../context.ts';
import { type CompiledCondition, compileCondition } from './conditions.ts';
import { compileArn, compileText } from './patterns.ts';
import { hasVariables, type Located, type Policy, type Statement } from './policy.ts';

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
  /** Whether it is about this action, on this resource, under these conditions; whom it is about is not asked here. */
  applies(question: Question): boolean;
};

export type CompiledPolicy = {
  policy: Policy;
  /** The statements that apply, in their order. */
  matching(question: Question): CompiledStatement[];
};

const NONE: readonly CompiledStatement[] = [];

export function compilePolicy(policy: Policy): CompiledPolicy {
  const variables = hasVariables(policy);
  const byAction = new Map<string, CompiledStatement[]>();
  const others: CompiledStatement[] = [];
  policy.Statement.forEach((statement, index) => {
    const compiled = compileStatement(statement, index, variables);
    const named = namedActions(statement);
    if (!named) others.push(compiled);
    for (const action of named ?? []) {
      const known = byAction.get(action);
      if (known) known.push(compiled);
      else byAction.set(action, [compiled]);
    }
  });
  const matching = (question: Question) => {
    const matched = (byAction.get(question.action) ?? NONE).filter(({ applies }) => applies(question));
    const named = matched.length;
    for (const compiled of others) if (compiled.applies(question)) matched.push(compiled);
    return named > 0 && matched.length > named ? matched.sort((a, b) => a.index - b.index) : matched;
  };
  return { policy, matching };
}

/** The actions of a statement in lower case, if it names each of them in full. */
function namedActions({ Action }: Statement): Set<string> | undefined {
  if (!Action || Action.some(({ text }) => /[*?]/.test(text))) return undefined;
  return new Set(Action.map(({ text }) => text.toLowerCase()));
}

function compileStatement(statement: Statement, index: number, variables: boolean): CompiledStatement {
  const isAction = compileActions(statement);
  const isResource = compileResources(statement, variables);
  const conditions: CompiledCondition[] = statement.Condition.map((condition) =>
    compileCondition(condition, variables),
  );
  const applies = (question: Question) =>
    isAction(question) && isResource(question) && conditions.every((holds) => holds(question.context));
  return { statement, index, applies };
}

type Ask = (question: Question) => boolean;

/** Names of services and actions are compared without regard to case. */
function compileActions({ Action, NotAction }: Statement): Ask {
  const tests = (Action ?? NotAction ?? []).map(({ text }) => compileText(text.toLowerCase(), false));
  const wanted = Action !== undefined;
  return ({ action, context }) => tests.some((test) => test(action, context)) === wanted;
}

/** Without the element, as in a trust policy, a statement is about whatever it is attached to. */
function compileResources({ Resource, NotResource }: Statement, variables: boolean): Ask {
  const patterns = Resource ?? NotResource;
  if (patterns === undefined) return () => true;
  const tests = patterns.map((pattern) => compileResource(pattern, variables));
  const wanted = Resource !== undefined;
  return (question) => tests.some((test) => test(question)) === wanted;
}

function compileResource({ text }: Located, variables: boolean): Ask {
  const matches = compileArn(text, variables, 'anything');
  return matches ? ({ arn, context }) => arn !== undefined && matches(arn, context) : () => true;
}
