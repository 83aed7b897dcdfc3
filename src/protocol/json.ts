/**
 * AWS's JSON protocol, version 1.1: POST /, the operation named in a header, JSON in the body and in the answer.
 *
 *   X-Amz-Target: AWSEC2InstanceConnectService.SendSSHPublicKey
 *   {"InstanceId":"i-0123456789abcdef0", …}                          {"__type":"InvalidArgsException","message":"…"}
 *
 * It reads what a request says and what is wrong with its members; which service there is, is for others to know.
 */

import { serializationException } from '../aws-errors.ts';

export const JSON_TYPE = 'application/x-amz-json-1.1';

/** @param target the header @returns both empty where the form is another */
export function readTarget(target: string): { prefix: string; operation: string } {
  const [, prefix = '', operation = ''] = /^([\w.]+)\.(\w+)$/.exec(target) ?? [];
  return { prefix, operation };
}

/** Some services have `message` in their models, others `Message`, and some clients read what their model says only. */
export type MessageMember = 'message' | 'Message';

/** @param member what the service calls the message */
export function writeJsonError(
  { code, message, reason }: { code: string; message: string; reason?: string },
  member: MessageMember = 'message',
): string {
  return JSON.stringify({ __type: code, [member]: message, ...(reason !== undefined && { Reason: reason }) });
}

// ─── Members ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What AWS's model says of a member that is text: bounds in characters, and a pattern as it writes it. */
export type TextMember = { required?: true; min: number; max: number; pattern?: string };

/**
 * The text members of an input; others are ignored, as AWS does.
 *
 * @param body what the JSON says
 * @param refuse makes the service's own error of AWS's sentence about everything that is wrong
 * @throws SerializationException for what is no object, or a member that is no text
 */
export function readTextMembers<M extends Record<string, TextMember>>(
  body: unknown,
  members: M,
  refuse: (message: string) => Error,
): { [K in keyof M]: M[K] extends { required: true } ? string : string | undefined } {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw serializationException();
  const given = body as Record<string, unknown>;
  const problems = Object.entries(members).flatMap(([name, member]) => violations(name, given[name] ?? null, member));
  if (problems.length > 0) {
    const errors = problems.length === 1 ? 'error' : 'errors';
    throw refuse(`${problems.length} validation ${errors} detected: ${problems.join('; ')}`);
  }
  return Object.fromEntries(Object.keys(members).map((name) => [name, given[name] ?? undefined])) as never;
}

/** In AWS's words (aws-ssm-tools#44). */
function violations(name: string, value: unknown, { required, min, max, pattern }: TextMember): string[] {
  if (value === null) return required ? [broken(name, 'null', 'Member must not be null')] : [];
  if (typeof value !== 'string') throw serializationException(`\`${name}\` is not a string`);
  const must = [
    ...(value.length < min ? [`have length greater than or equal to ${min}`] : []),
    ...(value.length > max ? [`have length less than or equal to ${max}`] : []),
    ...(pattern && !new RegExp(pattern).test(value) ? [`satisfy regular expression pattern: ${pattern}`] : []),
  ];
  return must.map((what) => broken(name, `'${value.slice(0, max)}'`, `Member must ${what}`));
}

function broken(name: string, value: string, constraint: string): string {
  const member = name.slice(0, 1).toLowerCase() + name.slice(1);
  return `Value ${value} at '${member}' failed to satisfy constraint: ${constraint}`;
}
