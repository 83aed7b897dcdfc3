/**
 * DSA keys of 2048 bits: a random number below `q`, and a power of `g`, which OpenSSL computes from it.
 *
 * `p`, `q` and `g` are constants. They are public in every DSA key, may be shared by any number of keys (FIPS 186-4,
 * 4.3), and take seconds to find. They come from `openssl genpkey -genparam -algorithm DSA -pkeyopt
 * dsa_paramgen_bits:2048 -pkeyopt dsa_paramgen_q_bits:256 -text`, which found the primes from a random seed, so that
 * nobody chose them (FIPS 186-4, A.1.1.2, with SHA-256):
 *
 *   seed 57b8431bd19d1d948d81a101116691571ad20e76d0680031dae783747909bc70
 *   counter 239, g = 2 ^ ((p - 1) / q)
 */

import { createPrivateKey, type KeyObject, randomBytes } from 'node:crypto';
import { integer, octetString, oid, sequence } from '../der.ts';

const P = hexadecimal(`
  f133da166256a046e48093a2c28f82a2245bd2373e91caddb8021f41d92929933a66ff284548f1a5b482a59d01e153baf660
  b3e21637ab3d5a9ca078bb44b26d43ffd6d21ba4d8d8b9ef6ebed265b9ea139cac87b0217f534a9d52d3aba7c3fc37b8810c
  1791671fc3087ee9a0322d8951a4998fe2a7c0f1ec33e0917dff86b802b71e98fbbf1e465a3e81d13e3dcc5706dcc2de4e6b
  162c22617bb9507045c88c70b6e806943d279fa2ef349dfb53732e150b2b03aaf799417c9af6f991aeb2dd4caa0c26e8bf68
  71aaae38e9a4bf7ebad24004eee2026fb27db16152759b95153cea8f79688650b5ce8287a9403f16277ec4b4d2a9617b3b0c
  289a9224fa51
`);

const Q = 0xdcc61f16e1478689219d1d3935c78cceb67721df338bc1f4496376b45f3f5449n;

const G = hexadecimal(`
  5230ffb825ba25fcee31a8abdb927c545728404843b04b3ab9846231cdb4218d8c5780b1773164e24441a1d283123c656b20
  60a1b8a815fae520818c3188159f8d3a98647e003a4108fa7aa8e195a3d7afb6e5de422a0b97eca725415ad6209d384de6e5
  c747047b84db037c072607c9dad8dfdc6ce6b86b93568738744c7fe6c29e21a739108c7d75ae98aea3e0753bbf7875263878
  366449b51bca8eebb063005b56fe24e60ad7b7f84f1f3323fc093badf7116bcd0c95f6f6f05afa7c2a3d293798b6be9d61f7
  b9766e7bad669f305625e8f4d06b7a539524406144af2250d452c94971d0e84c7171e81833afdd5db3a913d97c6eb5d5e979
  a371bfd550c2
`);

const PARAMETERS = sequence(integer(P), integer(Q), integer(G));
const DSA = oid('1.2.840.10040.4.1');

export function newDsaKey(): KeyObject {
  const key = sequence(integer(0), sequence(DSA, PARAMETERS), octetString(integer(randomBelowQ())));
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}

/** From 1 to q - 1. With 64 bits more than q has, none of them is likelier than another (FIPS 186-4, B.1.1). */
function randomBelowQ(): bigint {
  return (hexadecimal(randomBytes(32 + 8).toString('hex')) % (Q - 1n)) + 1n;
}

function hexadecimal(digits: string): bigint {
  return BigInt(`0x${digits.replaceAll(/\s/g, '')}`);
}
