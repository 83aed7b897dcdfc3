/**
 * Writes the answers of AWS's Query protocol: an operation's output, or an error, as XML (aws-behaviour 3.1).
 *
 * It promises well-formed XML whatever the values are, elements in the model's order, nothing for what is undefined, and
 * no member that the model does not know. It runs on every request: a writer is made once for each shape, and kept.
 */

import { isoMilliseconds } from '../clock.ts';
import { ec2 } from './ec2.ts';
import type { Leaf, List, MapShape, Protocol, Service, Shape, Structure } from './model.ts';
import { escapeText } from './xml.ts';

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/**
 * @param operation for example `RunInstances`
 * @param output members as the AWS SDK's output types name them; not looked at where the operation answers only that it
 * succeeded
 */
export function writeResponse(operation: string, output: object, requestId: string, service: Service = ec2): string {
  const shape = service.operations.get(operation);
  if (!shape) throw new Error(`the model has no operation ${operation}`);
  const content = shape.output && writerOf(shape.output)('', output);
  const inside = FRAMES[service.protocol](operation, content, escapeText(requestId));
  return `${DECLARATION}<${operation}Response xmlns="${service.xmlNamespace}">${inside}</${operation}Response>`;
}

/** What stands around the members of the output; `content` is undefined where there is only success to tell. */
const FRAMES: Readonly<Record<Protocol, (operation: string, content: string | undefined, id: string) => string>> = {
  ec2: (_operation, content = '<return>true</return>', id) => `<requestId>${id}</requestId>${content}`,
  awsQuery: (operation, content, id) => {
    const result = content === undefined ? '' : `<${operation}Result>${content}</${operation}Result>`;
    return `${result}<ResponseMetadata><RequestId>${id}</RequestId></ResponseMetadata>`;
  },
};

/** An error of a service of the awsQuery protocol. @param status of HTTP, which says whose doing it is */
export function writeErrorResponse(
  { xmlNamespace }: Pick<Service, 'xmlNamespace'>,
  { code, status, message }: { code: string; status: number; message: string },
  requestId: string,
): string {
  const type = status < 500 ? 'Sender' : 'Receiver';
  const error = `<Error><Type>${type}</Type><Code>${escapeText(code)}</Code><Message>${escapeText(message)}</Message></Error>`;
  return `${DECLARATION}<ErrorResponse xmlns="${xmlNamespace}">${error}<RequestId>${escapeText(requestId)}</RequestId></ErrorResponse>`;
}

/** EC2's. Note `RequestID`, which is `requestId` in the answer to a request that succeeds. */
export function writeError(code: string, message: string, requestId: string): string {
  const error = `<Error><Code>${escapeText(code)}</Code><Message>${escapeText(message)}</Message></Error>`;
  return `${DECLARATION}<Response><Errors>${error}</Errors><RequestID>${escapeText(requestId)}</RequestID></Response>`;
}

/** Appends the content of an element to `xml`. Appending to one string is what the engine does fastest. */
type Writer = (xml: string, value: unknown) => string;

const writers = new WeakMap<Shape, Writer>();

function writerOf(shape: Shape): Writer {
  const known = writers.get(shape);
  if (known) return known;
  const writer = makeWriter(shape);
  writers.set(shape, writer);
  return writer;
}

function makeWriter(shape: Shape): Writer {
  switch (shape.kind) {
    case 'structure':
      return structureWriter(shape);
    case 'list':
      return listWriter(shape);
    case 'map':
      return mapWriter(shape);
    case 'timestamp':
      return leafWriter(shape.milliseconds === 'always' ? milliseconds : millisecondsIfAny);
    default:
      return leafWriter(LEAF_TEXT[shape.kind]);
  }
}

function structureWriter({ members }: Structure): Writer {
  const elements = members.map(({ name, xmlName, shape }) => ({ name, write: elementWriter(xmlName, shape) }));
  return (before, value) => {
    const structure = value as Record<string, unknown>;
    let xml = before;
    for (const { name, write } of elements) {
      const member = structure[name];
      if (member !== undefined && member !== null) xml = write(xml, member);
    }
    return xml;
  };
}

function listWriter({ item, element }: List): Writer {
  const writeItem = elementWriter(item, element);
  return (xml, value) => (value as unknown[]).reduce(writeItem, xml);
}

/** `<entry><key>…</key><value>…</value></entry>`, as awsQuery has maps. */
function mapWriter({ value }: MapShape): Writer {
  const writeValue = elementWriter('value', value);
  return (before, map) =>
    Object.entries(map as object).reduce(
      (xml, [key, each]) => `${writeValue(`${xml}<entry><key>${escapeText(key)}</key>`, each)}</entry>`,
      before,
    );
}

/** Appends a whole element. The writer of its content is looked up when first needed: a shape may contain itself. */
function elementWriter(tag: string, shape: Shape): Writer {
  const open = `<${tag}>`;
  const close = `</${tag}>`;
  const empty = `<${tag}/>`;
  let writeContent: Writer | undefined;
  return (xml, value) => {
    writeContent ??= writerOf(shape);
    const opened = xml + open;
    const written = writeContent(opened, value);
    return written.length === opened.length ? xml + empty : written + close;
  };
}

function leafWriter(text: (value: unknown) => string): Writer {
  return (xml, value) => xml + text(value);
}

function milliseconds(value: unknown): string {
  return isoMilliseconds((value as Date).getTime());
}

function millisecondsIfAny(value: unknown): string {
  return milliseconds(value).replace('.000Z', 'Z');
}

const LEAF_TEXT: Record<Exclude<Leaf, 'timestamp'>, (value: unknown) => string> = {
  string: (value) => escapeText(String(value)),
  boolean: String,
  integer: String,
  double: String,
  blob: (value) => Buffer.from(value as Uint8Array).toString('base64'),
};
