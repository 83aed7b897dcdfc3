/**
 * `openimds policy test FILE --cases CASES`: does a policy decide as its cases say? The status is 1 where one does not.
 *
 * What is wrong is shown with the place of the case, what was expected and what came, and why.
 */

import type { AttachedPolicy } from '../../iam/evaluate.ts';
import { type Arranged, arrange, type Given, MADE_UP, type Rehearsal, rehearse } from '../../iam/rehearsal/rehearse.ts';
import { tryStatements } from '../../iam/rehearsal/trials.ts';
import { conditionInWords, decisionInWords, missInWords, placeOf, shortArn } from '../../iam/rehearsal/why.ts';
import { Failure } from '../failure.ts';
import { format } from '../output.ts';
import { printable } from '../printable.ts';
import { attachedFile, attachedFiles } from './attached-file.ts';
import { type PolicyCase, readCases } from './case-file.ts';
import { readDescription } from './described-call.ts';
import { nameOf } from './read-text.ts';
import { sayingWhatIsWrong } from './simulate.ts';

export type AttachedAs = 'identity' | 'boundary' | 'session' | 'scp';
export type TestOptions = {
  cases: string;
  as: AttachedAs;
  beside?: string[];
  alone?: boolean;
  output: 'table' | 'json';
};

type Outcome = { each: PolicyCase; rehearsal: Rehearsal; passed: boolean };

/** @throws Failure */
export async function runCases(file: string, options: TestOptions): Promise<number> {
  const policy = await attachedFile(file, options.as);
  const cases = await readCases(options.cases);
  const given = givenAs(options.as, policy, await attachedFiles(options.beside ?? [], 'identity'));
  const arranged = arrange(given, options.alone ?? false);
  const nowMs = Date.now();
  const outcomes = cases.map((each) => runCase(options.cases, each, arranged, nowMs));
  const shown =
    options.output === 'json'
      ? await format(reportOf(file, outcomes, arranged), 'json')
      : text(file, options, outcomes, arranged);
  process.stdout.write(`${shown}\n`);
  return outcomes.every(({ passed }) => passed) ? 0 : 1;
}

function givenAs(as: AttachedAs, policy: AttachedPolicy, beside: AttachedPolicy[]): Given {
  if (as === 'identity') return { identity: [policy, ...beside], scps: [] };
  if (as === 'scp') return { identity: beside, scps: [policy] };
  return { identity: beside, scps: [], [as]: policy };
}

function runCase(file: string, each: PolicyCase, { policies }: Arranged, nowMs: number): Outcome {
  try {
    const rehearsal = sayingWhatIsWrong(() => rehearse(readDescription(each.description, nowMs), policies));
    return { each, rehearsal, passed: isAsExpected(each, rehearsal) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(`${nameOf(file)}:${each.place.line}:${each.place.column}: ${error.message}, in "${each.name}"`);
  }
}

function isAsExpected({ expect, Sid }: PolicyCase, { allowed, deciding: { decision } }: Rehearsal): boolean {
  const came = expect === 'denied' ? !allowed : decision.decision === expect;
  return came && (Sid === undefined || decision.statement?.statement.Sid === Sid);
}

function reportOf(file: string, outcomes: readonly Outcome[], { everything }: Arranged): object {
  return {
    file,
    allowsEverythingBeside: everything,
    passed: outcomes.filter(({ passed }) => passed).length,
    failed: outcomes.filter(({ passed }) => !passed).length,
    cases: outcomes.map(({ each, passed, rehearsal: { deciding } }) => ({
      name: each.name,
      ...each.place,
      passed,
      expected: { decision: each.expect, ...(each.Sid !== undefined && { Sid: each.Sid }) },
      came: {
        decision: deciding.decision.decision,
        ...(deciding.decision.statement?.statement.Sid && { Sid: deciding.decision.statement.statement.Sid }),
        action: deciding.request.action,
        resource: deciding.request.resource,
        why: decisionInWords(deciding.decision),
      },
    })),
  };
}

// ─── For people ──────────────────────────────────────────────────────────────────────────────────────────────────────

function text(file: string, { cases, as }: TestOptions, outcomes: readonly Outcome[], arranged: Arranged): string {
  const failed = outcomes.filter(({ passed }) => !passed);
  const blocks = failed.map((outcome) => difference(cases, outcome));
  const count = outcomes.length === 1 ? '1 case' : `${outcomes.length} cases`;
  const verdict = failed.length === 0 ? 'all as expected' : `${failed.length} not as expected`;
  return [...blocks, [`${nameOf(file)}: ${count}, ${verdict}.`, ...beside(arranged, as)]]
    .map((block) => block.map(printable).join('\n'))
    .join('\n\n');
}

function difference(file: string, { each, rehearsal: { deciding, policies } }: Outcome): string[] {
  const { request, decision } = deciding;
  const { line, column } = each.place;
  const expected = each.Sid === undefined ? each.expect : `${each.expect}, by ${each.Sid}`;
  const trials = tryStatements(request, policies);
  const decided = trials.find(
    ({ from, index }) => from === decision.statement?.from && index === decision.statement.index,
  );
  const sought = trials.filter((trial) =>
    each.Sid === undefined
      ? trial.statement.Effect === 'Deny' && trial.fails !== 'action'
      : trial.statement.Sid === each.Sid,
  );
  const missed = sought.flatMap((trial) => {
    const why = trial === decided ? undefined : missInWords(trial, request);
    return why === undefined ? [] : [`    ${placeOf(trial)}: ${why}`];
  });
  return [
    `${nameOf(file)}:${line}:${column}: ${each.name}`,
    `  expected  ${expected}`,
    `  came      ${decisionInWords(decision)}`,
    `            ${request.action} on ${shortArn(request.resource)} by ${shortArn(request.principal.arn)}`,
    ...(decided?.conditions ?? []).map((condition) => `    ${conditionInWords(condition)}`),
    ...missed.slice(0, 4),
  ];
}

function beside({ everything }: Arranged, as: AttachedAs): string[] {
  if (everything.length === 0) return [];
  const where = {
    identity: 'beside it',
    scp: 'beside it and of the caller',
    boundary: 'of the caller',
    session: 'of the caller',
  }[as];
  return [`A policy ${MADE_UP} ${where} allows the rest; --alone leaves it out.`];
}
