/**
 * The plan of a launch: everything that its request names is looked up and every rule asked, and nothing is changed.
 *
 * What the plan holds is the same for each instance of the launch.
 */

import {
  architectureMismatch,
  invalidKeyPairNotFound,
  invalidParameterValue,
  missingParameter,
  unsupportedOperation,
} from '../../aws-errors.ts';
import { findInstanceType, type InstanceType } from '../../catalogue/instance-types.ts';
import { launchOptions } from '../../metadata-options/launch.ts';
import type { BlockDevice, Image, Instance, KeyPair, MetadataOptions, Tag } from '../../model.ts';
import type { Call } from '../call.ts';
import { findImage } from '../images.ts';
import { attributesAtLaunch } from '../instance-attributes.ts';
import { metadataDefaults } from '../metadata-defaults.ts';
import { networkOf } from '../network.ts';
import { type FoundProfile, findProfile } from '../profile-associations.ts';
import { tagsFor } from '../tags.ts';
import { readUserData } from '../user-data.ts';
import { addressesTaken } from './address-wishes.ts';
import { readBlockDevices } from './block-devices.ts';
import { fittingCount, readCount } from './instance-count.ts';
import { type InterfacePlan, planInterfaces } from './network-interfaces.ts';
import { readPlacement } from './placement.ts';
import type { LaunchRequest } from './request.ts';
import { readSpot, type SpotPlan } from './spot.ts';

/** What AWS launches when the request names no type. */
const DEFAULT_TYPE = 'm1.small';

export type LaunchPlan = {
  count: number;
  image: Image;
  type: InstanceType;
  /** The primary one first. */
  interfaces: [InterfacePlan, ...InterfacePlan[]];
  keyPair: KeyPair | undefined;
  profile: FoundProfile | undefined;
  options: MetadataOptions;
  tags: Tag[];
  userData: string | undefined;
  attributes: ReturnType<typeof attributesAtLaunch>;
  blockDevices: BlockDevice[];
  spot: SpotPlan | undefined;
  placement: Instance['Placement'];
};

export async function planLaunch(request: LaunchRequest, call: Call): Promise<LaunchPlan> {
  refuseWhatIsNotOffered(request);
  const type = readType(request.InstanceType ?? DEFAULT_TYPE);
  if (request.ImageId === undefined) throw missingParameter('ImageId');
  const image = await findImage(call, request.ImageId);
  if (!type.Architecture.includes(image.Architecture)) {
    throw architectureMismatch(type.Architecture, image.Architecture);
  }
  const network = await networkOf(call.tx, call.scope);
  const wanted = readCount(request);
  const interfaces = await planInterfaces(request, { tx: call.tx, network, type, count: wanted });
  const needs = interfaces.map(({ subnet, ipv4 }) => ({ subnet, addresses: addressesTaken(ipv4) }));
  const tags = tagsFor('instance', request.TagSpecifications);
  const account = await metadataDefaults(call);
  return {
    count: await fittingCount(call.tx, wanted, needs),
    image,
    type,
    interfaces,
    keyPair: await findKeyPair(request.KeyName, call),
    profile: request.IamInstanceProfile && (await findProfile(call, request.IamInstanceProfile)),
    tags,
    userData: readUserData(request.UserData),
    attributes: attributesAtLaunch(request),
    blockDevices: readBlockDevices(request.BlockDeviceMappings, image, type),
    spot: readSpot(request),
    placement: readPlacement(request.Placement),
    options: launchOptions({
      request: request.MetadataOptions ?? {},
      account,
      image,
      instanceType: type,
      tags,
      rules: call.rules,
    }),
  };
}

/** What would change what an instance is, and is not there yet: silence would be a lie (docs/scope.md). */
function refuseWhatIsNotOffered(request: LaunchRequest): void {
  if (request.LaunchTemplate !== undefined) {
    throw unsupportedOperation(
      'openimds: the parameter LaunchTemplate of RunInstances is not offered yet (docs/scope.md)',
    );
  }
}

function readType(name: string): InstanceType {
  const type = findInstanceType(name);
  if (!type) throw invalidParameterValue(`Invalid value '${name}' for InstanceType.`);
  return type;
}

async function findKeyPair(name: string | undefined, call: Call): Promise<KeyPair | undefined> {
  if (name === undefined) return undefined;
  const keyPair = await call.tx.documents.find('key-pair', call.scope, name);
  if (!keyPair) throw invalidKeyPairNotFound(name);
  return keyPair;
}
