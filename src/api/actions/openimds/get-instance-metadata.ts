/**
 * GetInstanceMetadata, `GET /openimds/instances/:InstanceId/metadata`: what one path of an instance's metadata answers to the
 * instance now, its secrets left out (docs/operating.md).
 *
 * `Path` is as in a URL, `/latest/` where it is absent. The instance's host says it, so that it is what the instance gets, and
 * not what it will get once a change is applied.
 */

import { incorrectInstanceState, invalidParameterValue } from '../../../aws-errors.ts';
import type { MetadataView } from '../../../host-model.ts';
import { hostOf } from '../../instance-host.ts';
import { findInstance, instanceArns } from '../../instances.ts';
import { expectParameters, type OwnAction } from '../../own-call.ts';

export type GotMetadata = { InstanceId: string } & MetadataView;

const LONGEST_PATH = 1024;

/** @throws UnknownParameter, InvalidParameterValue, InvalidInstanceID.*, UnauthorizedOperation, Unavailable, IncorrectInstanceState */
export const getInstanceMetadata: OwnAction<GotMetadata> = async (call) => {
  expectParameters(call, ['Path']);
  const path = readPath(call.query.get('Path'));
  const instance = await findInstance(call, call.path.InstanceId);
  await call.permit(instanceArns(call, [instance]));
  return async (hosts) => {
    const { InstanceId } = instance;
    const view = await hostOf(instance, hosts).metadata(InstanceId, path);
    if (!view) throw incorrectInstanceState(InstanceId, 'asked for its metadata');
    return { InstanceId, ...view };
  };
};

function readPath(text = '/latest/'): string {
  if (text.startsWith('/') && text.length <= LONGEST_PATH) return text;
  throw invalidParameterValue(
    `the value of \`Path\` must begin with a slash and have at most ${LONGEST_PATH} characters`,
  );
}
