/**
 * Why each statement of the policies matches a request or does not: the compiled statements themselves are asked, part by
 * part, so that what is told is what decided.
 */

import { type AttachedPolicy, type Policies, type PolicyType, questionOf, type Request } from '../evaluate.ts';
import type { CompiledStatement, Question } from '../policy/compile.ts';
import type { Condition, Statement } from '../policy/policy.ts';

export type ConditionTrial = {
  condition: Condition;
  holds: boolean;
  /** What the request has; absent where it has no such key. */
  given?: readonly string[];
};

export type Trial = {
  type: PolicyType;
  /** Of an SCP. */
  level?: string;
  from: AttachedPolicy;
  index: number;
  statement: Statement;
  /** What fails first; absent where the statement matches. */
  fails?: 'action' | 'resource' | 'condition';
  /** Empty where action or resource fail. */
  conditions: readonly ConditionTrial[];
};

/** Every statement of every policy, in the order in which `evaluate` looks at them. Policies of resources are left out. */
export function tryStatements(request: Request, { scps = [], identity, boundary, session = [] }: Policies): Trial[] {
  const question = questionOf(request);
  const among = (type: PolicyType, policies: readonly AttachedPolicy[], level?: string) =>
    policies.flatMap((from) =>
      from.policy.statements.map((statement) => ({
        type,
        ...(level !== undefined && { level }),
        from,
        ...tryStatement(statement, question),
      })),
    );
  return [
    ...scps.flatMap(({ name, policies }) => among('scp', policies, name)),
    ...among('identity', identity),
    ...among('boundary', boundary ? [boundary] : []),
    ...among('session', session),
  ];
}

function tryStatement(
  { statement, index, isAction, isResource, conditions }: CompiledStatement,
  question: Question,
): Pick<Trial, 'statement' | 'index' | 'fails' | 'conditions'> {
  const about = { statement, index, conditions: [] };
  if (!isAction(question.action)) return { ...about, fails: 'action' };
  if (!isResource(question)) return { ...about, fails: 'resource' };
  const tried = statement.Condition.map((condition, which): ConditionTrial => {
    const given = question.context.get(condition.key.toLowerCase())?.values;
    return { condition, holds: conditions[which]?.(question.context) ?? false, ...(given && { given }) };
  });
  const fails = tried.every(({ holds }) => holds) ? {} : { fails: 'condition' as const };
  return { ...about, ...fails, conditions: tried };
}
