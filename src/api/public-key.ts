/**
 * A public key as ImportKeyPair takes it, in any of AWS's formats, as one OpenSSH line with its fingerprint.
 *
 *   ssh-ed25519 AAAA… comment               OpenSSH
 *   ---- BEGIN SSH2 PUBLIC KEY ----         RFC 4716
 *   -----BEGIN PUBLIC KEY-----              PEM, and its content alone: base64 of DER, or DER
 *
 * RSA from 1,024 to 4,096 bits and Ed25519 (UG/create-key-pairs). Pure; a private key is never taken for a public one.
 */

import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { invalidKeyFormat } from '../aws-errors.ts';
import type { KeyPair } from '../model.ts';

const LEAST_RSA_BITS = 1024;
const MOST_RSA_BITS = 4096;
/** Bytes; an RSA key of 4,096 bits needs 800 as PEM. */
const LONGEST = 16_384;

/** @throws InvalidKey.Format */
export function readPublicKey(material: Uint8Array): Pick<KeyPair, 'KeyType' | 'PublicKey' | 'KeyFingerprint'> {
  const key = material.length > LONGEST ? undefined : parse(Buffer.from(material));
  const blob = key && sshBlob(key);
  if (!key || !blob) throw invalidKeyFormat();
  const KeyType = key.asymmetricKeyType === 'rsa' ? 'rsa' : 'ed25519';
  return {
    KeyType,
    PublicKey: `ssh-${KeyType} ${blob.toString('base64')}`,
    KeyFingerprint: KeyType === 'rsa' ? rsaFingerprint(key) : createHash('sha256').update(blob).digest('base64'),
  };
}

/**
 * MD5 of the DER form with colons. The API reference says "section 4 of RFC 4716", which is MD5 of the SSH form; what
 * AWS answers is this (UG/verify-keys).
 */
function rsaFingerprint(key: KeyObject): string {
  const der = key.export({ type: 'spki', format: 'der' });
  return createHash('md5')
    .update(der)
    .digest('hex')
    .replace(/..(?=.)/g, '$&:');
}

// ─── Formats ─────────────────────────────────────────────────────────────────────────────────────────────────────────

function parse(material: Buffer): KeyObject | undefined {
  const text = material.toString('latin1').trim();
  if (/^-----BEGIN (?:RSA )?PUBLIC KEY-----/.test(text)) return attempt(() => createPublicKey(text));
  const ssh2 = /^---- BEGIN SSH2 PUBLIC KEY ----\r?\n([\s\S]*)\n---- END SSH2 PUBLIC KEY ----$/.exec(text);
  if (ssh2?.[1] !== undefined) return fromSshBlob(ssh2Body(ssh2[1]));
  const [, type, base64 = ''] =
    /^(ssh-(?:rsa|ed25519))[ \t]+([A-Za-z0-9+/]+={0,2})(?:[ \t][^\r\n]*)?$/.exec(text) ?? [];
  if (type !== undefined) return fromSshBlob(Buffer.from(base64, 'base64'), type);
  const isBase64 = /^[A-Za-z0-9+/\s]+={0,2}$/.test(text);
  return fromDer(isBase64 ? Buffer.from(text, 'base64') : material);
}

function fromDer(key: Buffer): KeyObject | undefined {
  return attempt(() => createPublicKey({ key, format: 'der', type: 'spki' }));
}

/** The base64 after the headers, each of which may go on over lines that end in a backslash. */
function ssh2Body(content: string): Buffer {
  const withoutHeaders = content.replace(/^[^:\r\n]{1,64}:(?:[^\r\n]*\\\r?\n)*[^\r\n]*$/gm, '');
  return Buffer.from(withoutHeaders, 'base64');
}

/**
 * RFC 4253 6.6 and RFC 8709 4. What was read is written again and compared, so that nothing is left over.
 *
 * @param expected the type that stood before the blob
 */
function fromSshBlob(blob: Buffer, expected?: string): KeyObject | undefined {
  const [type = EMPTY, first = EMPTY, second = EMPTY] = sshStrings(blob);
  if (expected !== undefined && type.toString('latin1') !== expected) return undefined;
  const [a, b] = [first.toString('base64url'), second.toString('base64url')];
  const jwk = type.equals(RSA) ? { kty: 'RSA', e: a, n: b } : { kty: 'OKP', crv: 'Ed25519', x: a };
  const key = attempt(() => createPublicKey({ format: 'jwk', key: jwk }));
  return key && sshBlob(key)?.equals(blob) ? key : undefined;
}

const RSA = Buffer.from('ssh-rsa');
const ED25519 = Buffer.from('ssh-ed25519');
const EMPTY = Buffer.alloc(0);

function sshStrings(blob: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at + 4 <= blob.length && parts.length < 3; ) {
    const start = at + 4;
    at = start + blob.readUInt32BE(at);
    parts.push(blob.subarray(start, at));
  }
  return parts;
}

/** @returns undefined for a kind or a length of key that AWS does not take */
function sshBlob(key: KeyObject): Buffer | undefined {
  const { e = '', n = '', x = '' } = key.export({ format: 'jwk' }) as { e?: string; n?: string; x?: string };
  if (key.asymmetricKeyType === 'ed25519') return sshStringsOf(ED25519, Buffer.from(x, 'base64url'));
  if (key.asymmetricKeyType !== 'rsa') return undefined;
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits < LEAST_RSA_BITS || bits > MOST_RSA_BITS) return undefined;
  return sshStringsOf(RSA, mpint(e), mpint(n));
}

function sshStringsOf(...parts: Buffer[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(part.length);
      return [length, part];
    }),
  );
}

/** A positive number: a zero goes before a first byte that would make it negative. */
function mpint(base64url: string): Buffer {
  const bytes = Buffer.from(base64url, 'base64url');
  return (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes;
}

/** node:crypto throws for what is no key. */
function attempt(read: () => KeyObject): KeyObject | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
