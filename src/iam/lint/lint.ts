/**
 * Looks at a policy as one who knows AWS would: its grammar, then everything that AWS stores and that does not do what it says.
 *
 *   text ── readPolicy ──> statements ── subjectsOf ──> each rule of RULES ──> findings in the order of the text
 *
 * It promises: whatever the text is, nothing is thrown; the same text has the same findings; the time is bounded, because
 * only so many findings are looked for, and because of a policy far larger than AWS takes only grammar and size are judged.
 */

import { clip, type Place, placesIn } from '../policy/json.ts';
import type { Policy, PolicyKind } from '../policy/policy.ts';
import { readPolicy } from '../policy/read.ts';
import { Misread } from '../policy/reading.ts';
import { unknownActions } from './actions.ts';
import { contradictions } from './contradictions.ts';
import type { Finding, Found, Rule } from './finding.ts';
import { grammarHint } from './grammar-hints.ts';
import { unknownAttributes, unknownKeys } from './keys.ts';
import { keysOfRequests } from './keys-of-requests.ts';
import { deniesTheFix, letsPassWhatIsNotSaid } from './metadata.ts';
import { impossibleValues, operatorTypes } from './operators.ts';
import { qualifiers } from './qualifiers.ts';
import { allowsOnlyThis, deniesEverything } from './reach.ts';
import { resources } from './resources.ts';
import { isKnownService, subjectsOf } from './subject.ts';
import { characters, olderVersion, tooLarge, variablesAreText } from './whole-policy.ts';

/** By name; where two find something at one place, the first says it. */
export const RULES: Readonly<Record<string, Rule>> = {
  'unknown-action': unknownActions,
  'unknown-resource': resources,
  'unknown-key': unknownKeys,
  'unknown-attribute': unknownAttributes,
  'key-not-there': keysOfRequests,
  'operator-type': operatorTypes,
  'impossible-value': impossibleValues,
  contradiction: contradictions,
  'denies-the-fix': deniesTheFix,
  'not-said-not-denied': letsPassWhatIsNotSaid,
  qualifier: qualifiers,
  'variable-is-text': variablesAreText,
  'denies-everything': deniesEverything,
  'scp-grants-nothing': allowsOnlyThis,
};

/** Several times what AWS takes of any kind; above it only grammar and size are judged. */
const LARGEST = 65_536;
/** More than anybody reads. */
export const MOST_FINDINGS = 200;

export type Report = {
  findings: readonly Finding[];
  /** There are more than are looked for. */
  more: boolean;
  /** Services whose actions were not looked up, because the table does not know them. */
  unknownServices: readonly string[];
  /** Absent where it could not be read. */
  policy?: Policy;
};

export function lint(text: string, kind: PolicyKind): Report {
  const place = placesIn(text);
  const placed = (found: Found): Place => (typeof found.at === 'number' ? place(found.at) : found.at);
  const findings: Finding[] = [];
  const policy = readOrWhy(text, kind);
  for (const [rule, found] of look(text, kind, policy)) {
    if (findings.length === MOST_FINDINGS) return { findings: inOrder(findings), more: true, unknownServices: [] };
    const { at: _, ...said } = found;
    findings.push({ rule, place: placed(found), ...said });
  }
  const all = { findings: inOrder(findings), more: false };
  if (policy instanceof Misread) return { ...all, unknownServices: [] };
  return { ...all, unknownServices: unknownServicesOf(policy), policy };
}

/** Each finding with the name of its rule, statement by statement. */
function* look(text: string, kind: PolicyKind, policy: Policy | Misread): Generator<[rule: string, found: Found]> {
  const bad = [...characters(text, kind)];
  for (const found of bad) yield ['character', found];
  if (policy instanceof Misread) {
    // A character that may not be there is often why.
    if (!bad.some(({ at }) => at === policy.at)) yield ['grammar', unreadable(text, policy)];
    return;
  }
  for (const found of tooLarge(text, kind)) yield ['size', found];
  for (const found of olderVersion(policy)) yield ['version', found];
  if (text.length > LARGEST) return;
  for (const subject of subjectsOf(policy)) {
    const seen = new Set<string>();
    for (const [name, rule] of Object.entries(RULES)) {
      for (const found of rule(subject)) {
        const place = JSON.stringify(found.at);
        if (!seen.has(place)) yield [name, found];
        seen.add(place);
      }
    }
  }
}

function unreadable(text: string, misread: Misread): Found {
  const { message, path, at, words } = misread;
  const hint = grammarHint(text, misread) ?? (words && `IAM says: ${clip(words)}`);
  const says = path === '' ? message : `${message}, at \`${clip(path)}\``;
  return { severity: 'error', at, says, ...(hint !== undefined && { hint }) };
}

/** The policy, or why it cannot be read. */
function readOrWhy(text: string, kind: PolicyKind): Policy | Misread {
  try {
    return readPolicy(text, kind);
  } catch (error) {
    if (error instanceof Error && error.cause instanceof Misread) return error.cause;
    throw error;
  }
}

function inOrder(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
}

function unknownServicesOf({ Statement }: Policy): string[] {
  const services = Statement.flatMap(({ Action, NotAction }) =>
    (Action ?? NotAction ?? []).map(({ text }) => text.split(':')[0]?.toLowerCase() ?? ''),
  );
  return [...new Set(services)].filter((service) => !/[*?]/.test(service) && !isKnownService(service)).sort();
}
