/**
 * Who signs the SSH keys that are pushed to the instances of a Region, made when first asked for, then kept in the store.
 *
 *   root of the installation ──> authority of the Region ──> managed-ssh-signer.REGION.DOMAIN ──> pushed keys
 *
 * An instance trusts the root; certificates and OCSP responses prove the rest (aws-behaviour 2, `managed-ssh-keys/`). All
 * are valid for thirty years, so that nothing of them is ever made anew. The authority's key is needed for no more than
 * this, and is thrown away.
 */

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { dnsDomainOf } from '../catalogue/regions.ts';
import type { Clock } from '../clock.ts';
import type { SshSigner, SshSignerProof } from '../model.ts';
import { madeOnce } from '../store/made-once.ts';
import type { Documents, Store } from '../store/store.ts';
import { ocspResponse } from './ocsp.ts';
import { newRsaKey, pemOf } from './rsa-key.ts';
import { type Issuer, sshCertificate } from './x509.ts';

/** Where a machine keeps the root, its file has this name with underscores: clients look for it so. */
const ROOT_NAME = 'OpenIMDS Instance Connect Root';
/** A machine whose clock is a little behind takes them too. */
const BACK_MS = 3_600_000;

type Root = Documents['ssh-root'];

/** What hosts are told of the signer of a Region, by the Region's name. */
export function sshSignerIn(store: Store, clock: Clock): (region: string) => Promise<SshSignerProof> {
  const rootOf = madeOnce(store, 'ssh-root', () => makeRoot(clock() - BACK_MS));
  const signerOf = madeOnce(store, 'ssh-signer', async (region) => makeSigner(region, await rootOf(''), clock()));
  return async (region) => {
    const { certificates, ocspResponses } = await signerOf(region);
    return { certificates, ocspResponses };
  };
}

async function makeRoot(fromMs: number): Promise<Root> {
  const key = await newRsaKey();
  const certificate = await sshCertificate({ commonName: ROOT_NAME, key, isAuthority: true }, fromMs);
  return { privateKey: pemOf(key), certificate };
}

async function makeSigner(region: string, { privateKey, certificate }: Root, nowMs: number): Promise<SshSigner> {
  const [key, authorityKey] = await Promise.all([newRsaKey(), newRsaKey()]);
  const root: Issuer = { commonName: ROOT_NAME, privateKey: createPrivateKey(privateKey) };
  const authority: Issuer = { commonName: `OpenIMDS Instance Connect ${region}`, privateKey: authorityKey };
  const commonName = `managed-ssh-signer.${region}.${dnsDomainOf(region)}`;
  const fromMs = nowMs - BACK_MS;
  const ofAuthority = { commonName: authority.commonName, key: authorityKey, isAuthority: true, issuer: root };
  const middle = await sshCertificate(ofAuthority, fromMs);
  const own = await sshCertificate({ commonName, key, isAuthority: false, issuer: authority }, fromMs);
  return {
    privateKey: pemOf(key),
    certificates: [own, middle, certificate].join('').trimEnd(),
    ocspResponses: Object.fromEntries([await staple(own, authority), await staple(middle, root)]),
  };
}

async function staple(certificate: string, issuer: Issuer): Promise<[fingerprint: string, response: string]> {
  const { fingerprint } = new X509Certificate(certificate);
  return [fingerprint.replaceAll(':', ''), (await ocspResponse(certificate, issuer)).toString('base64')];
}
