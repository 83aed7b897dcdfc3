/**
 * A model: which operations a service has, which members their input and output have, and what each is called on the wire.
 *
 *   <service>.model.json ── linkService ──> Service ──> readInput (query-request.ts), writeResponse (query-response.ts)
 *
 * The JSON file is generated from the AWS SDK's schemas (generate.ts) and committed, because importing the SDK at run time
 * would cost a hundred times as much. In it shapes are named; linking turns the names into references, once at start.
 */

// ─── The file ────────────────────────────────────────────────────────────────────────────────────────────────────────

export type Leaf = 'string' | 'boolean' | 'integer' | 'double' | 'timestamp' | 'blob';

/** A Leaf, or the name of one of the model's shapes. */
export type Target = string;

/** The member's name in the SDK, what it is, its name in a request and its name in an answer. */
export type ModelMember = [name: string, target: Target, queryName: string, xmlName: string];

export type ModelShape =
  | { list: Target; item: string }
  /** From text to what `map` says. */
  | { map: Target }
  | { members: ModelMember[]; required?: string[] };

/** Both are AWS's Query protocol; they differ in lists, in the frames of answers, and in the words of refusals. */
export type Protocol = 'ec2' | 'awsQuery';

export type Model = {
  protocol: Protocol;
  /** Of the answers. */
  xmlNamespace: string;
  /** The shapes of input and output; null where the operation has none. */
  operations: Record<string, [input: string | null, output: string | null]>;
  shapes: Record<string, ModelShape>;
};

// ─── The same, linked ────────────────────────────────────────────────────────────────────────────────────────────────

export type Structure = {
  kind: 'structure';
  /** In the order in which an answer has them. */
  members: Member[];
  required: Member[];
  byQueryName: Map<string, Member>;
};
export type List = { kind: 'list'; element: Shape; item: string };
export type MapShape = { kind: 'map'; value: Shape };
export type Shape = { kind: Exclude<Leaf, 'timestamp'> } | Timestamp | List | MapShape | Structure;
/** In an answer: EC2 always has three digits of milliseconds, the other services where there are any. */
type Timestamp = { kind: 'timestamp'; milliseconds: 'always' | 'if any' };
type Member = { name: string; shape: Shape; queryName: string; xmlName: string };

/** `output` is undefined where the operation answers only that it succeeded. */
type Operation = { name: string; input: Structure; output: Structure | undefined };

export type Service = { protocol: Protocol; xmlNamespace: string; operations: ReadonlyMap<string, Operation> };

const STRING: Shape = { kind: 'string' };

function leavesOf(protocol: Protocol): Record<Leaf, Shape> {
  return {
    string: STRING,
    boolean: { kind: 'boolean' },
    integer: { kind: 'integer' },
    double: { kind: 'double' },
    timestamp: { kind: 'timestamp', milliseconds: protocol === 'ec2' ? 'always' : 'if any' },
    blob: { kind: 'blob' },
  };
}

/** Turns the names in a model into references. Shapes may contain themselves. */
export function linkService(model: Model): Service {
  const linked = new Map<Target, Shape>(Object.entries(leavesOf(model.protocol)));

  const link = (target: Target): Shape => {
    const known = linked.get(target);
    if (known) return known;
    const shape = model.shapes[target];
    if (!shape) throw new Error(`the model has no shape ${target}`);
    if ('list' in shape) return linkList(target, shape);
    if ('map' in shape) return linkMap(target, shape.map);
    return linkStructure(target, shape.members, shape.required);
  };

  // A shape is known before its parts are linked, so that the parts may refer to it.
  const linkList = (target: Target, shape: { list: Target; item: string }): List => {
    const list: List = { kind: 'list', element: STRING, item: shape.item };
    linked.set(target, list);
    list.element = link(shape.list);
    return list;
  };
  const linkMap = (target: Target, value: Target): MapShape => {
    const map: MapShape = { kind: 'map', value: STRING };
    linked.set(target, map);
    map.value = link(value);
    return map;
  };
  const linkStructure = (target: Target, members: ModelMember[], required: string[] = []): Structure => {
    const structure: Structure = { kind: 'structure', members: [], required: [], byQueryName: new Map() };
    linked.set(target, structure);
    for (const [name, memberTarget, queryName, xmlName] of members) {
      const member: Member = { name, shape: link(memberTarget), queryName, xmlName };
      structure.members.push(member);
      structure.byQueryName.set(queryName, member);
      if (required.includes(name)) structure.required.push(member);
    }
    return structure;
  };
  const linkEnd = (target: Target | null): Structure | undefined => {
    if (target === null) return undefined;
    const shape = link(target);
    if (shape.kind !== 'structure') throw new Error(`${target} is no structure`);
    return shape;
  };

  const nothing: Structure = { kind: 'structure', members: [], required: [], byQueryName: new Map() };
  const operations = new Map<string, Operation>();
  for (const [name, [input, output]] of Object.entries(model.operations)) {
    operations.set(name, { name, input: linkEnd(input) ?? nothing, output: linkEnd(output) });
  }
  const { protocol, xmlNamespace } = model;
  return { protocol, xmlNamespace, operations };
}
