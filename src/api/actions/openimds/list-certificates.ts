/**
 * ListCertificates, `GET /openimds/certificates`: what verifies what is signed for the instances of a Region.
 *
 * AWS publishes its certificates in a document; each installation has keys of its own for each Region, so it answers them.
 * There are no parameters: the Region is that of the signature, and the certificates are the same for every account.
 */

import type { CertificateName, IdentityKeys } from '../../../model.ts';
import { findMade } from '../../../store/made-once.ts';
import { expectNoParameters, type OwnAction } from '../../own-call.ts';

export type ListedCertificates = { Region: string; Certificates: Record<CertificateName, string> };

/** The keys are in the store before the call's transaction begins (`OwnRoute.needsRegionKeys`). */
export const listCertificates: OwnAction<ListedCertificates> = async ({ tx, scope, query, permit }) => {
  expectNoParameters({ query });
  await permit(['*']);
  const keys = await findMade(tx, 'identity-keys', scope.region);
  const root = await findMade(tx, 'ssh-root', '');
  if (!keys || !root) throw new Error(`the keys of ${scope.region} are missing from the store`);
  return { Region: scope.region, Certificates: certificatesOf(keys, root) };
};

/** Named one by one, so that nothing else of the keys can ever get into an answer. */
function certificatesOf(keys: IdentityKeys, root: { certificate: string }): Record<CertificateName, string> {
  return {
    DSA: keys.DSA.certificate,
    RSA: keys.RSA.certificate,
    'RSA-2048': keys['RSA-2048'].certificate,
    'DSA-2048': keys['DSA-2048'].certificate,
    'INSTANCE-CONNECT': root.certificate,
  };
}
