/**
 * An instance's metadata from outside: what a path would answer to IMDSv2 now, without a request and without its secrets.
 *
 * It is decided and made by the code that answers the instance, with a session token that nobody gets to see. So it shows
 * what the options hide too: while the endpoint is disabled there is nothing.
 */

import type { MetadataEntry, MetadataView } from '../host-model.ts';
import type { ImdsInstance } from './instance.ts';
import { foldedPath, respond } from './respond.ts';
import { mintToken } from './token.ts';
import type { Member } from './tree.ts';

/** @param asked a path as in a URL, which begins with a slash */
export function viewMetadata(instance: ImdsInstance, asked: string, nowMs: number): MetadataView {
  const path = foldedPath(asked);
  const sessionToken = mintToken(instance.tokenKey, 1, nowMs);
  const request = { method: 'GET', path, sessionToken, sessionTokenTtlSeconds: undefined, forwardedFor: false };
  const { status, reason, after } = respond({ ...request, userAgent: undefined }, instance, nowMs);
  if (status !== 200) return { Path: path, Status: status, ...(reason !== undefined && { Reason: reason }) };
  const members = instance.find(path, { nowMs, delivery: '2.0' })?.members;
  // The body stands after an empty line.
  if (members === undefined) return { Path: path, Status: status, ...value(after.slice('\r\n'.length)) };
  const directory = path.endsWith('/') ? path : `${path}/`;
  return { Path: directory, Status: status, Entries: members.map((member) => entry(directory, member)) };
}

function entry(directory: string, { listed, name, isDirectory }: Member): MetadataEntry {
  // Names have none of the characters that would need more than this.
  return { Name: listed, Path: `${directory}${encodeURI(name)}${isDirectory ? '/' : ''}` };
}

/** @param body latin1 text, one character for each byte */
function value(body: string): Pick<MetadataView, 'Value' | 'ValueEncoding'> {
  const bytes = Buffer.from(body, 'latin1');
  try {
    return { Value: withoutSecrets(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)) };
  } catch {
    return { Value: bytes.toString('base64'), ValueEncoding: 'base64' };
  }
}

/** Of credentials as JSON, by whatever path they are found: what one could sign with. */
const SECRETS = /("(?:SecretAccessKey|Token)"\s*:\s*)"(?:[^"\\]|\\.)*"/g;

function withoutSecrets(text: string): string {
  return text.includes('"SecretAccessKey"') ? text.replace(SECRETS, '$1"[redacted]"') : text;
}
