/**
 * Answers a question about a policy, by the code that judges every call of the API: what is wrong with it, what AWS would
 * say to it, and what it decides of a call.
 *
 * It promises an answer for every text, in a time that is bounded by its length, and that the answer is small.
 */

import { AwsError } from '../../../src/aws-errors.ts';
import type { AttachedPolicy } from '../../../src/iam/evaluate.ts';
import { lint } from '../../../src/iam/lint/lint.ts';
import { actionsMeant, isKnownService } from '../../../src/iam/lint/subject.ts';
import { compilePolicy } from '../../../src/iam/policy/compile.ts';
import type { PolicyKind } from '../../../src/iam/policy/policy.ts';
import { readPolicy } from '../../../src/iam/policy/read.ts';
import type { DescribedCall } from '../../../src/iam/rehearsal/call.ts';
import { callerOf, principalNamed } from '../../../src/iam/rehearsal/callers.ts';
import {
  type Arranged,
  arrange,
  type Given,
  MADE_UP,
  type Answer as Rehearsed,
  rehearse,
} from '../../../src/iam/rehearsal/rehearse.ts';
import { type Trial as TriedStatement, tryStatements } from '../../../src/iam/rehearsal/trials.ts';
import {
  conditionInWords,
  decisionInWords,
  missInWords,
  type Placed,
  shortArn,
} from '../../../src/iam/rehearsal/why.ts';
import type { RoleDelivery } from '../../../src/iam-model.ts';
import type { Scope } from '../../../src/model.ts';
import type { Answer, Question, Tried, TriedAnswer, WrittenStatement } from './question.ts';
import { filledIn, LAUNCH, saidOptions, type Trial } from './trial.ts';

/** More than anybody reads. */
const MOST_OTHERS = 20;

export function answerTo({ text, kind, trial, scope }: Question): Answer {
  const { findings, more, policy } = lint(text, kind);
  if (!policy) return { findings, more, ...refusalOf(() => readPolicy(text, kind)) };
  const given = givenAs(kind, { name: 'policy', policy: compilePolicy(policy) });
  return { findings, more, ...(given && { tried: tryCall(trial, scope, arrange(given, trial.alone)) }) };
}

function refusalOf(read: () => unknown): Pick<Answer, 'refusal'> {
  try {
    read();
    return {};
  } catch (error) {
    if (error instanceof AwsError) return { refusal: { code: error.code, message: error.message } };
    throw error;
  }
}

/** Undefined for policies of resources: whom they let in is another question than what a call may. */
function givenAs(kind: PolicyKind, policy: AttachedPolicy): Given | undefined {
  const nothing = { identity: [], scps: [] };
  switch (kind) {
    case 'identity':
      return { ...nothing, identity: [policy] };
    case 'scp':
      return { ...nothing, scps: [policy] };
    case 'boundary':
    case 'session':
      return { ...nothing, [kind]: policy };
    default:
      return undefined;
  }
}

// ─── The call ────────────────────────────────────────────────────────────────────────────────────────────────────────

function tryCall(trial: Trial, scope: Scope, arranged: Arranged): Tried {
  const problem = problemOf(trial);
  if (problem !== undefined) return { problem };
  try {
    const { allowed, answers, deciding } = rehearse(describedCall(trial, scope, Date.now()), arranged.policies);
    return {
      allowed,
      everything: arranged.everything.length > 0,
      answers: answers.map((each) => ({ ...told(each, arranged), decides: each === deciding })),
    };
  } catch (error) {
    if (error instanceof AwsError) return { problem: error.message };
    throw error;
  }
}

function problemOf({ action, resource, context, principal, name }: Trial): string | undefined {
  if (!/^[\w-]+:\w+$/.test(action)) return `\`${action}\` is no action; one is ec2:StartInstances`;
  if (isKnownService(action.split(':')[0] ?? '') && actionsMeant(action).length === 0) {
    return `There is no action ${action}.`;
  }
  if (principal !== 'root' && !/^[\w+=,.@/-]{1,512}$/.test(name)) return 'Enter the name of the user or role.';
  if (resource !== '' && resource !== '*' && !/^arn:(?:[^:]*:){4}./.test(resource)) return `\`${resource}\` is no ARN.`;
  const notAKey = filledIn(context).find(({ Key }) => !/^[^:\s]+:\S+$/.test(Key));
  return notAKey && `\`${notAKey.Key}\` is no condition key; one is aws:SourceIp`;
}

function describedCall(trial: Trial, scope: Scope, nowMs: number): DescribedCall {
  const { principal: kind, name, resource } = trial;
  const isUser = kind === 'user';
  const principal = principalNamed(kind === 'root' ? 'root' : `${isUser ? 'user' : 'role'}/${name}`, scope.account);
  // Cannot happen: the name has been looked at.
  if (!principal) throw new Error('a trial by nobody');
  const delivery = /^instance-(.*)/.exec(kind)?.[1] as RoleDelivery | undefined;
  return {
    scope,
    nowMs,
    caller: callerOf(principal, scope, { delivery, nowMs }),
    context: Object.fromEntries(filledIn(trial.context).map(({ Key, Value }) => [Key, Value])),
    what: isLaunch(trial)
      ? { launch: launchOf(trial) }
      : {
          action: trial.action,
          request: saidOptions(trial.options),
          instance: saidOptions(trial.existing),
          ...(resource !== '' && { resource }),
        },
  };
}

function isLaunch({ action }: Trial): boolean {
  return action.toLowerCase() === LAUNCH.toLowerCase();
}

function launchOf({ options, InstanceType, profile, tags }: Trial) {
  const Tags = filledIn(tags);
  const Name = profile.trim();
  return {
    MinCount: 1,
    MaxCount: 1,
    ...(InstanceType.trim() !== '' && { InstanceType: InstanceType.trim() as never }),
    MetadataOptions: saidOptions(options),
    ...(Name !== '' && { IamInstanceProfile: { Name } }),
    ...(Tags.length > 0 && { TagSpecifications: [{ ResourceType: 'instance' as const, Tags }] }),
  };
}

// ─── What is told of it ──────────────────────────────────────────────────────────────────────────────────────────────

const NEAREST: readonly (string | undefined)[] = [undefined, 'condition', 'resource'];

function told({ request, decision }: Rehearsed, { policies }: Arranged): Omit<TriedAnswer, 'decides'> {
  const { statement: deciding } = decision;
  const tried = tryStatements(request, policies).filter(({ from }) => from.name !== MADE_UP);
  const isDeciding = ({ from, index, type }: TriedStatement) =>
    from === deciding?.from && index === deciding.index && type === deciding.type;
  const near = tried
    .filter((each) => each.fails !== 'action' && !isDeciding(each))
    .sort((a, b) => NEAREST.indexOf(a.fails) - NEAREST.indexOf(b.fails));
  return {
    action: request.action,
    resource: shortArn(request.resource),
    decision: decision.decision,
    why: decisionInWords(decision, (placed) => `${placed.from.name === MADE_UP ? '' : 'statement '}${nameOf(placed)}`),
    ...(deciding && deciding.from.name !== MADE_UP && { statement: written(deciding) }),
    conditions: (tried.find(isDeciding)?.conditions ?? []).map(conditionInWords),
    others: near.slice(0, MOST_OTHERS).map((each) => ({
      ...written(each),
      outcome:
        missInWords(each, request) ?? `matches too, and ${each.statement.Effect === 'Allow' ? 'allows' : 'denies'}`,
    })),
    notShown: Math.max(0, near.length - MOST_OTHERS),
    aboutOthers: tried.filter(({ fails }) => fails === 'action').length,
  };
}

function written(placed: Placed): WrittenStatement {
  const { Effect, start, end } = placed.statement;
  return { name: nameOf(placed), Effect, start, end };
}

function nameOf({ from, statement, index }: Placed): string {
  if (from.name === MADE_UP) return MADE_UP;
  return `${statement.Sid || `statement ${index + 1}`} (line ${statement.start.line})`;
}
