/**
 * The routes of our own API, below `/openimds/` (docs/operating.md). Each action is in the file that is named after it.
 */

import type { OwnRoute } from '../../own-call.ts';
import { clearInstanceFaults } from './clear-instance-faults.ts';
import { getInstanceFaults } from './get-instance-faults.ts';
import { listInstances } from './list-instances.ts';
import { modifyInstanceFaults } from './modify-instance-faults.ts';

const FAULTS = '/openimds/instances/:InstanceId/faults';

export const ownRoutes: readonly OwnRoute[] = [
  { method: 'GET', url: '/openimds/instances', action: 'openimds:ListInstances', run: listInstances },
  { method: 'GET', url: FAULTS, action: 'openimds:GetInstanceFaults', run: getInstanceFaults },
  { method: 'PATCH', url: FAULTS, action: 'openimds:ModifyInstanceFaults', run: modifyInstanceFaults },
  { method: 'DELETE', url: FAULTS, action: 'openimds:ClearInstanceFaults', run: clearInstanceFaults },
];
