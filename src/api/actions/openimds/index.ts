/**
 * The routes of our own API, below `/openimds/` (docs/operating.md). Each action is in the file that is named after it.
 *
 * A new one needs a case in every-own-action.test.ts, where who may not is turned away.
 */

import type { OwnRoute } from '../../own-call.ts';
import { attachInstance } from './attach-instance.ts';
import { cancelInstanceEvents } from './cancel-instance-events.ts';
import { clearInstanceFaults } from './clear-instance-faults.ts';
import { completeInstanceEvent } from './complete-instance-event.ts';
import { createInstanceEvents } from './create-instance-events.ts';
import { detachInstance } from './detach-instance.ts';
import { getInstanceFaults } from './get-instance-faults.ts';
import { getInstanceMetadata } from './get-instance-metadata.ts';
import { listCertificates } from './list-certificates.ts';
import { listInstanceEvents } from './list-instance-events.ts';
import { listInstances } from './list-instances.ts';
import { listMetadataRequests } from './list-metadata-requests.ts';
import { modifyInstanceFaults } from './modify-instance-faults.ts';

const INSTANCES = '/openimds/instances';
const EVENTS = `${INSTANCES}/:InstanceId/events`;
const ATTACHMENT = `${INSTANCES}/:InstanceId/attachment`;
const FAULTS = `${INSTANCES}/:InstanceId/faults`;

export const ownRoutes: readonly OwnRoute[] = [
  {
    method: 'GET',
    url: '/openimds/certificates',
    action: 'openimds:ListCertificates',
    run: listCertificates,
    needsRegionKeys: true,
  },
  { method: 'GET', url: INSTANCES, action: 'openimds:ListInstances', run: listInstances },

  { method: 'GET', url: EVENTS, action: 'openimds:ListInstanceEvents', run: listInstanceEvents },
  { method: 'POST', url: EVENTS, action: 'openimds:CreateInstanceEvents', run: createInstanceEvents },
  { method: 'DELETE', url: EVENTS, action: 'openimds:CancelInstanceEvents', run: cancelInstanceEvents },
  { method: 'DELETE', url: `${EVENTS}/:EventId`, action: 'openimds:CancelInstanceEvents', run: cancelInstanceEvents },
  {
    method: 'POST',
    url: `${EVENTS}/:EventId/complete`,
    action: 'openimds:CompleteInstanceEvent',
    run: completeInstanceEvent,
  },

  { method: 'GET', url: FAULTS, action: 'openimds:GetInstanceFaults', run: getInstanceFaults },
  { method: 'PATCH', url: FAULTS, action: 'openimds:ModifyInstanceFaults', run: modifyInstanceFaults },
  { method: 'DELETE', url: FAULTS, action: 'openimds:ClearInstanceFaults', run: clearInstanceFaults },

  {
    method: 'GET',
    url: `${INSTANCES}/:InstanceId/metadata`,
    action: 'openimds:GetInstanceMetadata',
    run: getInstanceMetadata,
  },
  {
    method: 'GET',
    url: `${INSTANCES}/:InstanceId/metadata-requests`,
    action: 'openimds:ListMetadataRequests',
    run: listMetadataRequests,
  },

  { method: 'POST', url: ATTACHMENT, action: 'openimds:AttachInstance', run: attachInstance },
  { method: 'DELETE', url: ATTACHMENT, action: 'openimds:DetachInstance', run: detachInstance },
];
