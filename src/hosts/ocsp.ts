/**
 * OCSP responses (RFC 6960): an issuer says that a certificate of its own is good, for as long as the certificate is valid.
 *
 *   OCSPResponse: successful | basic response: what is said (by whom, when | which certificate, good, until when) | signature
 *
 * Such a response is made once and handed out by others (a staple): it answers no question, so there is no nonce in it.
 */

import { createHash, sign, X509Certificate } from 'node:crypto';
import { promisify } from 'node:util';
import { bitString, context, integer, NULL, octetString, oid, sequence, value } from '../der.ts';
import { distinguishedName, type Issuer, keyIdentifier } from './x509.ts';

const BASIC_RESPONSE = oid('1.3.6.1.5.5.7.48.1.1');
const SHA1 = sequence(oid('1.3.14.3.2.26'), NULL);
const SHA256_WITH_RSA = sequence(oid('1.2.840.113549.1.1.11'), NULL);
const SUCCESSFUL = value(0x0a, Buffer.of(0));
const GOOD = value(0x80);

/**
 * @param certificate as PEM
 * @param issuer with a key of RSA
 * @returns DER
 */
export async function ocspResponse(certificate: string, issuer: Issuer): Promise<Buffer> {
  const { serialNumber, validFromDate, validToDate } = new X509Certificate(certificate);
  const issuerKey = keyIdentifier(issuer.privateKey);
  const about = sequence(
    SHA1,
    octetString(createHash('sha1').update(distinguishedName(issuer.commonName)).digest()),
    octetString(issuerKey),
    integer(BigInt(`0x${serialNumber}`)),
  );
  const from = generalizedTime(validFromDate);
  const said = sequence(
    context(2, octetString(issuerKey)),
    from,
    sequence(sequence(about, GOOD, from, context(0, generalizedTime(validToDate)))),
  );
  const signature = await promisify(sign)('sha256', said, issuer.privateKey);
  const basic = sequence(said, SHA256_WITH_RSA, bitString(signature));
  return sequence(SUCCESSFUL, context(0, sequence(BASIC_RESPONSE, octetString(basic))));
}

/** OCSP has this form of time for every year, and certificates not before 2050. */
function generalizedTime(date: Date): Buffer {
  return value(0x18, Buffer.from(`${date.toISOString().slice(0, 19).replaceAll(/\D/g, '')}Z`));
}
