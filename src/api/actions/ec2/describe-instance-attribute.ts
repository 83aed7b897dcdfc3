/**
 * DescribeInstanceAttribute: one attribute of an instance. What an instance never has here is answered without a value, as
 * AWS does for what is not set.
 */

import type { DescribeInstanceAttributeRequest, InstanceAttribute } from '@aws-sdk/client-ec2';
import { unknownAttribute } from '../../../aws-errors.ts';
import type { Instance } from '../../../model.ts';
import { action } from '../../call.ts';
import { describeGroups, type Surroundings, surroundings } from '../../instance-shape.ts';
import { findInstance, instanceArns } from '../../instances.ts';

/** API/DescribeInstanceAttribute. */
export const describeInstanceAttribute = action<DescribeInstanceAttributeRequest, InstanceAttribute>(
  async (input, call) => {
    const attribute = input.Attribute ?? '';
    const describe = Object.hasOwn(ATTRIBUTES, attribute) ? ATTRIBUTES[attribute] : undefined;
    if (!describe) throw unknownAttribute(attribute);
    const instance = await findInstance(call, input.InstanceId);
    await call.permit(instanceArns(call, [instance]), input.DryRun);
    const around = await surroundings(call.tx, call.scope, [instance]);
    return { InstanceId: instance.InstanceId, ...describe(instance, around) };
  },
);

/** Attribute names of API/DescribeInstanceAttribute. AWS lists `enaSupport` among them, and answers that it is unknown. */
const ATTRIBUTES: Record<string, (instance: Instance, around: Surroundings) => InstanceAttribute> = {
  blockDeviceMapping: () => ({ BlockDeviceMappings: [] }),
  disableApiStop: ({ DisableApiStop }) => ({ DisableApiStop: { Value: DisableApiStop ?? false } }),
  disableApiTermination: ({ DisableApiTermination }) => ({
    DisableApiTermination: { Value: DisableApiTermination ?? false },
  }),
  ebsOptimized: ({ EbsOptimized }) => ({ EbsOptimized: { Value: EbsOptimized ?? false } }),
  enclaveOptions: () => ({ EnclaveOptions: { Enabled: false } }),
  groupSet: (instance, around) => ({ Groups: describeGroups(instance, around) }),
  instanceInitiatedShutdownBehavior: ({ InstanceInitiatedShutdownBehavior }) => ({
    InstanceInitiatedShutdownBehavior: { Value: InstanceInitiatedShutdownBehavior ?? 'stop' },
  }),
  instanceType: ({ InstanceType }) => ({ InstanceType: { Value: InstanceType } }),
  kernel: () => ({ KernelId: {} }),
  productCodes: () => ({ ProductCodes: [] }),
  ramdisk: () => ({ RamdiskId: {} }),
  rootDeviceName: ({ RootDeviceName }) => ({ RootDeviceName: { Value: RootDeviceName } }),
  sourceDestCheck: ({ NetworkInterfaces: [primary] }) => ({
    SourceDestCheck: { Value: primary.SourceDestCheck ?? true },
  }),
  sriovNetSupport: () => ({ SriovNetSupport: {} }),
  userData: ({ UserData }) => ({ UserData: { Value: UserData } }),
};
