/**
 * ListCertificates, `GET /openimds/certificates`: what verifies the identity documents of instances in a Region.
 *
 * AWS publishes its certificates in a document; each installation has keys of its own for each Region, so it answers them.
 * There are no parameters: the Region is that of the signature, and the certificates are the same for every account.
 */

import { unknownParameter } from '../../../aws-errors.ts';
import type { IdentityKeyName, IdentityKeys } from '../../../model.ts';
import { findIdentityKeys } from '../../../store/identity-keys.ts';
import type { OwnAction } from '../../own-call.ts';

export type ListedCertificates = { Region: string; Certificates: Record<IdentityKeyName, string> };

/** The keys are in the store before the call's transaction begins (`OwnRoute.needsIdentityKeys`). */
export const listCertificates: OwnAction<ListedCertificates> = async ({ tx, scope, query, permit }) => {
  for (const [name] of query) {
    if (!name.startsWith('X-Amz-')) throw unknownParameter(name);
  }
  await permit(['*']);
  const keys = await findIdentityKeys(tx, scope.region);
  if (!keys) throw new Error(`the identity keys of ${scope.region} are missing from the store`);
  return { Region: scope.region, Certificates: certificatesOf(keys) };
};

/** Named one by one, so that nothing else of the keys can ever get into an answer. */
function certificatesOf(keys: IdentityKeys): Record<IdentityKeyName, string> {
  return {
    DSA: keys.DSA.certificate,
    RSA: keys.RSA.certificate,
    'RSA-2048': keys['RSA-2048'].certificate,
    'DSA-2048': keys['DSA-2048'].certificate,
  };
}
