/**
 * `openimds certificates`: what verifies the identity documents of a Region's instances, and SSH keys pushed to them.
 *
 * PEM by itself, to redirect into a file; each certificate stands under a line that names it, which readers of PEM pass
 * over, or alone where one is asked for by name. A table for people, the whole answer for programs.
 */

import { X509Certificate } from 'node:crypto';
import type { ListedCertificates } from '../api/actions/openimds/list-certificates.ts';
import type { CertificateName } from '../model.ts';
import { connectTo, type Target } from './control-plane.ts';
import { aligned } from './ls.ts';
import { format, type OutputFormat } from './output.ts';
import { printable, printableLines } from './printable.ts';

export type CertificatesOptions = { name?: CertificateName; output?: OutputFormat | 'table' };

/** What is below `dynamic/instance-identity/`, or beside it, by the certificate that verifies it. */
const VERIFIES: Record<CertificateName, string> = {
  DSA: 'pkcs7',
  RSA: 'signature',
  'RSA-2048': 'rsa2048',
  'DSA-2048': 'dsa2048',
  'INSTANCE-CONNECT': 'managed-ssh-keys',
};

const NAMES = Object.keys(VERIFIES) as CertificateName[];

export async function printCertificates(target: Target, options: CertificatesOptions): Promise<number> {
  const ask = await connectTo(target);
  const answer = await ask<ListedCertificates>('GET', 'certificates');
  const names = options.name === undefined ? NAMES : [options.name];
  const listed: Listed[] = names.map((each) => [each, answer.Certificates[each]]);
  process.stdout.write(`${await shown(answer.Region, listed, options)}\n`);
  return 0;
}

type Listed = [name: CertificateName, pem: string];

async function shown(Region: string, listed: Listed[], { name, output }: CertificatesOptions): Promise<string> {
  if (output === undefined) {
    return listed.map(([each, pem]) => (name ? pemText(pem) : `${title(Region, each)}\n${pemText(pem)}`)).join('\n');
  }
  if (output === 'table') return aligned([HEADINGS, ...listed.map(row)]).join('\n');
  if (output === 'text') return format(listed.map(row), output);
  return format({ Region, Certificates: Object.fromEntries(listed) }, output);
}

function title(Region: string, name: CertificateName): string {
  return printable(`# ${Region} ${name}, for ${VERIFIES[name]}`);
}

function pemText(pem: string): string {
  return printableLines(pem.trimEnd());
}

const HEADINGS = ['Name', 'Verifies', 'Valid until', 'SHA-256 fingerprint'];

function row([name, pem]: Listed): string[] {
  const { validToDate, fingerprint256 } = new X509Certificate(pem);
  return [
    name,
    VERIFIES[name],
    validToDate.toISOString().slice(0, 10),
    fingerprint256.replaceAll(':', '').toLowerCase(),
  ];
}
