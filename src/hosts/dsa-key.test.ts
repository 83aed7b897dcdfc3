/** DSA keys by OpenSSL's own check, and that nobody has chosen the primes of their parameters. */

import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, type KeyObject } from 'node:crypto';
import { expect, test } from 'vitest';
import { partsOf } from '../der.ts';
import { newDsaKey } from './dsa-key.ts';

function number(der: Buffer | undefined): bigint {
  expect(der?.[0]).toBe(0x02);
  const at = (der?.[1] as number) < 0x80 ? 2 : 2 + ((der?.[1] as number) - 0x80);
  return BigInt(`0x${der?.subarray(at).toString('hex')}`);
}

function parametersOf(key: KeyObject): [p: bigint, q: bigint, g: bigint] {
  const [, algorithm = Buffer.alloc(0)] = partsOf(key.export({ type: 'pkcs8', format: 'der' }));
  const [p, q, g] = partsOf(partsOf(algorithm)[1] as Buffer);
  return [number(p), number(q), number(g)];
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let [square, rest] = [base, exponent]; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

test('a key that is not one is refused by the check that the next test relies on', () => {
  const wrong = newDsaKey().export({ type: 'pkcs8', format: 'der' });
  // The last byte of p, which is then no prime.
  const parameters = wrong.indexOf(Buffer.from('fa51', 'hex'));
  wrong[parameters + 1] = 0x53;
  const { status } = spawnSync('openssl', ['pkey', '-check', '-noout', '-inform', 'DER'], { input: wrong });
  expect(status).not.toBe(0);
});

test('OpenSSL finds a key consistent and its parameters sound', () => {
  const input = newDsaKey().export({ type: 'pkcs8', format: 'pem' }) as string;
  const text = execFileSync('openssl', ['pkey', '-check', '-text', '-noout'], { input, encoding: 'utf8' });
  expect(text).toContain('Key is valid');
  expect(text).toContain('Private-Key: (2048 bit)');
});

test('no key is like another, and all have the same parameters', () => {
  const keys = Array.from({ length: 20 }, newDsaKey);
  const pems = keys.map((key) => key.export({ type: 'pkcs8', format: 'pem' }));
  expect(new Set(pems).size).toBe(20);
  expect(new Set(keys.map((key) => parametersOf(key).join())).size).toBe(1);
});

test('the parameters follow from the seed as FIPS 186-4, A.1.1.2 says, so that nobody chose them', () => {
  const [p, q, g] = parametersOf(newDsaKey());
  const seed = BigInt('0x57b8431bd19d1d948d81a101116691571ad20e76d0680031dae783747909bc70');
  const counter = 239n;
  const sha256 = (input: bigint) => {
    const bytes = Buffer.from((input % 2n ** 256n).toString(16).padStart(64, '0'), 'hex');
    return BigInt(`0x${createHash('sha256').update(bytes).digest('hex')}`);
  };
  const u = sha256(seed) % 2n ** 255n;
  expect(q).toBe(2n ** 255n + u + 1n - (u % 2n));
  const offset = 1n + counter * 8n;
  const v = Array.from({ length: 8 }, (_, j) => sha256(seed + offset + BigInt(j)) << BigInt(256 * j));
  const x = (v.reduce((sum, each) => sum + each) % 2n ** 2047n) + 2n ** 2047n;
  expect(p).toBe(x - ((x % (2n * q)) - 1n));
  expect(g).toBe(power(2n, (p - 1n) / q, p));
});
