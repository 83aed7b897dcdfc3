/**
 * ListMetadataRequests, `GET /openimds/instances/:InstanceId/metadata-requests`: who has asked the instance's metadata
 * service lately, how, and how often in all (docs/operating.md).
 *
 * `After` leaves out the requests up to that number, for who has seen those. The host remembers; nothing of it is stored.
 */

import { invalidParameterValue } from '../../../aws-errors.ts';
import type { MetadataRequest, MetadataRequestCounts } from '../../../host-model.ts';
import { hostOf } from '../../instance-host.ts';
import { findInstance, instanceArns } from '../../instances.ts';
import { expectParameters, type OwnAction } from '../../own-call.ts';

export type ListedRequests = { InstanceId: string; Counts: MetadataRequestCounts; Requests: MetadataRequest[] };

/** @throws UnknownParameter, InvalidParameterValue, InvalidInstanceID.*, UnauthorizedOperation, Unavailable */
export const listMetadataRequests: OwnAction<ListedRequests> = async (call) => {
  expectParameters(call, ['After']);
  const after = readAfter(call.query.get('After'));
  const instance = await findInstance(call, call.path.InstanceId);
  await call.permit(instanceArns(call, [instance]));
  const { InstanceId } = instance;
  return async (hosts) => ({ InstanceId, ...(await hostOf(instance, hosts).metadataRequests(InstanceId, after)) });
};

function readAfter(text = '0'): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw invalidParameterValue('the value of `After` must be the number of a request');
}
