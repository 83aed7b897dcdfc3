/**
 * AWS's Query protocol from the client's side: an input as a form, and the XML of an answer as an output.
 *
 *   { InstanceIds: ['i-0…'] }  ── writeForm ──>  InstanceId.1=i-0…
 *   <DescribeInstancesResponse>…  ── readOutput ──>  { Reservations: […] }
 *
 * Both follow the model from which the server works too, so that the console knows every member that it has. Names and
 * types are those of the AWS SDK.
 */

import type { Service, Shape, Structure } from '../../../src/protocol/model.ts';
import { ApiError } from './api-error.ts';

/** @throws Error for a member or an operation that the model does not have: a mistake in the console */
export function writeForm(service: Service, operation: string, input: object): URLSearchParams {
  const shape = service.operations.get(operation)?.input;
  if (!shape) throw new Error(`the model has no operation ${operation}`);
  const form = new URLSearchParams({ Action: operation, Version: versionOf(service) });
  const isFlat = service.protocol === 'ec2';
  const write = (path: string, shape: Shape, value: unknown): void => {
    if (value === undefined || value === null) return;
    if (shape.kind === 'structure') writeMembers(path, shape, value);
    else if (shape.kind === 'list') {
      const list = value as unknown[];
      if (list.length === 0 && !isFlat) form.set(path, '');
      list.forEach((each, index) => {
        write(`${path}${isFlat ? '' : `.${shape.item}`}.${index + 1}`, shape.element, each);
      });
    } else form.set(path, value instanceof Date ? value.toISOString() : String(value));
  };
  const writeMembers = (path: string, structure: Structure, value: object): void => {
    for (const [name, each] of Object.entries(value)) {
      const member = structure.members.find((candidate) => candidate.name === name);
      if (!member) throw new Error(`${operation} takes no ${name} at \`${path}\``);
      write(path === '' ? member.queryName : `${path}.${member.queryName}`, member.shape, each);
    }
  };
  writeMembers('', shape, input);
  return form;
}

/** `http://ec2.amazonaws.com/doc/2016-11-15/` ends with the version that requests name. */
function versionOf({ xmlNamespace }: Service): string {
  return /\d{4}-\d\d-\d\d/.exec(xmlNamespace)?.[0] ?? '';
}

export function readOutput(service: Service, operation: string, xml: string): object {
  const root = documentOf(xml);
  const shape = service.operations.get(operation)?.output;
  if (!shape) return {};
  const content = service.protocol === 'ec2' ? root : childOf(root, `${operation}Result`);
  return content ? (readElement(shape, content) as object) : {};
}

function readElement(shape: Shape, element: Element): unknown {
  switch (shape.kind) {
    case 'structure':
      return readStructure(shape, element);
    case 'list':
      return Array.from(element.children, (item) => readElement(shape.element, item));
    case 'map':
      return Object.fromEntries(
        Array.from(element.children, (entry) => [
          childOf(entry, 'key')?.textContent ?? '',
          readElement(shape.value, childOf(entry, 'value') ?? entry),
        ]),
      );
    case 'boolean':
      return element.textContent === 'true';
    case 'integer':
    case 'double':
      return Number(element.textContent);
    case 'timestamp':
      return new Date(element.textContent ?? '');
    default:
      return element.textContent ?? '';
  }
}

/** A list that is absent was not answered; AWS's clients leave it out as well. */
function readStructure({ members }: Structure, element: Element): object {
  const output: Record<string, unknown> = {};
  for (const child of element.children) {
    const member = members.find(({ xmlName }) => xmlName === child.localName);
    if (member) output[member.name] = readElement(member.shape, child);
  }
  return output;
}

/** What an answer that is no success says. */
export function readError(xml: string, status: number): ApiError {
  const root = documentOf(xml);
  const text = (name: string) => root.getElementsByTagName(name)[0]?.textContent ?? undefined;
  const requestId = text('RequestID') ?? text('RequestId');
  return new ApiError(text('Code') ?? `HTTP ${status}`, text('Message') ?? 'The answer is no error of AWS.', {
    status,
    requestId,
  });
}

function documentOf(xml: string): Element {
  return new DOMParser().parseFromString(xml, 'application/xml').documentElement;
}

function childOf(element: Element, name: string): Element | undefined {
  return Array.from(element.children).find(({ localName }) => localName === name);
}
