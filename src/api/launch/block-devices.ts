/**
 * The block devices of a launch as metadata shows them, beside the root device: EBS volumes as `ebs1`, `ebs2` and so on in
 * the request's order, instance store volumes by the names that the request gives them.
 *
 * There are no volumes here: nothing is made, and what the request says of their sizes and kinds does nothing.
 */

import type { BlockDeviceMapping } from '@aws-sdk/client-ec2';
import { invalidBlockDeviceMapping, missingParameter } from '../../aws-errors.ts';
import type { InstanceType } from '../../catalogue/instance-types.ts';
import type { BlockDevice, Image } from '../../model.ts';

/** What AWS lets a device be called (UG/device_naming), and what root devices are called. */
const DEVICE = /^(?:\/dev\/)?(?:[sh]d[a-z]|xvd[a-z]{1,2}|sda1)$/;
const VIRTUAL = /^ephemeral(?:1?\d|2[0-3])$/;

/** @throws InvalidBlockDeviceMapping, MissingParameter */
export function readBlockDevices(
  mappings: BlockDeviceMapping[] | undefined,
  { RootDeviceName }: Pick<Image, 'RootDeviceName'>,
  type: InstanceType,
): BlockDevice[] {
  const checked = (mappings ?? []).map((mapping) => checkMapping(mapping, RootDeviceName));
  refuseTwice(checked.map(({ DeviceName }) => DeviceName));
  refuseTwice(checked.flatMap(({ VirtualName }) => VirtualName ?? []));
  let volumes = 0;
  return checked.flatMap(({ DeviceName, VirtualName, NoDevice }): BlockDevice[] => {
    if (DeviceName === bare(RootDeviceName) || NoDevice !== undefined) return [];
    if (VirtualName === undefined) return [{ VirtualName: `ebs${++volumes}`, DeviceName }];
    return hasMappedStore(type) ? [{ VirtualName, DeviceName }] : [];
  });
}

/** The mapping with its device's bare name. */
function checkMapping(
  { DeviceName, VirtualName, Ebs, NoDevice }: BlockDeviceMapping,
  root: string,
): BlockDeviceMapping & { DeviceName: string } {
  if (!DeviceName) throw invalidBlockDeviceMapping('Missing device name');
  if (DeviceName !== root && !DEVICE.test(DeviceName)) {
    throw invalidBlockDeviceMapping(`Invalid device name ${DeviceName}`);
  }
  const name = bare(DeviceName);
  // The image maps its root device under its full name, so that another spelling is a second mapping.
  if (name === bare(root) && DeviceName !== root) throw usedTwice(name);
  if (name === bare(root) && (VirtualName !== undefined || NoDevice !== undefined)) {
    throw invalidBlockDeviceMapping(`the root device \`${root}\` is an EBS volume and cannot be another or none`);
  }
  if (NoDevice !== undefined) return { DeviceName: name, NoDevice };
  if (VirtualName === undefined && Ebs === undefined) throw missingParameter('ebs');
  if (VirtualName === undefined) return { DeviceName: name };
  if (Ebs !== undefined) {
    throw invalidBlockDeviceMapping(`the device \`${DeviceName}\` is either an EBS volume or \`${VirtualName}\``);
  }
  if (!VIRTUAL.test(VirtualName)) {
    throw invalidBlockDeviceMapping(
      `\`${VirtualName}\` is no virtual device; they are \`ephemeral0\` to \`ephemeral23\``,
    );
  }
  return { DeviceName: name, VirtualName };
}

function refuseTwice(names: string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw usedTwice(twice);
}

function usedTwice(name: string) {
  return invalidBlockDeviceMapping(`The device '${name}' is used in more than one block-device mapping`);
}

/** What AWS's metadata and errors call a device: `sdf` for `/dev/sdf`. */
function bare(name: string): string {
  return name.replace(/^\/dev\//, '');
}

/** NVMe volumes are there by themselves, and a mapping of them has no effect. */
function hasMappedStore({ InstanceStorageSupported, NvmeSupport }: InstanceType): boolean {
  return InstanceStorageSupported && NvmeSupport === 'unsupported';
}
