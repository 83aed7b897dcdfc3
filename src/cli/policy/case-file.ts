/**
 * Reads a file of cases: YAML, or JSON, which is YAML too. Strictly, with line and column for whatever is not as it should be.
 *
 *   cases:
 *     - name: a launch without IMDSv2 is denied
 *       launch: --metadata-options HttpTokens=optional
 *       expect: denied
 *
 * What stands beside `cases` holds for each of them that does not say otherwise. Anchors and aliases are not taken, so that
 * no file is larger than it looks.
 */

import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLError,
  type YAMLMap,
} from 'yaml';
import { meantBy } from '../../iam/lint/suggestion.ts';
import type { Place } from '../../iam/policy/json.ts';
import { Failure } from '../failure.ts';
import { printable } from '../printable.ts';
import type { Description } from './described-call.ts';
import { nameOf, readText } from './read-text.ts';

export const EXPECTATIONS = ['allowed', 'denied', 'explicitDeny', 'implicitDeny'] as const;
export type Expectation = (typeof EXPECTATIONS)[number];

export type PolicyCase = {
  name: string;
  place: Place;
  description: Description;
  expect: Expectation;
  /** Of the statement that has to decide. */
  Sid?: string;
};

const MOST_CASES = 1000;
/** Far more than a case needs. */
const MOST_CHARACTERS = 256 * 1024;

/** @throws Failure that begins with the place: `cases.yaml:3:5: …` */
export async function readCases(file: string): Promise<PolicyCase[]> {
  const text = await readText(file);
  if (text.length > MOST_CHARACTERS) throw new Failure(`${nameOf(file)} has more than ${MOST_CHARACTERS} characters`);
  const lines = new LineCounter();
  const reading: Reading = { file, lines };
  const document = parse(reading, text);
  const [error] = document.errors;
  if (error) throw wrongAt(reading, error.pos[0], whyNot(error));
  const root = document.contents;
  if (!isMap(root)) throw wrong(reading, root, `a file of cases has a list called \`cases\``);
  const members = membersOf(reading, root, [...OF_ALL, 'cases'], 'a file of cases');
  const { cases, ...usual } = Object.fromEntries(members);
  if (!isSeq(cases)) throw wrong(reading, cases ?? root, '`cases` is a list of cases');
  if (cases.items.length === 0) throw wrong(reading, cases, 'there is no case');
  if (cases.items.length > MOST_CASES) throw wrong(reading, cases, `there are more than ${MOST_CASES} cases`);
  return cases.items.map((item) => readCase(reading, item as Node, usual));
}

/** That names come twice is looked for in `pairsOf`: the library compares each with each. */
function parse({ lines }: Reading, text: string): ReturnType<typeof parseDocument> {
  return parseDocument(text, { lineCounter: lines, uniqueKeys: false, prettyErrors: false, schema: 'failsafe' });
}

function whyNot({ code, message }: YAMLError): string {
  if (code === 'MULTIPLE_DOCS') return 'there is more than one document';
  // Of a text of nothing but brackets.
  if (message.includes('call stack')) return 'this is nested too deep';
  return `this is no YAML: ${message}`;
}

type Reading = { file: string; lines: LineCounter };
type Members = Partial<Record<string, Node>>;

function wrong(reading: Reading, node: Node | null | undefined, what: string): Failure {
  return wrongAt(reading, node?.range?.[0] ?? 0, isAlias(node) ? 'anchors and aliases are not taken' : what);
}

function wrongAt({ file, lines }: Reading, at: number, what: string): Failure {
  const { line, col } = lines.linePos(at);
  return new Failure(`${nameOf(file)}:${Math.max(line, 1)}:${Math.max(col, 1)}: ${printable(what)}`);
}

// ─── A case ──────────────────────────────────────────────────────────────────────────────────────────────────────────

const TEXTS = ['launch', 'action', 'resource', 'principal', 'delivery', 'region'] as const;
const MAPS = ['request', 'instance', 'context'] as const;
const OF_ALL = [...TEXTS, ...MAPS];
const OF_CASE = ['name', 'expect', 'Sid', ...OF_ALL];

function readCase(reading: Reading, node: Node, usual: Members): PolicyCase {
  if (!isMap(node)) throw wrong(reading, node, 'a case has a name, a launch or an action, and what to expect');
  const own: Members = Object.fromEntries(membersOf(reading, node, OF_CASE, 'a case'));
  const members: Members = { ...inherited(usual, own), ...own };
  const need = (name: string) => {
    const found = members[name];
    if (!found) throw wrong(reading, node, `a case has \`${name}\``);
    return textOf(reading, found, name);
  };
  const description = {
    ...textsOf(reading, members),
    ...Object.fromEntries(MAPS.flatMap((name) => (members[name] ? [[name, mapOf(reading, members[name], name)]] : []))),
  };
  const name = need('name');
  if ((members.launch === undefined) === (members.action === undefined)) {
    throw wrong(reading, node, 'a case has either a `launch` or an `action`');
  }
  return {
    name,
    description,
    expect: expectationOf(reading, need('expect'), members.expect),
    ...(members.Sid && { Sid: textOf(reading, members.Sid, 'Sid') }),
    place: placeOf(reading, node),
  };
}

/** A case that says what is called, or who calls, says all of it. */
function inherited(usual: Members, own: Members): Members {
  const kept = { ...usual };
  if (own.launch) delete kept.action;
  if (own.action) delete kept.launch;
  if (own.principal) delete kept.delivery;
  return kept;
}

function textsOf(reading: Reading, members: Members): Description {
  return Object.fromEntries(
    TEXTS.flatMap((name) => (members[name] ? [[name, textOf(reading, members[name], name)]] : [])),
  );
}

function placeOf({ lines }: Reading, node: Node): Place {
  const { line, col } = lines.linePos(node.range?.[0] ?? 0);
  return { line, column: col };
}

function expectationOf(reading: Reading, text: string, node: Node | undefined): Expectation {
  const known = EXPECTATIONS.find((candidate) => candidate === text);
  if (known) return known;
  throw wrong(reading, node, `\`expect\` is ${EXPECTATIONS.join(', ')}, not \`${text}\``);
}

/** The members of a mapping, of which each has to be known. */
function membersOf(reading: Reading, map: YAMLMap, known: readonly string[], what: string): [string, Node][] {
  return pairsOf(reading, map, what).map(([name, value, key]) => {
    if (!known.includes(name)) {
      const meant = meantBy(name, known);
      throw wrong(reading, key, `${what} has no \`${name}\`${meant ? `; did you mean \`${meant}\`?` : ''}`);
    }
    return [name, value];
  });
}

/** Names with their values, each name once. */
function pairsOf(reading: Reading, map: YAMLMap, what: string): [name: string, value: Node, key: Node][] {
  const seen = new Set<string>();
  return map.items.map(({ key, value }: Pair) => {
    const name = textOf(reading, key as Node, `a name in ${what}`);
    if (seen.has(name)) throw wrong(reading, key as Node, `\`${name}\` comes twice`);
    if (value === null) throw wrong(reading, key as Node, `\`${name}\` has no value`);
    seen.add(name);
    return [name, value as Node, key as Node];
  });
}

/** As it is written: `2.0` stays `2.0`. */
function textOf(reading: Reading, node: Node, what: string): string {
  if (!isScalar(node)) throw wrong(reading, node, `\`${what}\` is a text`);
  return String(node.value);
}

function mapOf(reading: Reading, node: Node, what: string): Record<string, string | string[]> {
  if (!isMap(node)) throw wrong(reading, node, `\`${what}\` is a mapping, such as {HttpTokens: required}`);
  return Object.fromEntries(
    pairsOf(reading, node, what).map(([name, value]) => {
      if (!isSeq(value)) return [name, textOf(reading, value, name)];
      if (what !== 'context') throw wrong(reading, value, `\`${name}\` is a text`);
      return [name, value.items.map((each) => textOf(reading, each as Node, name))];
    }),
  );
}
