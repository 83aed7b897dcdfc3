/**
 * Makes a model from the AWS SDK's runtime schemas: names, order, wire names and required members of every shape that the
 * given operations reach.
 *
 * For development only (generate.ts and tests); nothing that is served imports it. It promises the same model for the same
 * schemas, and stops at anything that it does not know rather than guess. A schema is an array whose first element is its
 * kind (how @smithy/core reads them: `schema/schemas/NormalizedSchema`):
 *
 *   [0, namespace, name, traits, leaf]            [3, namespace, name, traits, memberNames, memberSchemas, requiredCount?]
 *   [1, namespace, name, traits, element]         [9, namespace, name, traits, input, output]
 *   [2, namespace, name, traits, key, value]
 *
 * Where a schema is referred to there may stand a function that returns it, a pair [reference, traits], or a number: a leaf,
 * 64 + leaf for a list of it, 128 + leaf for a map of it. Of the required members, which come first, the count is kept.
 */

import type { Leaf, Model, ModelMember, ModelShape, Protocol, Target } from './model.ts';

/** What is known of a service beside its schemas. */
export type Overlay = {
  protocol: Protocol;
  xmlNamespace: string;
  members: { shape: string; after: string; member: ModelMember }[];
  /** `Shape.Member` of numbers that are no integers. */
  doubles: string[];
};

type Traits = { xmlName?: string; ec2QueryName?: string };
export type Schema = readonly unknown[] | number | string;

export const SIMPLE = 0;
const LIST = 1;
export const MAP = 2;
export const STRUCTURE = 3;
/** A structure of which one member is there. */
export const UNION = 4;
const OPERATION = 9;
export const LIST_OF = 64;
export const MAP_OF = 128;

const NUMBER = 1;
const LEAVES: Record<number, Leaf> = { 0: 'string', 2: 'boolean', 4: 'timestamp', 21: 'blob' };

/** Every operation's schema, by the operation's name. @param sdk the exports of a client package */
export function operationSchemas(sdk: object): Map<string, Schema> {
  const schemas = Object.values(sdk).filter((value) => Array.isArray(value) && value[0] === OPERATION);
  return new Map(schemas.map((schema) => [String(schema[2]), schema]));
}

/**
 * @param sdk the exports of a client package, for example `@aws-sdk/client-ec2`
 * @param operations in any order
 */
export function buildModel(sdk: object, overlay: Overlay, operations: readonly string[]): Model {
  const all = operationSchemas(sdk);
  const shapes: Record<string, ModelShape> = {};
  const { protocol, xmlNamespace } = overlay;
  const model: Model = { protocol, xmlNamespace, operations: {}, shapes };
  const add = (reference: unknown): Target => addShape(shapes, overlay, reference);
  for (const name of operations.toSorted()) {
    const schema = all.get(name);
    if (!Array.isArray(schema)) throw new Error(`the SDK has no operation ${name}`);
    model.operations[name] = [end(add, schema[4]), end(add, schema[5])];
  }
  model.shapes = Object.fromEntries(Object.entries(shapes).sort(([a], [b]) => (a < b ? -1 : 1)));
  return model;
}

/** The model as the file has it: one line for each operation and shape, so that a change of it can be read. */
export function formatModel({ protocol, xmlNamespace, operations, shapes }: Model): string {
  const lines = (table: object) =>
    Object.entries(table)
      .map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)
      .join(',\n');
  return `{"protocol":${JSON.stringify(protocol)},"xmlNamespace":${JSON.stringify(xmlNamespace)},\n"operations":{\n${lines(operations)}},\n"shapes":{\n${lines(shapes)}}}\n`;
}

/** Follows a reference to the schema itself, and says what the reference adds. */
export function resolve(reference: unknown): { schema: Schema; traits: Traits } {
  const target: unknown = typeof reference === 'function' ? reference() : reference;
  if (Array.isArray(target) && target.length === 2) {
    const [inner, traits] = target;
    return { schema: resolve(inner).schema, traits: typeof traits === 'object' ? traits : {} };
  }
  return { schema: target as Schema, traits: {} };
}

function end(add: (reference: unknown) => Target, reference: unknown): Target | null {
  return resolve(reference).schema === 'unit' ? null : add(reference);
}

/** Adds what is referred to, and all that it reaches, to `shapes`. @returns how to refer to it in the model */
function addShape(shapes: Record<string, ModelShape>, overlay: Overlay, reference: unknown): Target {
  const { schema } = resolve(reference);
  if (!Array.isArray(schema)) return addNumbered(shapes, schema);
  const [kind, , name] = schema as [number, string, string];
  if (kind === SIMPLE) return addNumbered(shapes, schema[4]);
  if (Object.hasOwn(shapes, name)) return name;
  if (kind === LIST) {
    const shape = { list: '', item: resolve(schema[4]).traits.xmlName ?? 'member' };
    shapes[name] = shape;
    shape.list = addShape(shapes, overlay, schema[4]);
    return name;
  }
  if (kind === MAP) {
    shapes[name] = { map: addShape(shapes, overlay, schema[5]) };
    return name;
  }
  if (kind !== STRUCTURE && kind !== UNION) throw new Error(`${name} is of a kind that is not known: ${kind}`);
  addStructure(shapes, overlay, schema);
  return name;
}

function addNumbered(shapes: Record<string, ModelShape>, schema: unknown): Target {
  if (schema === NUMBER) return 'integer';
  const leaf = LEAVES[schema as number];
  if (leaf) return leaf;
  const element = numberedLeaf(schema, LIST_OF);
  if (element) {
    shapes[`${element}[]`] = { list: element, item: 'member' };
    return `${element}[]`;
  }
  const value = numberedLeaf(schema, MAP_OF);
  if (!value) throw new Error(`a schema is not known: ${schema}`);
  shapes[`${value}{}`] = { map: value };
  return `${value}{}`;
}

function numberedLeaf(schema: unknown, base: number): Leaf | undefined {
  const leaf = (schema as number) - base;
  return leaf === NUMBER ? 'integer' : LEAVES[leaf];
}

function addStructure(shapes: Record<string, ModelShape>, overlay: Overlay, schema: readonly unknown[]): void {
  const [, , name, , names, references, requiredCount = 0] = schema as [
    number,
    string,
    string,
    unknown,
    string[],
    unknown[],
    number?,
  ];
  const members: ModelMember[] = [];
  const shape: ModelShape = { members };
  shapes[name] = shape;
  names.forEach((member, index) => {
    const { traits } = resolve(references[index]);
    const target = overlay.doubles.includes(`${name}.${member}`)
      ? 'double'
      : addShape(shapes, overlay, references[index]);
    members.push([member, target, queryName(overlay.protocol, member, traits), traits.xmlName ?? member]);
  });
  if (requiredCount > 0) shape.required = names.slice(0, requiredCount);
  for (const added of overlay.members.filter((candidate) => candidate.shape === name)) {
    members.splice(names.indexOf(added.after) + 1, 0, added.member);
  }
  shape.members = overlay.protocol === 'ec2' ? simplestFirst(members, shapes) : members;
}

/** A member's name in a request: the ec2 protocol begins it with a capital letter, awsQuery takes it as it is. */
function queryName(protocol: Protocol, member: string, { xmlName, ec2QueryName }: Traits): string {
  const name = xmlName ?? member;
  if (protocol === 'awsQuery') return name;
  return ec2QueryName ?? `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/**
 * AWS answers with an instance's own values before the lists in it, and fog's parser needs that: it takes the end of a
 * nested `<item>` for the end of the instance. The schemas have another order, so that leaves are put before structures
 * and structures before lists; within each the order stays.
 */
function simplestFirst(members: ModelMember[], shapes: Record<string, ModelShape>): ModelMember[] {
  const rank = ([, target]: ModelMember) => {
    const shape = shapes[target];
    if (!shape) return 0;
    return 'list' in shape ? 2 : 1;
  };
  return members.toSorted((a, b) => rank(a) - rank(b));
}
