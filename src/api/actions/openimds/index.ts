/**
 * The routes of our own API, below `/openimds/` (docs/operating.md). Each action is in the file that is named after it.
 */

import type { OwnRoute } from '../../own-call.ts';
import { listCertificates } from './list-certificates.ts';
import { listInstances } from './list-instances.ts';

export const ownRoutes: readonly OwnRoute[] = [
  {
    method: 'GET',
    url: '/openimds/certificates',
    action: 'openimds:ListCertificates',
    run: listCertificates,
    needsIdentityKeys: true,
  },
  { method: 'GET', url: '/openimds/instances', action: 'openimds:ListInstances', run: listInstances },
];
