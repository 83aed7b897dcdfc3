/**
 * The encoded message of a denial: everything that was decided upon, for who may decode it (aws-behaviour 4.3).
 *
 *   base64url of   nonce, 12 bytes | AES-256-GCM of deflated JSON | tag, 16 bytes
 *
 * It is encrypted with a key of the installation and remembered nowhere: callers learn nothing from it, and only this
 * installation reads it back.
 */

import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { invalidAuthorizationMessage } from '../aws-errors.ts';
import type { ContextEntry } from '../iam/context.ts';
import type { Decision, MatchedStatement, Request } from '../iam/evaluate.ts';
import type { Condition, Located } from '../iam/policy/policy.ts';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** A policy is smaller, and so is what a request can be asked about. */
const MOST_BYTES = 1024 * 1024;

export function encodeAuthorizationMessage(installationKey: Uint8Array, request: Request, decision: Decision): string {
  const nonce = newNonce();
  const cipher = createCipheriv(ALGORITHM, keyOf(installationKey), nonce);
  const packed = deflateRawSync(JSON.stringify(messageOf(request, decision)));
  return Buffer.concat([nonce, cipher.update(packed), cipher.final(), cipher.getAuthTag()]).toString('base64url');
}

/** One with which no message begins with `-`, as programs to which it is given would take that for an option. */
function newNonce(): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  nonce.writeUInt8(nonce.readUInt8(0) & 0x7f);
  return nonce;
}

/** @returns JSON @throws InvalidAuthorizationMessageException */
export function decodeAuthorizationMessage(installationKey: Uint8Array, encoded: string): string {
  try {
    const bytes = Buffer.from(encoded, 'base64url');
    const decipher = createDecipheriv(ALGORITHM, keyOf(installationKey), bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    const packed = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    return inflateRawSync(packed, { maxOutputLength: MOST_BYTES }).toString();
  } catch {
    throw invalidAuthorizationMessage();
  }
}

function keyOf(installationKey: Uint8Array): Buffer {
  return createHmac('sha256', installationKey).update('authorization messages').digest();
}

/** In AWS's form, in which every list is below `items`. */
function messageOf({ principal, action, resource, context }: Request, { decision, matched }: Decision): object {
  return {
    allowed: decision === 'allowed',
    explicitDeny: decision === 'explicitDeny',
    matchedStatements: { items: matched.map(({ statement }) => statementOf(statement)) },
    failures: { items: [] },
    context: {
      principal: { id: principal.id, name: principal.name ?? principal.id.replace(/^[^:]*:/, ''), arn: principal.arn },
      action,
      resource,
      conditions: { items: [...context.values()].map(entryOf) },
    },
  };
}

function statementOf(statement: MatchedStatement['statement']): object {
  return {
    statementId: statement.Sid ?? '',
    effect: statement.Effect.toUpperCase(),
    principals: valuesOf(statement.Principal ?? []),
    principalGroups: { items: [] },
    actions: valuesOf(statement.Action ?? statement.NotAction ?? []),
    resources: valuesOf(statement.Resource ?? statement.NotResource ?? []),
    conditions: { items: statement.Condition.map(conditionOf) },
  };
}

function conditionOf({ key, values }: Condition): object {
  return { key, values: valuesOf(values) };
}

function entryOf({ key, values }: ContextEntry): object {
  return { key, values: { items: values.map((value) => ({ value })) } };
}

function valuesOf(located: readonly Located[]): object {
  return { items: located.map(({ text }) => ({ value: text })) };
}
