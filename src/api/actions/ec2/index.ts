/**
 * The EC2 actions that there are. Any other name is answered with InvalidAction.
 *
 * Each is in the file that is named exactly as the AWS CLI names its command.
 */

import type { Action } from '../../call.ts';
import { describeInstanceStatus } from './describe-instance-status.ts';
import { describeInstances } from './describe-instances.ts';
import { getInstanceMetadataDefaults } from './get-instance-metadata-defaults.ts';
import { modifyInstanceMetadataDefaults } from './modify-instance-metadata-defaults.ts';
import { modifyInstanceMetadataOptions } from './modify-instance-metadata-options.ts';
import { rebootInstances } from './reboot-instances.ts';
import { runInstances } from './run-instances.ts';
import { startInstances } from './start-instances.ts';
import { stopInstances } from './stop-instances.ts';
import { terminateInstances } from './terminate-instances.ts';

export const ec2Actions: Readonly<Record<string, Action>> = {
  DescribeInstanceStatus: describeInstanceStatus,
  DescribeInstances: describeInstances,
  GetInstanceMetadataDefaults: getInstanceMetadataDefaults,
  ModifyInstanceMetadataDefaults: modifyInstanceMetadataDefaults,
  ModifyInstanceMetadataOptions: modifyInstanceMetadataOptions,
  RebootInstances: rebootInstances,
  RunInstances: runInstances,
  StartInstances: startInstances,
  StopInstances: stopInstances,
  TerminateInstances: terminateInstances,
};
