/**
 * Reads a request of AWS's Query protocol: a form of names and values, then the input that an operation takes.
 *
 *   "MetadataOptions.HttpTokens=required&InstanceId.1=i-0…"  ── parseForm ──>  Form  ── readInput ──>
 *   { MetadataOptions: { HttpTokens: 'required' }, InstanceIds: ['i-0…'] }
 *
 * It promises: members have the names and types of the AWS SDK's input types; whatever the bytes are, only AwsError is
 * thrown; nothing that XML 1.0 cannot represent gets past. It knows no rule of any action (aws-behaviour 3.1).
 */

import { malformedQueryString } from '../aws-errors.ts';
import { ec2 } from './ec2.ts';
import type { List, Service, Shape, Structure } from './model.ts';
import { type Refusals, refusalsOf } from './query-refusals.ts';
import { readValue, valueProblem } from './query-values.ts';
import { isRepresentable } from './xml.ts';

/** Decoded names and values in the order of the request; every name is there once. */
export type Form = ReadonlyMap<string, string>;

const MOST_PARAMETERS = 10_000;
const LONGEST_NAME = 512;

// ─── The form ────────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Reads `application/x-www-form-urlencoded` text.
 *
 * @param sources the parts of one request, for example its query string (without `?`) and its body; bytes are UTF-8
 * @throws MalformedQueryString
 */
export function parseForm(...sources: (string | Uint8Array)[]): Form {
  const form = new Map<string, string>();
  for (const source of sources) {
    for (const pair of text(source).split('&')) {
      if (pair !== '') addParameter(form, pair);
    }
  }
  return form;
}

function text(source: string | Uint8Array): string {
  if (typeof source === 'string') return source;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(source);
  } catch {
    throw malformedQueryString('the request is not valid UTF-8');
  }
}

function addParameter(form: Map<string, string>, pair: string): void {
  const equals = pair.indexOf('=');
  const name = decode(equals < 0 ? pair : pair.slice(0, equals));
  const value = equals < 0 ? '' : decode(pair.slice(equals + 1));
  if (name === '') throw malformedQueryString('a parameter has no name');
  if (name.length > LONGEST_NAME) {
    throw malformedQueryString(`the name of a parameter is longer than ${LONGEST_NAME} characters`);
  }
  if (form.has(name)) throw malformedQueryString(`the parameter \`${name}\` is given more than once`);
  if (form.size === MOST_PARAMETERS) {
    throw malformedQueryString(`the request has more than ${MOST_PARAMETERS} parameters`);
  }
  form.set(name, value);
}

function decode(encoded: string): string {
  const decoded = percentDecode(encoded.replaceAll('+', ' '));
  if (!isRepresentable(decoded)) throw malformedQueryString('the request has a character that XML cannot represent');
  return decoded;
}

function percentDecode(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw malformedQueryString('the request has a percent sign that does not begin a character in UTF-8');
  }
}

// ─── The input ───────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * The input of an operation, with the member names and types of the AWS SDK; what the form does not name is absent.
 *
 * @param operation for example `RunInstances`
 * @throws EC2's InvalidAction, UnknownParameter, MissingParameter, InvalidParameterValue; elsewhere InvalidAction,
 * InvalidQueryParameter, ValidationError
 */
export function readInput(operation: string, form: Form, service: Service = ec2): object {
  const refuse = refusalsOf(service.protocol);
  const input = service.operations.get(operation)?.input;
  if (!input) throw refuse.unknownAction(operation, form.get('Version'));
  const root: Node = { parameter: '', parts: new Map() };
  for (const [name, value] of form) {
    if (isInput(name, input)) place(root, name, value);
  }
  const dialect = { refuse, listsAreFlat: service.protocol === 'ec2' };
  return readStructure(dialect, input, root);
}

/** In what the two protocols differ. */
type Dialect = {
  refuse: Refusals;
  /** `Name.1`; else `Name.member.1`, and `Name=` for a list without members. */
  listsAreFlat: boolean;
};

/** The form's names taken apart at their dots. */
type Node = {
  /** The whole name of the first parameter that is here or below. */
  parameter: string;
  value?: string;
  parts: Map<string, Node>;
};

/** Parameters that say what to do or who asks; SigV4's begin with `X-Amz-`, the rest is of older signatures. */
const ABOUT_THE_REQUEST = new Set([
  'Action',
  'Version',
  'AWSAccessKeyId',
  'SecurityToken',
  'Signature',
  'SignatureMethod',
  'SignatureVersion',
  'Timestamp',
  'Expires',
]);

function isInput(name: string, input: Structure): boolean {
  return input.byQueryName.has(name) || !(ABOUT_THE_REQUEST.has(name) || /^x-amz-/i.test(name));
}

function place(root: Node, parameter: string, value: string): void {
  let node = root;
  for (const part of parameter.split('.')) {
    let next = node.parts.get(part);
    if (!next) {
      next = { parameter, parts: new Map() };
      node.parts.set(part, next);
    }
    node = next;
  }
  node.value = value;
}

/** Goes no deeper than the model does, however deep the names are. */
function read(dialect: Dialect, shape: Shape, node: Node, path: string): unknown {
  const { refuse } = dialect;
  if (shape.kind === 'list') return readList(dialect, shape, node, path);
  if (shape.kind === 'structure' && node.value === undefined) return readStructure(dialect, shape, node, `${path}.`);
  // No operation takes a map.
  if (shape.kind === 'structure' || shape.kind === 'map') throw refuse.unknownParameter(path);
  if (node.value === undefined || node.parts.size > 0) throw refuse.unknownParameter(firstBelow(node).parameter);
  const value = readValue(shape.kind, node.value);
  if (value === undefined) throw refuse.wrongType(path, node.value, valueProblem(shape.kind));
  return value;
}

/** Only names of the model become properties, so that no request can reach `__proto__`. */
function readStructure(dialect: Dialect, structure: Structure, node: Node, path = ''): object {
  const { refuse } = dialect;
  const result: Record<string, unknown> = {};
  for (const [part, below] of node.parts) {
    const member = structure.byQueryName.get(part);
    if (!member) throw refuse.unknownParameter(below.parameter);
    result[member.name] = read(dialect, member.shape, below, `${path}${part}`);
  }
  const missing = structure.required.filter(({ name }) => !Object.hasOwn(result, name));
  if (missing.length > 0) throw refuse.missingParameters(missing.map(({ queryName }) => `${path}${queryName}`));
  return result;
}

/** `Name.1`, `Name.2` …: in order of the numbers. Some clients begin at 0 (aws-behaviour 7), some leave gaps. */
function readList(dialect: Dialect, list: List, node: Node, path: string): unknown[] {
  const { refuse, listsAreFlat } = dialect;
  if (!listsAreFlat && node.value === '' && node.parts.size === 0) return [];
  if (node.value !== undefined) throw refuse.unknownParameter(path);
  const items = listsAreFlat ? node : onlyPart(dialect, node, list.item);
  for (const [index, below] of items.parts) {
    if (!/^(?:0|[1-9]\d{0,5})$/.test(index)) throw refuse.unknownParameter(below.parameter);
  }
  const itemPath = listsAreFlat ? path : `${path}.${list.item}`;
  return Array.from(items.parts)
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([index, below]) => read(dialect, list.element, below, `${itemPath}.${index}`));
}

function onlyPart({ refuse }: Dialect, node: Node, name: string): Node {
  for (const [part, below] of node.parts) if (part !== name) throw refuse.unknownParameter(below.parameter);
  const below = node.parts.get(name);
  if (!below || below.value !== undefined) throw refuse.unknownParameter(firstBelow(node).parameter);
  return below;
}

function firstBelow(node: Node): Node {
  for (const below of node.parts.values()) return below;
  return node;
}
