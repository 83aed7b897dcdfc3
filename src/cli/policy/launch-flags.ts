/**
 * The flags of `aws ec2 run-instances`, as people have them in their scripts, read into the request that the CLI would send.
 *
 *   "--metadata-options HttpTokens=required" ── wordsOf ──> flags ── AWS's model ──> form ── readInput ──> RunInstancesRequest
 *
 * The model says which flags there are and what is in them, and the protocol reads the values: nothing is known here by
 * heart but the flags that are the CLI's own.
 */

import { AwsError } from '../../aws-errors.ts';
import type { AskedLaunch } from '../../iam/ec2-launch-request.ts';
import { meantBy } from '../../iam/lint/suggestion.ts';
import { ec2 } from '../../protocol/ec2.ts';
import type { Shape, Structure } from '../../protocol/model.ts';
import { readInput } from '../../protocol/query-request.ts';
import { Failure } from '../failure.ts';
import { readShorthand, ShorthandError, type Value } from './shorthand.ts';
import { wordsOf } from './words.ts';

export type LaunchLine = { request: AskedLaunch; region?: string };

/** Flags of the CLI itself that change nothing of who may do it, with whether a value follows. */
const OF_THE_CLI: Readonly<Record<string, boolean>> = {
  'dry-run': false,
  'no-dry-run': false,
  output: true,
  query: true,
  profile: true,
  'endpoint-url': true,
  'no-cli-pager': false,
  debug: false,
};

/** @param line perhaps with `aws ec2 run-instances` before the flags @throws Failure */
export function readLaunch(line: string): LaunchLine {
  const words = wordsOf(line.replace(/^\s*(?:(?:openimds\s+)?aws\s+ec2\s+)?run-instances(?=\s|$)/, ''));
  const form = new Map<string, string>([
    ['MinCount', '1'],
    ['MaxCount', '1'],
  ]);
  let region: string | undefined;
  for (const [flag, values] of flagsOf(words)) {
    if (flag === 'region') region = one(flag, values);
    else if (flag === 'count') void one(flag, values);
    else if (/^(?:no-)?associate-public-ip-address$/.test(flag)) {
      form
        .set('NetworkInterface.1.DeviceIndex', '0')
        .set('NetworkInterface.1.AssociatePublicIpAddress', String(!flag.startsWith('no-')));
    } else if (!Object.hasOwn(OF_THE_CLI, flag)) addFlag(form, flag, values);
  }
  return { request: requestOf(form), ...(region !== undefined && { region }) };
}

function requestOf(form: ReadonlyMap<string, string>): AskedLaunch {
  try {
    return readInput('RunInstances', form) as AskedLaunch;
  } catch (error) {
    if (error instanceof AwsError) throw new Failure(`${error.message} (${error.code})`, 2);
    throw error;
  }
}

/** Each flag with the words that follow it. */
function flagsOf(words: readonly string[]): Map<string, string[]> {
  const flags = new Map<string, string[]>();
  let values: string[] | undefined;
  for (const word of words) {
    const [, flag, value] = /^--([a-z][a-z0-9-]*)(?:=(.*))?$/s.exec(word) ?? [];
    if (flag === undefined) {
      if (!values) throw new Failure(`a launch is flags of \`aws ec2 run-instances\`, and \`${word}\` is none`, 2);
      values.push(word);
    } else {
      if (flags.has(flag)) throw new Failure(`--${flag} is there twice`, 2);
      values = value === undefined ? [] : [value];
      flags.set(flag, values);
    }
  }
  return flags;
}

function one(flag: string, values: readonly string[]): string {
  const [value] = values;
  if (value === undefined || values.length > 1) throw new Failure(`--${flag} takes one value`, 2);
  return value;
}

// ─── What the model knows ────────────────────────────────────────────────────────────────────────────────────────────

function addFlag(form: Map<string, string>, flag: string, values: readonly string[]): void {
  const members = new Map(inputOf().members.map((member) => [flagOf(member.name), member]));
  const negated = flag.startsWith('no-') && members.get(flag.slice(3))?.shape.kind === 'boolean';
  const member = members.get(negated ? flag.slice(3) : flag);
  if (!member) {
    const meant = meantBy(flag, members.keys());
    throw new Failure(`run-instances has no flag --${flag}${meant ? `; did you mean --${meant}?` : ''}`, 2);
  }
  const { shape, queryName } = member;
  if (shape.kind === 'boolean' && values.length === 0) form.set(queryName, String(!negated));
  else if (shape.kind === 'list') flatten(form, queryName, shape, listOf(flag, values), `--${flag}`);
  else if (shape.kind === 'structure')
    flatten(form, queryName, shape, structured(flag, one(flag, values)), `--${flag}`);
  else form.set(queryName, one(flag, values));
}

function inputOf(): Structure {
  const input = ec2.operations.get('RunInstances')?.input;
  if (!input) throw new Error('the model has no RunInstances');
  return input;
}

/** `MetadataOptions` is `--metadata-options`. */
function flagOf(name: string): string {
  return name.replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '-').toLowerCase();
}

/** Each word is an item, or one word is the whole list in JSON. */
function listOf(flag: string, values: readonly string[]): Value[] {
  const items = values.map((value) => (/[={[]/.test(value) ? structured(flag, value) : value));
  const [first] = items;
  return items.length === 1 && Array.isArray(first) ? first : items;
}

function structured(flag: string, text: string): Value {
  try {
    return readShorthand(text);
  } catch (error) {
    if (error instanceof ShorthandError) throw new Failure(`--${flag} cannot be read: ${error.message}`, 2);
    throw error;
  }
}

/** Into the names of the Query protocol: `TagSpecification.1.Tag.1.Key`. */
function flatten(form: Map<string, string>, name: string, shape: Shape, value: Value, where: string): void {
  if (shape.kind === 'list') {
    if (!Array.isArray(value)) throw new Failure(`${where} is a list`, 2);
    value.forEach((item, index) => {
      flatten(form, `${name}.${index + 1}`, shape.element, item, `${where}[${index}]`);
    });
  } else if (shape.kind === 'structure') {
    if (typeof value !== 'object' || Array.isArray(value)) throw new Failure(`${where} is NAME=VALUE,NAME=VALUE`, 2);
    for (const [key, each] of Object.entries(value)) {
      const member = shape.members.find((candidate) => candidate.name === key);
      if (!member) throw noMember(where, key, shape);
      flatten(form, `${name}.${member.queryName}`, member.shape, each, `${where} ${key}`);
    }
  } else {
    if (typeof value !== 'string') throw new Failure(`${where} is one value`, 2);
    form.set(name, value);
  }
}

function noMember(where: string, key: string, { members }: Structure): Failure {
  const names = members.map(({ name }) => name);
  const meant = meantBy(key, names);
  return new Failure(`${where} has no ${key}; ${meant ? `did you mean ${meant}?` : `it has ${names.join(', ')}`}`, 2);
}
