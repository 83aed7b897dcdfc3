/**
 * `openimds policy simulate`: what policies decide of a call that nobody makes, which statement decides, and why, in one screen.
 *
 * The engine is the one that judges every call of the API; nothing is asked and nothing is changed. The status is 0 whatever
 * is decided: `openimds policy test` is for scripts.
 */

import { AwsError } from '../../aws-errors.ts';
import type { Policies, PolicyType } from '../../iam/evaluate.ts';
import {
  type Answer,
  type Arranged,
  arrange,
  MADE_UP,
  type Rehearsal,
  rehearse,
} from '../../iam/rehearsal/rehearse.ts';
import { type Trial, tryStatements } from '../../iam/rehearsal/trials.ts';
import {
  conditionInWords,
  decisionInShort,
  decisionInWords,
  missInWords,
  placeOf,
  shortArn,
} from '../../iam/rehearsal/why.ts';
import { Failure } from '../failure.ts';
import { aligned } from '../ls.ts';
import { format } from '../output.ts';
import { printable } from '../printable.ts';
import { attachedFile, attachedFiles } from './attached-file.ts';
import { type Description, readDescription } from './described-call.ts';

export type SimulateOptions = Description & {
  policy?: string[];
  scp?: string[];
  boundary?: string;
  session?: string;
  alone?: boolean;
  output: 'table' | 'json';
};

/** @throws Failure */
export async function simulate(options: SimulateOptions): Promise<number> {
  const { policy = [], scp = [], boundary, session, alone = false } = options;
  if (policy.length === 0 && scp.length === 0 && boundary === undefined && session === undefined) {
    throw new Failure('name a policy: --policy, --scp, --boundary or --session', 2);
  }
  const call = readDescription(options, Date.now());
  const given = {
    identity: await attachedFiles(policy, 'identity'),
    scps: await attachedFiles(scp, 'scp'),
    ...(boundary !== undefined && { boundary: await attachedFile(boundary, 'boundary') }),
    ...(session !== undefined && { session: await attachedFile(session, 'session') }),
  };
  const arranged = arrange(given, alone);
  const rehearsal = sayingWhatIsWrong(() => rehearse(call, arranged.policies));
  const shown =
    options.output === 'json' ? await format(reportOf(rehearsal, arranged), 'json') : text(rehearsal, arranged);
  process.stdout.write(`${shown}\n`);
  return 0;
}

/** An option that AWS would refuse is refused here too, in its words. */
export function sayingWhatIsWrong<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof AwsError) throw new Failure(`${error.message} (${error.code})`, 2);
    throw error;
  }
}

function reportOf({ allowed, answers, policies }: Rehearsal, { everything }: Arranged): object {
  return {
    decision: allowed ? 'allowed' : 'denied',
    principal: answers[0]?.request.principal.arn,
    allowsEverythingBeside: everything,
    questions: answers.map(({ request, decision }) => ({
      action: request.action,
      resource: request.resource,
      decision: decision.decision,
      ...(decision.type && { type: decision.type }),
      ...(decision.statement && { statement: statementOf(decision.statement) }),
      why: decisionInWords(decision),
      context: Object.fromEntries([...request.context.values()].map(({ key, values }) => [key, values])),
      statements: tryStatements(request, policies).map((trial) => ({
        ...statementOf(trial),
        matches: trial.fails === undefined,
        ...(trial.fails !== undefined && { why: missInWords(trial, request) }),
      })),
    })),
  };
}

function statementOf({ type, from, index, statement }: Pick<Trial, 'type' | 'from' | 'index' | 'statement'>): object {
  const { Sid, Effect, start } = statement;
  return { type, policy: from.name, index, ...(Sid !== undefined && { Sid }), Effect, ...start };
}

// ─── One screen ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** What does not fit is counted; `--output json` has it all. */
const MOST_ROWS = 8;
const MOST_TRIALS = 6;
const MOST_CONDITIONS = 6;

function text(rehearsal: Rehearsal, arranged: Arranged): string {
  const { allowed, deciding, policies } = rehearsal;
  const { principal, action } = deciding.request;
  const verdict = `${allowed ? 'ALLOWED' : 'DENIED'}: ${action} by ${shortArn(principal.arn)}`;
  const blocks = [[verdict], rowsOf(rehearsal), why(deciding, policies), others(deciding, policies), beside(arranged)];
  return blocks
    .filter((block) => block.length > 0)
    .map((block) => block.map(printable).join('\n'))
    .join('\n\n');
}

function rowsOf({ answers, deciding }: Rehearsal): string[] {
  // What is the same on the instance, the image and so on needs no line each.
  if (answers.length === 1) return [];
  const rows = answers.map((answer) => [
    answer === deciding ? '>' : ' ',
    `${answer.request.action === answers[0]?.request.action ? '' : `${answer.request.action} on `}${shortArn(answer.request.resource)}`,
    decisionInShort(answer.decision),
  ]);
  const shown = aligned(rows.slice(0, MOST_ROWS));
  return rows.length > MOST_ROWS ? [...shown, `  and ${rows.length - MOST_ROWS} more`] : shown;
}

function why({ request, decision }: Answer, policies: Policies): string[] {
  const { statement } = decision;
  const on = request.resource === '*' ? '' : ` on ${shortArn(request.resource)}`;
  const first = `${request.action}${on}: ${decisionInWords(decision)}`;
  if (!statement) return [first];
  const trial = tryStatements(request, policies).find(
    (each) => each.from === statement.from && each.index === statement.index && each.type === statement.type,
  );
  const conditions = (trial?.conditions ?? []).map((condition) => `  ${conditionInWords(condition)}`);
  const more = conditions.length - MOST_CONDITIONS;
  return [first, ...conditions.slice(0, MOST_CONDITIONS), ...(more > 0 ? [`  and ${more} more conditions hold`] : [])];
}

const ORDER: readonly (string | undefined)[] = [undefined, 'condition', 'resource'];
const ATTACHED: Readonly<Partial<Record<PolicyType, string>>> = {
  scp: 'SCP ',
  boundary: 'boundary ',
  session: 'session policy ',
};

/** The statements about the action that did not decide, those that came nearest first. */
function others({ request, decision }: Answer, policies: Policies): string[] {
  const trials = tryStatements(request, policies).filter(
    ({ from, index }) => from !== decision.statement?.from || index !== decision.statement.index,
  );
  const near = trials
    .filter(({ fails, from }) => fails !== 'action' && from.name !== MADE_UP)
    .sort((a, b) => ORDER.indexOf(a.fails) - ORDER.indexOf(b.fails));
  const lines = near.slice(0, MOST_TRIALS).map((trial) => {
    const { Effect } = trial.statement;
    const outcome = missInWords(trial, request) ?? `matches too, and ${Effect === 'Allow' ? 'allows' : 'denies'}`;
    return `  ${ATTACHED[trial.type] ?? ''}${placeOf(trial)} (${Effect}): ${outcome}`;
  });
  const far = trials.filter(({ fails }) => fails === 'action').length;
  if (near.length > MOST_TRIALS) lines.push(`  and ${near.length - MOST_TRIALS} more; --output json has them`);
  if (far > 0) lines.push(`  ${far} ${far === 1 ? 'statement is' : 'statements are'} about other actions`);
  return lines.length > 0 ? ['Other statements:', ...lines] : [];
}

function beside({ everything }: Arranged): string[] {
  if (everything.length === 0) return [];
  const what = everything.map((type) => (type === 'scp' ? 'the SCPs' : 'the identity policies'));
  return [`${MADE_UP} was put beside ${what.join(' and ')}, which allow nothing; --alone leaves it out.`];
}
