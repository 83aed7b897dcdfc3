/**
 * `openimds policy check FILE…`: what is wrong with policies, before AWS or anybody else meets them.
 *
 * Nothing is asked and nothing is changed: a file is read and looked at (`iam/lint/lint.ts`). The status is 1 where there is
 * an error, with `--strict` also where there is a warning; a file that cannot be read is an error of its own.
 */

import type { Finding, Severity } from '../../iam/lint/finding.ts';
import { lint, MOST_FINDINGS, type Report } from '../../iam/lint/lint.ts';
import type { PolicyKind } from '../../iam/policy/policy.ts';
import { Failure } from '../failure.ts';
import { format } from '../output.ts';
import { printable } from '../printable.ts';
import { excerpt } from './excerpt.ts';
import { nameOf, readText } from './read-text.ts';

export type CheckOptions = { type: PolicyKind; strict: boolean; output: 'table' | 'json' };

type Checked = { file: string; text: string; report: Report } | { file: string; failure: string };

export async function checkPolicies(files: string[], { type, strict, output }: CheckOptions): Promise<number> {
  const checked: Checked[] = [];
  for (const file of files) checked.push(await checkFile(file, type));
  const shown = output === 'json' ? await format(reportOf(checked, type), 'json') : text(checked);
  process.stdout.write(`${shown}\n`);
  return checked.some((each) => isBad(each, strict)) ? 1 : 0;
}

async function checkFile(file: string, type: PolicyKind): Promise<Checked> {
  try {
    const content = await readText(file);
    return { file, text: content, report: lint(content, type) };
  } catch (error) {
    if (error instanceof Failure) return { file, failure: error.message };
    throw error;
  }
}

function isBad(checked: Checked, strict: boolean): boolean {
  if ('failure' in checked) return true;
  return checked.report.findings.some(({ severity }) => severity === 'error' || (strict && severity === 'warning'));
}

function reportOf(checked: readonly Checked[], type: PolicyKind): object {
  return {
    type,
    files: checked.map((each) =>
      'failure' in each
        ? { file: each.file, error: each.failure }
        : {
            file: each.file,
            findings: each.report.findings.map(({ place, ...found }) => ({ ...place, ...found })),
            more: each.report.more,
            notLookedUp: each.report.unknownServices,
          },
    ),
  };
}

// ─── For people ──────────────────────────────────────────────────────────────────────────────────────────────────────

function text(checked: readonly Checked[]): string {
  return [...checked.flatMap(blocksOf), summary(checked)].join('\n\n');
}

function blocksOf(checked: Checked): string[] {
  if ('failure' in checked) return [`error: ${checked.failure}`];
  const { file, report } = checked;
  const found = report.findings.map((finding) => block(file, checked.text, finding));
  return report.more ? [...found, `${nameOf(file)}: there is more; only the first ${MOST_FINDINGS} are shown`] : found;
}

/** `policy.json:12:11: error: …`, which editors follow, and the line that is meant. */
function block(file: string, source: string, finding: Finding): string {
  const { place, severity, says, hint, rule } = finding;
  const where = `${nameOf(file)}:${place.line}:${place.column}`;
  const help = hint === undefined ? [] : [`  = ${hint}`];
  return [`${where}: ${severity}: ${says} [${rule}]`, ...excerpt(source, place), ...help, ...otherType(finding)]
    .map(printable)
    .join('\n');
}

/** A policy that says whom it is about was checked as one that does not. */
function otherType({ rule, says }: Finding): string[] {
  const isOther = rule === 'grammar' && says.startsWith('this kind of policy has no principals');
  return isOther
    ? ['  = for the trust policy of a role: --type trust; for the policy of a resource: --type resource']
    : [];
}

function summary(checked: readonly Checked[]): string {
  const findings = checked.flatMap((each) => ('failure' in each ? [] : each.report.findings));
  const unread = checked.filter((each) => 'failure' in each).length;
  const counts = [count(findings, 'error', unread), count(findings, 'warning'), count(findings, 'note')].filter(
    (said) => said !== '',
  );
  const policies = checked.length === 1 ? '1 policy' : `${checked.length} policies`;
  const services = [...new Set(checked.flatMap((each) => ('failure' in each ? [] : each.report.unknownServices)))];
  const unknown =
    services.length === 0
      ? ''
      : `\nNot looked up: actions of ${printable(services.slice(0, 8).join(', '))}${services.length > 8 ? ', …' : ''}; the table has those of ec2, iam, sts and organizations.`;
  return `${policies}: ${counts.length === 0 ? 'nothing found' : counts.join(', ')}.${unknown}`;
}

function count(findings: readonly Finding[], severity: Severity, more = 0): string {
  const number = findings.filter((found) => found.severity === severity).length + more;
  return number === 0 ? '' : `${number} ${severity}${number === 1 ? '' : 's'}`;
}
