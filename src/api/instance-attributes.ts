/**
 * Attributes of an instance that a launch may set and ModifyInstanceAttribute may change, in the form in which an Instance
 * keeps them. What they forbid is looked at where it is asked for (`state-change.ts`).
 */

import type { RunInstancesRequest } from '@aws-sdk/client-ec2';
import { invalidParameterValue } from '../aws-errors.ts';
import type { Instance, ShutdownBehavior } from '../model.ts';

type AtLaunch = Pick<
  Instance,
  'DisableApiTermination' | 'DisableApiStop' | 'InstanceInitiatedShutdownBehavior' | 'EbsOptimized'
>;

/** Those that the request gives. @throws InvalidParameterValue */
export function attributesAtLaunch(input: { [name in keyof AtLaunch]?: RunInstancesRequest[name] }): AtLaunch {
  const { DisableApiTermination, DisableApiStop, InstanceInitiatedShutdownBehavior, EbsOptimized } = input;
  return {
    ...(DisableApiTermination !== undefined && { DisableApiTermination }),
    ...(DisableApiStop !== undefined && { DisableApiStop }),
    ...(InstanceInitiatedShutdownBehavior !== undefined && {
      InstanceInitiatedShutdownBehavior: readShutdownBehavior(InstanceInitiatedShutdownBehavior),
    }),
    ...(EbsOptimized !== undefined && { EbsOptimized }),
  };
}

/** @throws InvalidParameterValue */
export function readShutdownBehavior(value: string): ShutdownBehavior {
  if (value === 'stop' || value === 'terminate') return value;
  throw invalidParameterValue(
    `Value (${value}) for parameter instanceInitiatedShutdownBehavior is invalid. Specify either 'stop' or 'terminate' and try again.`,
  );
}
